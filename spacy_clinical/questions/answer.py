"""What an answer is: rows, quotes that equal the notes' characters, and what was left out."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from ..result_tables import Table

ANSWERED, NOT_IN_NOTES, NOT_UNDERSTOOD = "answered", "not in notes", "not understood"
YES, NO, STOPPED, HELD, PAST, POSSIBLE = "yes", "no", "stopped", "held", "past", "possible"
EXCLUDED, THERE = "excluded", "there"  # to "was it ruled out?"
STILL = "still taken"  # to "was it stopped?"
PLAIN = (YES, EXCLUDED, THERE, STILL)  # verdicts on every word of a question
VERDICTS = (YES, NO, STOPPED, HELD, PAST, POSSIBLE, EXCLUDED, THERE, STILL)


@dataclass(frozen=True)
class Quote:
    """Words of a note.

    document (str): The note.
    start, end (int): Characters of the note.
    date (str): The note's date, "" where unknown.
    text (str): Exactly those characters; "" where the note isn't there to be quoted.
    """

    document: str
    start: int
    end: int
    date: str = ""
    text: str = ""

    def __str__(self) -> str:
        return f"{self.document}:{self.start}-{self.end}"


@dataclass(frozen=True)
class Row:
    """One thing that answers.

    value (str): Such as "metformin 1000 mg twice daily", or a verdict.
    quotes (tuple[Quote, ...]): Who says so.
    score (float): Confidence that the notes say it, in 0..1.
    """

    value: str
    quotes: tuple[Quote, ...] = ()
    score: float = 1.0


@dataclass
class Answer:
    """An answer.

    question (str): The question.
    patient (str): Whose notes were asked.
    kind (str): How it was understood, "" if it wasn't.
    status (str): ANSWERED, NOT_IN_NOTES or NOT_UNDERSTOOD.
    text (str): In words: a template's and the notes'.
    rows (list[Row]): What answers.
    left_out (Counter[str]): What was looked at and isn't the patient's present: family, denied,
        hypothetical, unsure.
    confidence (float): In 0..1, of the whole.
    nearest (tuple[str, ...]): Of a question that isn't understood, what might be meant.
    why (str): Why there is no answer.
    """

    question: str
    patient: str = ""
    kind: str = ""
    status: str = NOT_UNDERSTOOD
    text: str = ""
    rows: list[Row] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    confidence: float = 0.0
    nearest: tuple[str, ...] = ()
    why: str = ""

    @property
    def abstained(self) -> bool:
        """RETURNS (bool): Whether it says that it doesn't know."""
        return self.status != ANSWERED

    def to_dict(self) -> dict[str, Any]:
        """RETURNS (dict): As JSON."""
        return {
            "question": self.question,
            "patient": self.patient,
            "kind": self.kind,
            "status": self.status,
            "text": self.text,
            "rows": [
                {"value": r.value, "score": r.score, "quotes": [vars(q).copy() for q in r.quotes]}
                for r in self.rows
            ],
            "left_out": dict(sorted(self.left_out.items())),
            "confidence": self.confidence,
            "nearest": list(self.nearest),
            "why": self.why,
        }


def answer_table(answer: Answer) -> Table:
    """RETURNS (Table): Each quote that answers; below, its words, and the answer in words."""
    rows = [
        (row.value, f"{row.score:.2f}", quote.date or "-", str(quote))
        for row in answer.rows
        for quote in row.quotes
    ]
    quotes = dict.fromkeys(quote for row in answer.rows for quote in row.quotes if quote.text)
    notes = [f'{quote.document}: "{" ".join(quote.text.split())}"' for quote in quotes]
    header = ("answer", "score", "date", "where")
    return Table(answer.question, header, rows, [*notes, answer.text])
