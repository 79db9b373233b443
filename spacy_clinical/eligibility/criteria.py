"""Criteria as a text: a heading for those of inclusion, one for those of exclusion, a line each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import Errors, RuleError

_HEADING = re.compile(r"(?i)\W*(?:key |main |major )?(?P<part>in|ex)clusion(?: criteria)?\W*")
_BULLET = re.compile(r"\s*(?:[-*\u2022\u2013o]\s+|\(?\d{1,2}[.)]\s+|\(?[a-z][.)]\s+)?")


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


def read_criteria(path: str | Path) -> list[Criterion]:
    """Read the criteria of a trial.

    path (str | Path): A text with lines "Inclusion criteria" and "Exclusion criteria", and a
        criterion a line below each; a line that is indented and begins in small letters goes on
        with the one before.
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
    words, first = "", 0
    for number, line in enumerate(text.splitlines(), start=1):
        heading = _HEADING.fullmatch(line)
        goes_on = bool(words and re.match(r"\s+[a-z]", line) and not _bullet(line))
        if goes_on:
            words += f" {line.strip()}"
            continue
        if words and include is not None:
            yield Criterion(words, include, first)
        words, first = "", number
        if heading:
            include = heading["part"].lower() == "in"
        elif line.strip():
            if include is None:
                raise RuleError(Errors.SC575.format(path=path, line=number))
            words = line[_BULLET.match(line).end() :].strip()  # type: ignore[union-attr]
    if words and include is not None:
        yield Criterion(words, include, first)


def _bullet(line: str) -> str:
    match = _BULLET.match(line)
    return match[0].strip() if match else ""
