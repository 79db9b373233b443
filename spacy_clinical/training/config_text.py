"""The text of a config: a template filled in, completed with all defaults, comments kept."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from spacy.util import get_sourced_components, load_model_from_config
from thinc.api import Config

if TYPE_CHECKING:
    from jinja2 import Environment


def write_config(template: str, values: Mapping[str, Any]) -> str:
    """Write a config with which spaCy finds nothing missing.

    template (str): A file in `templates`.
    values (Mapping[str, Any]): What it takes.
    RETURNS (str): The config, which was built once as it is.
    """
    text = _environment().from_string(_read(template)).render(**values)
    config = Config().from_str(text, interpolate=False)
    filled = load_model_from_config(config, auto_fill=True).config
    filled["components"].update(get_sourced_components(config))
    load_model_from_config(filled.copy(), validate=True)
    return with_comments(text, filled.to_str())


def with_comments(text: str, filled: str) -> str:
    """Put the comments of a config into another that has the same sections and settings, and more.

    text (str): With lines that begin with "#", each before a section or a setting.
    filled (str): Without comments.
    RETURNS (str): The second one, with comments.
    """
    comments: dict[tuple[str, str], list[str]] = {}
    waiting: list[str] = []
    for line, place in _places(text):
        if line.startswith("#"):
            waiting.append(line)
        elif place and waiting:
            comments[place], waiting = waiting, []
    lines = [
        part
        for line, place in _places(filled)
        for part in (*(comments.get(place, ()) if place else ()), line)
    ]
    return "\n".join(lines) + "\n"


def _places(text: str) -> Iterator[tuple[str, tuple[str, str] | None]]:
    """Each line, and the section and setting that it begins: "" for the section's own title."""
    section = ""
    for line in text.splitlines():
        title = re.fullmatch(r"\[(.+)\]", line)
        setting = re.match(r"([^\s#\[][^=]*?) *=", line)
        if title:
            section = title[1]
            yield line, (section, "")
        else:
            yield line, (section, setting[1]) if setting else None


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, StrictUndefined

    environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["value"] = lambda setting: json.dumps(setting, ensure_ascii=False)
    return environment


def _read(name: str) -> str:
    return files(__package__).joinpath("templates", name).read_text(encoding="utf-8")
