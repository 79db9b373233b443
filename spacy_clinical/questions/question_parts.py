"""Questions of two clauses: "When was tramadol started, and what for?"."""

import re
from collections.abc import Sequence
from dataclasses import replace

from .answer import VERDICTS, YES, Answer

_WORDS = r"(?:what|when|why|how|which|who|where|since|in what|for what|on what)\b"
_ASKS = rf"(?:{_WORDS}|(?:any|is|are|was|were|does|do|did|has|have|had)\b)"
_BORDER = re.compile(
    rf"\s*(?:[?;.]\s*(?:and\s+)?|,\s*(?:and\s+)?|\s(?:and|&|\+)\s+)(?={_ASKS})", re.IGNORECASE
)
_IS_QUESTION = re.compile(rf"\s*{_ASKS}|.*\b{_WORDS}", re.IGNORECASE)


def clauses(question: str) -> list[str]:
    """RETURNS (list[str]): The clauses of an English question that ask for something each; the
    whole question if it is one."""
    found = [part for part in _BORDER.split(question.strip()) if part.strip(" ?.,;")]
    if len(found) < 2 or not question.isascii() or not all(map(_IS_QUESTION.match, found)):
        return [question]
    return found


def tell_apart(answers: Sequence[Answer]) -> bool:
    """RETURNS (bool): Whether clauses ask for things apart: of different kinds, or for values that
    differ ("what was it in January and what is it now")."""
    values = {tuple(row.value for row in one.rows) for one in answers}
    plain = any(row.value in VERDICTS for one in answers for row in one.rows)
    return len({one.kind for one in answers}) > 1 or (len(values) > 1 and not plain)


def joined(question: str, answers: Sequence[Answer]) -> Answer:
    """Make one answer of those to the clauses of a question.

    question (str): The whole question.
    answers (Sequence[Answer]): Two at least, each understood.
    RETURNS (Answer): All rows; a plain yes is left out where another clause tells more, as what is
        given in some dose is given.
    """
    rows = {row.value: row for one in answers for row in one.rows}
    if any(value not in VERDICTS for value in rows):
        rows.pop(YES, None)
    told = [one for one in answers if one.rows] or list(answers)
    return replace(
        answers[0],
        question=question,
        kind="+".join(dict.fromkeys(one.kind for one in answers)),
        status=told[0].status,
        text=" ".join(dict.fromkeys(_ended(one.text) for one in told)),
        rows=list(rows.values()),
        left_out=sum((one.left_out for one in answers[1:]), answers[0].left_out),
        confidence=min(one.confidence for one in answers),
    )


def _ended(text: str) -> str:
    return text if text.endswith((".", ")", "。")) else f"{text}."
