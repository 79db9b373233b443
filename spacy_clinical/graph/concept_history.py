"""What one patient's notes say of one concept, in the order of time: what courses are made from."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from ..drug_changes.change_cues import DENIED
from .clinical_graph import Mention, Said
from .graph_lookup import ABSENT, PASSING, Lookup
from .note_times import parse_times
from .time_spans import TimeSpan, parse_span

NEVER = TimeSpan(date.min, date.min)  # of a document without a date: older than any with one
SAID, DOCUMENT = "said", "document"


@dataclass(frozen=True)
class Statement:
    """A mention with what is known of it.

    mention (Mention): The mention.
    said (Said): Its score, change and times.
    day (TimeSpan): The date of its document, NEVER where unknown.
    family (bool): Whether it speaks of a relative.
    language (str): Its document's, "" where unknown.
    """

    mention: Mention
    said: Said
    day: TimeSpan
    family: bool = False
    language: str = ""

    @cached_property
    def changes(self) -> frozenset[str]:
        """RETURNS (frozenset[str]): What became of it there, see `NoteTimes.changes`."""
        return frozenset(self.said.change.split(";")) - {""}

    @cached_property
    def times(self) -> dict[str, TimeSpan]:
        """RETURNS (dict[str, TimeSpan]): Its times by role, without durations in days."""
        told = parse_times(self.said.times) if self.said.times else {}
        spans = ((role, parse_span(value)) for role, value in told.items())
        return {role: span for role, span in spans if span is not None}

    @property
    def days(self) -> int:
        """RETURNS (int): For how many days a drug is to be taken, 0 if that isn't said."""
        value = parse_times(self.said.times).get("for", "")
        return int(value) if value.isdecimal() else 0

    @property
    def score(self) -> float:
        """RETURNS (float): Confidence in 0..1, 1 for gold."""
        return 1.0 if self.said.score is None else self.said.score

    @property
    def where(self) -> tuple[TimeSpan, str, int]:
        """RETURNS (tuple): What statements are sorted by: time, document, place."""
        start = self.mention.fragments[0][0] if self.mention.fragments else 0
        return self.day, self.mention.document, start

    def holds(self, *assertions: str) -> bool:
        """RETURNS (bool): Whether one of some assertions holds of it."""
        return not self.mention.holds.isdisjoint(assertions)

    @property
    def denied(self) -> bool:
        """RETURNS (bool): Whether it is said not to be there, or an allergy is taken back."""
        return self.holds(ABSENT) or DENIED in self.changes


def statements_of(graph: Lookup, mentions: Iterable[Mention]) -> list[Statement]:
    """RETURNS (list[Statement]): Mentions with characters, the oldest first."""
    made = (_statement(graph, mention) for mention in mentions if mention.fragments)
    return sorted(made, key=lambda one: one.where)


def until(statements: Sequence[Statement], as_of: date | None) -> Sequence[Statement]:
    """RETURNS (Sequence[Statement]): Those of documents up to a day."""
    if as_of is None:
        return statements
    return [one for one in statements if one.day.first <= as_of]


def newest_stand(statements: Sequence[Statement], as_of: date | None = None) -> Sequence[Statement]:
    """Find what counts where notes disagree.

    statements (Sequence[Statement]): In order of time.
    as_of (date | None): On which day; None for after all notes.
    RETURNS (Sequence[Statement]): Of those that take a stand, neither possible nor hypothetical nor
        unknown, the ones of the newest day.
    """
    firm = [one for one in until(statements, as_of) if not one.holds(*PASSING)]
    return [one for one in firm if one.day == firm[-1].day]


def by_document(statements: Sequence[Statement]) -> Iterator[list[Statement]]:
    """YIELDS (list[Statement]): The statements of one document after the other."""
    run: list[Statement] = []
    for one in statements:
        if run and run[0].mention.document != one.mention.document:
            yield run
            run = []
        run.append(one)
    if run:
        yield run


def score_of(statements: Iterable[Statement]) -> float:
    """RETURNS (float): The confidence of the surest of them, 1 for gold and for none."""
    return max((one.score for one in statements), default=1.0)


def _statement(graph: Lookup, mention: Mention) -> Statement:
    document = graph.graph.documents[mention.document]
    day, said = parse_span(document.date) or NEVER, graph.graph.mentions[mention]
    return Statement(mention, said, day, graph.of_family(mention), document.language)
