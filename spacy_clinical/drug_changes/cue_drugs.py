"""Which drugs a word such as "stopped" or "switched" is said of, by where they stand beside it."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from ..doc_text import MASKED
from ..quantities.drug_list_words import words_of
from .drug_lists import Span, helpers, list_after, list_before, only
from .drug_uses import is_in_list

ENDED, BEGUN = True, False
Drugs = tuple[list[str], bool | None]
"""Ids of drugs, and of a cue that tells of two which of them they are: ENDED, BEGUN; else None."""
_TO = frozenset(("auf", "durch", "gegen", "zu", "por", "a", "al", "to", "by", "with", "for"))
_UP_TO = re.compile(rf"[^,;:.]*?\b(?:{'|'.join(sorted(_TO))})\b(?P<rest>[^,;:.]*)", re.IGNORECASE)

_FROM = re.compile(
    r"[^,;:.]{0,30}?\b(?:from|von|desde)\s+(?:(?:her|his|the|iv|oral)\s+)*", re.IGNORECASE
)
_REACH = 200  # characters from a cell of a row to its drug, or from one drug to another, at most
_PARTED = re.compile(
    r"(?:[,;]|\b(?:and|but|then|or|und|aber|y|pero)\b)\s*"
    r"(?:(?:also|then|has|have|had|he|she|we|they|recently|later|since|just)\s+)*$",
    re.IGNORECASE,
)
_CELL_BEGINS = re.compile(r"[|\t][^\S\t\n]*$")
_CELL_ENDS = re.compile(r"[^\S\t\n]*(?:[|\t\n]|$)")


class Around(NamedTuple):
    """A cue and the drugs of its sentence.

    text (str): The document, mentions masked.
    start, end (int): The cue's characters.
    before, after (Sequence[Span]): The drugs before and after it.
    planned (bool): Whether what it tells isn't yet.
    single (bool): Whether it is said of one drug of a list before it, such as "raised".
    """

    text: str
    start: int
    end: int
    before: Sequence[Span]
    after: Sequence[Span]
    planned: bool
    single: bool

    def preceding(self) -> list[str]:
        """RETURNS (list[str]): The list right before the cue, the nearest first."""
        found = list_before(self.text, self.before, self.start, planned=self.planned)
        return found[:1] if self.single else found or self.of_row()

    def begins_clause(self) -> bool:
        """RETURNS (bool): Whether the cue begins what is said of the drug behind it, not of the one
        before it: "takes A and stopped B"."""
        last = self.before[-1][1] if self.before else self.start
        return _PARTED.search(self.text, max(last, self.start - _REACH), self.start) is not None

    def following(self, *, touching: bool = False) -> list[str]:
        """RETURNS (list[str]): The list right behind it; touching: without a comma between."""
        return list_after(self.text, self.after, self.end, touching=touching)

    def of_row(self) -> list[str]:
        """RETURNS (list[str]): The drug of a row of a table in which the cue has a cell of its
        own."""
        left = max(
            self.text.rfind("\n", max(self.start - _REACH, 0), self.start) + 1, self.start - _REACH
        )
        cell = _CELL_BEGINS.search(self.text, left, self.start)
        if cell is None or not _CELL_ENDS.match(self.text, self.end):
            return []
        return [id for start, _, id in self.before[-1:] if start >= left]


def drugs_of(place: str, around: Around) -> Iterator[Drugs]:
    """Find the drugs that a cue is said of.

    place (str): Where they stand, as in the table `data/change_cues.tsv`.
    around (Around): The cue.
    YIELDS (Drugs): Their ids.
    """
    return _PLACES[place](around)


def _behind(around: Around) -> Iterator[Drugs]:
    """The list right behind the cue, else the drug of a row in which it has a cell."""
    yield around.following() or around.of_row(), None


def _ahead(around: Around) -> Iterator[Drugs]:
    yield around.preceding(), None


def _either(around: Around) -> Iterator[Drugs]:
    own = around.following(touching=True) if around.begins_clause() else []
    yield own or around.preceding() or around.following(), None


def _nearest(around: Around) -> Iterator[Drugs]:
    yield around.preceding()[:1] or around.following(), None


def _next(around: Around) -> Iterator[Drugs]:
    yield around.following(touching=True) or around.preceding()[:1], None


def _right(around: Around) -> Iterator[Drugs]:
    """Those right behind the cue, with no other mention between."""
    found = around.following(touching=True)
    first = around.after[0][0] if found else around.end
    yield ([] if MASKED in around.text[around.end : first] else found), None


def _own(around: Around) -> Iterator[Drugs]:
    """The drug that a mark parts from the cue ("A: tolerates"), else those right behind it."""
    if is_in_list(around.text, around.start):
        yield around.preceding()[:1], None
    else:
        yield around.following(touching=True) or around.preceding()[:1], None


def _dose(around: Around) -> Iterator[Drugs]:
    """The list right behind the cue, amounts between: "received one dose of A and B"."""
    yield list_after(around.text, around.after, around.end, touching=True, more=_amounts()), None


def _dosed(around: Around) -> Iterator[Drugs]:
    """The list before the cue, amounts between: "A 4 mg IV given at 14:30"."""
    more, planned = _amounts(), around.planned
    yield list_before(around.text, around.before, around.start, planned=planned, more=more), None


def _beside(around: Around) -> Iterator[Drugs]:
    """The list right behind the cue, else the one before it: "was given A", "A was given"."""
    behind, _ = next(_dose(around))
    yield from [(behind, None)] if behind else _dosed(around)


def _amounts() -> frozenset[str]:
    return words_of("amount") | words_of("dose")


def _it(around: Around) -> Iterator[Drugs]:
    yield [id for _, _, id in around.before[-1:]], None


def _between(around: Around) -> Iterator[Drugs]:
    begun = around.following()[:1]
    before = around.preceding()[: len(begun)]
    yield before or (_left_behind(around) if begun else []), ENDED
    yield begun, BEGUN


def _left_behind(around: Around) -> list[str]:
    """The drug behind the one that is begun, from which it was: "switched to A from B"."""
    if len(around.after) < 2:
        return []
    (_, end, _), (start, _, id) = around.after[:2]
    words = around.text[end : min(start, end + _REACH)]
    return [id] if _FROM.fullmatch(words) else []


def _instead(around: Around) -> Iterator[Drugs]:
    yield around.following()[:1], ENDED
    yield around.preceding()[:1], BEGUN


def _swap(around: Around) -> Iterator[Drugs]:
    """What comes before is stopped where a drug comes after, else changed: "A changed to 5 mg"."""
    if around.following(touching=True):
        yield from _between(around)
    else:
        yield around.preceding(), None


def _pair(around: Around) -> Iterator[Drugs]:
    """Two drugs behind the cue, two before it, one on either side, or one that isn't given up."""
    text, before, after = around.text, around.before, around.after
    near, following = around.preceding()[:1], around.following()[:1]
    if following and len(after) > 1 and _leads(text, after[0], after[1]):
        yield [after[0][2]], ENDED
        yield [after[1][2]], BEGUN
    elif len(before) > 1 and near and _leads(text, before[-2], before[-1]):
        yield [before[-2][2]], ENDED
        yield [before[-1][2]], BEGUN
    elif after and _leads_to(text, around.end, after[0][0]):
        yield near, ENDED
        yield [after[0][2]], BEGUN
    elif around.planned:
        yield following or near, ENDED


def _leads(text: str, one: Span, other: Span) -> bool:
    return _leads_to(text, one[1], other[0])


def _leads_to(text: str, start: int, end: int) -> bool:
    """Whether words go from one drug to another: "wegen Husten auf", "por"."""
    found = _UP_TO.fullmatch(text, start, end) if end - start <= _REACH else None
    return found is not None and only(found["rest"], helpers())


_PLACES: dict[str, Callable[[Around], Iterator[Drugs]]] = {
    "before": _behind,
    "after": _ahead,
    "either": _either,
    "nearest": _nearest,
    "next": _next,
    "right": _right,
    "own": _own,
    "dose": _dose,
    "dosed": _dosed,
    "beside": _beside,
    "it": _it,
    "between": _between,
    "swap": _swap,
    "instead": _instead,
    "pair": _pair,
}
