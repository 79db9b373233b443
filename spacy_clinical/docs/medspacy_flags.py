"""The booleans of medspaCy over what is stored of a mention: `span._.is_negated` and its kin.

medspaCy sets extensions of the same names, with a default. Whoever comes first owns them. If that
is us, what others write goes to the store. If it is them, we write through to theirs what is true,
and take what they write, which spaCy keeps in `doc.user_data`, for stored.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from spacy.tokens import Doc, Span, SpanGroup

from .assertion_vocabulary import PRESENT, meanings_of
from .mention_lookup import find_mentions, lookup

ASSERTION = "assertion"
FLAG_OF = {
    "absent": "is_negated",
    "possible": "is_uncertain",
    "hypothetical": "is_hypothetical",
    "historical": "is_historical",
    "family": "is_family",
}
FLAGS = tuple(FLAG_OF.values())
VALUE_OF = {flag: value for value, flag in FLAG_OF.items()}
Row = tuple[Any, ...]  # name, value, score, cue
Place = tuple[int, int]


def flags_of(attributes: Iterable[Sequence[Any]]) -> list[str]:
    """Tell which booleans the attributes of a mention make true, by the shared vocabulary.

    attributes (Iterable[Sequence]): Name, value, and perhaps more, of each.
    RETURNS (list[str]): Of FLAGS, in their order.
    """
    meant = {FLAG_OF.get(value) for value in meanings_of(attributes).values}
    return [flag for flag in FLAGS if flag in meant]


def install_flags() -> None:
    """Set the booleans on Span; one of that name that somebody else has set is left alone."""
    for flag in FLAGS:
        if not Span.has_extension(flag):
            Span.set_extension(flag, getter=partial(_read, flag), setter=partial(_write, flag))


def foreign_flags() -> list[str]:
    """RETURNS (list[str]): Booleans that others have set and that can be written."""
    return [flag for flag in FLAGS if Span.has_extension(flag) and _is_foreign(flag)]


def share_flags(
    spans: Sequence[Span],
    attributes: Sequence[Iterable[Sequence[Any]]],
    before: Sequence[Iterable[Sequence[Any]]],
) -> None:
    """Write what is true of mentions to the booleans that others have set, and what no longer is.

    spans (Sequence[Span]): The mentions.
    attributes (Sequence): Name and value pairs of each.
    before (Sequence): Those that held until now.
    """
    foreign = set(foreign_flags())
    if foreign:
        for span, pairs, old in zip(spans, attributes, before, strict=True):
            true = foreign.intersection(flags_of(pairs))
            for flag in true | foreign.intersection(flags_of(old)):
                span._.set(flag, flag in true)


def written_flags(doc: Doc) -> dict[Place, dict[str, bool]]:
    """Read the booleans that others wrote where spaCy keeps them.

    doc (Doc): The document.
    RETURNS (dict[Place, dict[str, bool]]): By first character and the one after the last.
    """
    found: dict[Place, dict[str, bool]] = {}
    for key, value in doc.user_data.items():
        if isinstance(key, tuple) and len(key) == 4 and key[0] == "._." and key[1] in VALUE_OF:
            found.setdefault(key[2:], {})[key[1]] = bool(value)
    return found


def with_flags(rows: Sequence[Row], written: dict[str, bool]) -> list[Row]:
    """Let what is said of a mention agree with booleans: who writes last wins.

    rows (Sequence[Row]): Name, value, score and cue of each attribute.
    written (dict[str, bool]): The booleans.
    RETURNS (list[Row]): The rows, none of which means what a boolean denies; what one states stands
        as "assertion", beside other values, but not beside "present".
    """
    kept = list(rows)
    for flag, value in written.items():
        meaning = VALUE_OF[flag]
        denied = [row for row in kept if meaning in _values(row)]
        if value and not denied:
            kept = [row for row in kept if _values(row) != (PRESENT,)]
            kept.append((ASSERTION, meaning, None, None))
        elif denied and not value:
            left = {other for row in denied for other in _values(row)} - {meaning}
            kept = [row for row in kept if row not in denied]
            kept += [(ASSERTION, other, None, None) for other in sorted(left)]
            if not any(_values(row) for row in kept):
                kept.append((ASSERTION, PRESENT, None, None))
    return kept


def change_rows(
    group: SpanGroup, mentions: Iterable[int], change: Callable[[list[Row]], list[Row]]
) -> None:
    """Change what is stored of single mentions.

    group (SpanGroup): The mentions.
    mentions (Iterable[int]): Positions in it.
    change (Callable[[list[Row]], list[Row]]): From the rows of one to those that shall be stored.
    """
    n = len(group)
    pairs = group.attrs.setdefault("attributes", [[] for _ in range(n)])
    blank = [[None] * len(row) for row in pairs]
    scores, cues = (
        group.attrs.setdefault(f"assertion_{x}", [*map(list, blank)]) for x in ("scores", "cues")
    )
    for i in mentions:
        rows = change(
            [(*pair, *rest) for pair, *rest in zip(pairs[i], scores[i], cues[i], strict=True)]
        )
        pairs[i] = [list(row[:2]) for row in rows]
        scores[i], cues[i] = [row[2] for row in rows], [row[3] for row in rows]


def _values(row: Row) -> tuple[str, ...]:
    return meanings_of([row]).values


def _is_foreign(flag: str) -> bool:
    _, method, getter, setter = Span.get_extension(flag)
    if isinstance(getter, partial) and getter.func is _read:
        return False
    return setter is not None or (getter is None and method is None)


def _read(flag: str, span: Span) -> bool:
    written = span.doc.user_data.get(_place(flag, span))
    if written is not None:
        return written
    return VALUE_OF[flag] in meanings_of(lookup(span, "attributes") or ()).values


def _write(flag: str, span: Span, value: bool) -> None:
    """To the store, or, for a span that is no mention, where spaCy keeps what is written."""
    group, found = find_mentions(span)
    if group is None or not found:
        span.doc.user_data[_place(flag, span)] = bool(value)
        return
    change_rows(group, found, lambda rows: with_flags(rows, {flag: bool(value)}))


def _place(flag: str, span: Span) -> Any:
    """Where spaCy keeps the value of an extension with a default; its stubs say a string."""
    return "._.", flag, span.start_char, span.end_char
