"""What a question asks of a patient's notes."""

from dataclasses import dataclass, field
from typing import NamedTuple

from ..graph.time_spans import TimeSpan
from .concept_names import Named
from .question_words import word_list

AFTER, BEFORE = "after", "before"


class Anchor(NamedTuple):
    """What a question counts time from.

    named (Named): What it is called.
    relation (str): AFTER or BEFORE.
    change (str): Which step of a drug is meant, "" for its beginning: "after warfarin was stopped".
    """

    named: Named
    relation: str
    change: str = ""


@dataclass(frozen=True)
class Query:
    """A question, understood.

    kind (str): What is asked, as in the tables of `data/`.
    question (str): Its words.
    language (str): ISO 639-1.
    named (tuple[Named, ...]): What it is about.
    times (tuple[TimeSpan, ...]): The times that it names.
    confidence (float): That it is understood rightly, in 0..1.
    by (str): "words" or "vectors".
    unread (tuple[str, ...]): Words that nothing accounts for, and those that limit what is asked:
        a question with any isn't answered by a plain yes.
    time_words (tuple[str, ...]): The times that it names, but for that of the question itself.
    anchors (tuple[Anchor, ...]): What else it names, to count time from.
    """

    kind: str
    question: str
    language: str = "en"
    named: tuple[Named, ...] = ()
    times: tuple[TimeSpan, ...] = field(default=())
    confidence: float = 1.0
    by: str = "words"
    unread: tuple[str, ...] = ()
    time_words: tuple[str, ...] = ()
    anchors: tuple[Anchor, ...] = ()

    @property
    def content(self) -> tuple[str, ...]:
        """RETURNS (tuple[str, ...]): Of `unread`, the words that nothing accounts for."""
        return tuple(word for word in self.unread if word not in word_list("limits_en"))

    def concepts(self, *kinds: str) -> tuple[str, ...]:
        """RETURNS (tuple[str, ...]): What it names of some kinds; all without."""
        return tuple(
            dict.fromkeys(
                concept
                for one in self.named
                if not kinds or one.kinds & set(kinds)
                for concept in one.concepts
            )
        )
