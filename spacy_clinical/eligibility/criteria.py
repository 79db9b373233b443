"""Criteria as a text: a heading for those of inclusion, one for those of exclusion, a line each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ..errors import Errors, RuleError

_BEGINS = (
    r"(?i)[\W_]*(?:(?:[\d.]+|\w{1,4}[.)])\s+)?"
    r"(?:(?:key|main|major|general|specific|additional|other|study|trial) )?"
)
_HEADING = re.compile(rf"{_BEGINS}(?P<part>in|ex)clusion(?:s| criteria)?[\W_]*")
_LIKE_HEADING = re.compile(
    rf"{_BEGINS}(?:in|ex)clusion criteri(?:a|on)\b.*|.*\b(?:in|ex)clu(?:sions?|ded?)\b.*:\W*"
)
_BULLET = re.compile(r"\s*(?P<mark>[-*\u2022\u2013o]\s+|\(?\d{1,2}[.)]\s+|\(?[a-z][.)]\s+)?")


@dataclass(frozen=True)
class Criterion:
    """A criterion.

    text (str): Its words, without bullet or number.
    include (bool): Whether a patient must fulfil it; else none may.
    line (int): Where it begins.
    """

    text: str
    include: bool
    line: int


class _Line(NamedTuple):
    """A line: how far it is indented, what marks it in a list ("1." for all numbers), its words."""

    indent: int
    mark: str
    words: str


def read_criteria(path: str | Path) -> list[Criterion]:
    """Read the criteria of a trial.

    path (str | Path): A text with lines "Inclusion criteria" and "Exclusion criteria", and a
        criterion a line below each. What is indented further than a criterion goes on with it, and
        so does what is indented and begins in small letters, and a list of another kind below a
        line that ends in ":".
    RETURNS (list[Criterion]): In their order. Raises RuleError for a text of another form.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise RuleError(Errors.SC576.format(path=path, found="no UTF-8")) from None
    found = list(_criteria(text, str(path)))
    if not found:
        raise RuleError(Errors.SC576.format(path=path, found="no criteria"))
    return found


def _criteria(text: str, path: str) -> Iterator[Criterion]:
    include: bool | None = None
    first: _Line | None = None  # of the criterion that is being read
    words, begun = "", 0
    for number, line in enumerate(map(_line, text.splitlines()), start=1):
        heading = _HEADING.fullmatch(line.words)
        if first is not None and line.words and not heading and _goes_on(first, words, line):
            words += f" {line.words}"
            continue
        if first is not None and include is not None:
            yield Criterion(words, include, begun)
        first = None
        if heading:
            include = heading["part"].lower() == "in"
        elif _LIKE_HEADING.fullmatch(line.words):
            found = f"a heading with other words in line {number}"
            raise RuleError(Errors.SC576.format(path=path, found=found))
        elif line.words:
            if include is None:
                raise RuleError(Errors.SC575.format(path=path, line=number))
            first, words, begun = line, line.words, number
    if first is not None and include is not None:
        yield Criterion(words, include, begun)


def _line(text: str) -> _Line:
    text = text.expandtabs(4)
    bullet = _BULLET.match(text)
    assert bullet is not None  # it may be empty
    mark = re.sub("[a-z]", "a", re.sub(r"\d+", "1", (bullet["mark"] or "").strip()))
    return _Line(len(text) - len(text.lstrip()), mark, text[bullet.end() :].strip())


def _goes_on(first: _Line, words: str, line: _Line) -> bool:
    if line.indent > first.indent:
        return True
    listed = words.endswith(":") or ": " in words
    return bool(
        (line.indent and not line.mark and line.words[0].islower())
        or (listed and line.mark and line.mark != first.mark)
    )
