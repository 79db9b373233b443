"""Questions over a patient's notes, answered by the notes' own words or not at all."""

from .answer import ANSWERED, NOT_IN_NOTES, NOT_UNDERSTOOD, Answer, Quote, Row
from .answering import KINDS, Asker, ask
from .note_reading import NoteReader, ReadQuote, read_answers

__all__ = [
    "ANSWERED",
    "KINDS",
    "NOT_IN_NOTES",
    "NOT_UNDERSTOOD",
    "Answer",
    "Asker",
    "NoteReader",
    "Quote",
    "ReadQuote",
    "Row",
    "ask",
    "read_answers",
]
