"""Smoking and alcohol, for which the graph has no place: by the notes' sentences and a table."""

import re
from functools import cache
from typing import NamedTuple

from .answer import Quote, Row
from .asked import Asked
from .question_words import DATA

_RELATIVE = re.compile(
    r"\b(?:father|mother|brother|sister|son|daughter|wife|husband|partner|uncle|aunt|grand\w+|"
    r"parents?|spouse)\b|父亲|母亲|妻子|丈夫",
    re.IGNORECASE,
)
_IF = re.compile(r"\b(?:if|should|would|risk of)\b", re.IGNORECASE)


class Habit(NamedTuple):
    """A row of `data/habits.tsv`."""

    habit: str
    status: str
    words: re.Pattern[str]


def smoking(asked: Asked) -> list[Row]:
    """Whether the patient smokes: the newest note that tells."""
    return _habit(asked, "smoking")


def alcohol(asked: Asked) -> list[Row]:
    """Whether the patient drinks: the newest note that tells."""
    return _habit(asked, "alcohol")


def _habit(asked: Asked, habit: str) -> list[Row]:
    documents = asked.chart.graph.graph.documents.values()
    own = [d for d in documents if d.patient == asked.chart.patient and d.id in asked.texts.texts]
    for document in sorted(own, key=lambda d: (d.date, d.id), reverse=True):
        text = asked.texts.texts[document.id]
        for start, end in asked.texts.sentences(document.id):
            status = _status(habit, text[start:end])
            if status == "family":
                asked.left_out["family"] += 1
            elif status:
                return [
                    Row(status, (Quote(document.id, start, end, document.date, text[start:end]),))
                ]
    return []


def _status(habit: str, sentence: str) -> str:
    for row in _rows():
        match = row.words.search(sentence) if row.habit == habit else None
        if match:
            before = sentence[: match.start()]
            if _IF.search(before):
                return ""
            return "family" if _RELATIVE.search(before) else row.status
    return ""


@cache
def _rows() -> tuple[Habit, ...]:
    lines = (DATA / "habits.tsv").read_text(encoding="utf-8").splitlines()
    cells = [line.split("\t") for line in lines if line and not line.startswith("#")][1:]
    return tuple(Habit(h, s, re.compile(words, re.IGNORECASE)) for _, h, s, words in cells)
