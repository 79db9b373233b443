"""Settings as options: where a command takes a dataclass, each of its fields that is annotated with
typer's `Option` or `Argument` is one, with the field's type and default, and its line of the
docstring as help."""

import re
from collections.abc import Callable
from copy import copy
from dataclasses import MISSING, fields, is_dataclass
from functools import wraps
from inspect import Parameter, getdoc, signature
from typing import Annotated, Any, get_args, get_type_hints

_LINE = re.compile(r"^(\w+) \(.+?\): (.+(?:\n +.+)*)", re.MULTILINE)  # "name (type): what it is."


def settings_as_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that its settings stand for.

    command (Callable): May take dataclasses.
    RETURNS (Callable): Takes their fields instead, and calls the command with what they make.
    """
    given = signature(command, eval_str=True)
    settings = {
        name: field_options(parameter.annotation)
        for name, parameter in given.parameters.items()
        if isinstance(parameter.annotation, type) and is_dataclass(parameter.annotation)
    }

    @wraps(command)
    def call(**values: Any) -> None:
        for name, options in settings.items():
            kind = given.parameters[name].annotation
            values[name] = kind(**{option.name: values.pop(option.name) for option in options})
        command(**values)

    parameters = []
    for name, parameter in given.parameters.items():
        parameters += settings.get(name, [parameter.replace(kind=Parameter.KEYWORD_ONLY)])
    call.__signature__ = given.replace(parameters=parameters)  # type: ignore[attr-defined]
    return call


def field_options(settings: type) -> list[Parameter]:
    """RETURNS (list[Parameter]): The options of a dataclass, as typer takes them."""
    helps = {name: " ".join(text.split()) for name, text in _LINE.findall(getdoc(settings) or "")}
    types = get_type_hints(settings, include_extras=True)
    found = []
    for field in fields(settings):
        for option in map(copy, getattr(types[field.name], "__metadata__", ())):
            option.help = helps[field.name].removesuffix(".")
            kind = Annotated[get_args(types[field.name])[0], option]  # type: ignore[valid-type]
            made = field.default if field.default_factory is MISSING else field.default_factory()
            default = Parameter.empty if made is MISSING else made
            where = Parameter.KEYWORD_ONLY
            found.append(Parameter(field.name, where, default=default, annotation=kind))
    return found
