"""Whether a drug is taken by what notes say last, where a word such as "stopped" counts more than
the mention alone."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from ..docs.assertion_vocabulary import HISTORICAL
from ..drug_changes.change_cues import (
    ALLERGY,
    BEFORE,
    DENIED,
    HELD,
    KEPT,
    RESUMED,
    STARTED,
    STOPPED,
    TO_END,
    TO_START,
    USED,
)
from .clinical_graph import JOINT, PRESENT, UNKNOWN, Mention
from .graph_lookup import FAMILY, HYPOTHETICAL, PASSING, Lookup
from .time_expressions import AT, SINCE, UNTIL

_BEGUN = frozenset((STARTED, RESUMED))
_GOES_ON, _ENDED = frozenset((TO_END, KEPT)), frozenset((STOPPED, HELD))


def stands(graph: Lookup, mention: Mention) -> str:
    """RETURNS (str): How a mention says that a drug stands: its assertion, unless words beside it
    tell that it was stopped, goes on till now, or is yet to be started."""
    said = graph.graph.mentions[mention]
    changes = frozenset(said.change.split(";"))
    if FAMILY in mention.holds or UNKNOWN in mention.holds:
        return mention.assertion
    if changes & _GOES_ON or begun_then(changes, said.times):
        return PRESENT
    if changes & _ENDED or (USED in changes and mention.assertion == PRESENT):
        return HISTORICAL
    if leaves_open(changes):
        return UNKNOWN
    return HYPOTHETICAL if TO_START in changes else mention.assertion


def leaves_open(changes: frozenset[str]) -> bool:
    """RETURNS (bool): Whether a drug is only told of from before it was taken, or tolerated, which
    says neither that it is taken nor that it isn't."""
    return BEFORE in changes or {ALLERGY, DENIED} <= changes


def begun_then(changes: frozenset[str], times: Iterable[str] | str) -> bool:
    """Say whether a drug is told to have begun at a time and no end is, so that it isn't past for
    the time's sake: "se inició en 2022".

    changes (frozenset[str]): What became of it.
    times (Iterable[str] | str): The roles of its times, or these as they are packed.
    RETURNS (bool): Whether it is.
    """
    dated = any(role in times for role in (AT, SINCE)) and UNTIL not in times
    return dated and not changes.isdisjoint(_BEGUN) and changes.isdisjoint(_ENDED | {TO_START})


def drug_stands(graph: Lookup, mentions: Sequence[Mention]) -> str:
    """Say how a drug stands by the newest documents that take a stand on it.

    As `Lookup.said_last`, but in a document what was stopped or held is so whatever was said of it
    before.

    graph (Lookup): The graph.
    mentions (Sequence[Mention]): Of one drug and patient.
    RETURNS (str): present, absent, historical or another assertion; "" where none is taken.
    """
    said = [(m, stands(graph, m)) for m in mentions if not graph.of_family(m)]
    firm = [(m, how) for m, how in said if PASSING.isdisjoint(how.split(JOINT))]
    newest = max((graph.date(m) for m, _ in firm), default="")
    last = set(_last_words(graph, (row for row in firm if graph.date(row[0]) == newest)))
    return PRESENT if PRESENT in last else min(last, default="")


def _last_words(graph: Lookup, said: Iterable[tuple[Mention, str]]) -> Iterator[str]:
    """What each document says, from the last end that it tells on."""
    in_order = sorted(said, key=lambda row: (row[0].document, row[0].fragments))
    for _, rows in groupby(in_order, key=lambda row: row[0].document):
        words: list[str] = []
        for mention, how in rows:
            ended = not _ENDED.isdisjoint(graph.graph.mentions[mention].change.split(";"))
            words = [how] if ended else [*words, how]
        yield from words
