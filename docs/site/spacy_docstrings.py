"""Docstrings in spaCy's dialect for the API reference: `name (type): meaning.`, RETURNS, YIELDS."""

import re
import textwrap
from collections.abc import Iterator
from typing import Any

from griffe import Docstring, Extension, Object

_PARAMETER = re.compile(r"^(\*{0,2}\w+(?:, \*{0,2}\w+)*)(?: \(([^\n]+?)\))?: (.*)$", re.S)
_RESULT = re.compile(r"^(RETURNS|YIELDS)(?: \((.+?)\))?: (.*)$", re.S)
_RAISES = re.compile(r"(Raises (\w+)\b[^.]*\.(?= |$))", re.S)
_START = re.compile(r"\n(?=\*{0,2}\w[\w, *]*(?: \([^\n]+\))?: |RETURNS|YIELDS)")
TITLES = {"RETURNS": "Returns:", "YIELDS": "Yields:"}


class SpacyDocstrings(Extension):
    """Rewrites every docstring into sections that the reference shows as tables."""

    def on_object(self, *, obj: Object, **_: Any) -> None:
        """Rewrite a docstring.

        obj (Object): A module, class, function or attribute.
        """
        if obj.docstring is not None:
            names = {parameter.name for parameter in obj.parameters} if obj.is_function else None
            text = to_google(obj.docstring.value, names)
            obj.docstring = Docstring(text, parent=obj, parser="google")


def to_google(text: str, names: set[str] | None = None) -> str:
    """Turn a docstring in spaCy's dialect into Google's.

    text (str): The docstring.
    names (set[str] | None): A function's parameters, None where names are a class's attributes.
    RETURNS (str): The text, then sections.
    """
    prose, rows, results = [], [], []
    for item in _items(text):
        if found := _RESULT.match(item):
            results.append(_result(*found.groups(default="")))
        elif (found := _PARAMETER.match(item)) and _is_known(found, names):
            rows.append(_row(*found.groups(default="")))
        else:
            prose.append(item)
    title = "Attributes:" if names is None else "Args:"
    sections = [_section(title, rows)] if rows else []
    return "\n\n".join([*prose, *sections, *results])


def _is_known(found: re.Match[str], names: set[str] | None) -> bool:
    """Whether a line is about parameters, and not a sentence with a colon."""
    if names is None:
        return found[2] is not None
    return {name.strip(" *") for name in found[1].split(",")} <= names


def _items(text: str) -> Iterator[str]:
    """Paragraphs, and each `name (type): meaning` with its indented lines."""
    for paragraph in re.split(r"\n\s*\n", textwrap.dedent(text).strip()):
        starts = _START.split(paragraph)
        yield from (re.sub(r"\n\s+", " ", item) if _is_item(item) else item for item in starts)


def _is_item(item: str) -> bool:
    return bool(_RESULT.match(item) or _PARAMETER.match(item))


def _row(names: str, kind: str, meaning: str) -> str:
    shown = f" ({kind})" if kind else ""
    return "\n".join(f"{name.strip()}{shown}: {meaning}" for name in names.split(","))


def _result(word: str, kind: str, meaning: str) -> str:
    raised = [f"{found[2]}: {found[1]}" for found in _RAISES.finditer(meaning)]
    shown = f"{kind}: {meaning}" if kind else meaning
    sections = [_section(TITLES[word], [shown])]
    return "\n\n".join(sections + ([_section("Raises:", raised)] if raised else []))


def _section(title: str, rows: list[str]) -> str:
    return title + "\n" + textwrap.indent("\n".join(rows), "    ")
