"""What is said of a mention: absent, possible, of the family... by a corpus, a model or rules.

The group's attrs hold it in three lists of one shape, one list a mention: `attributes` with
[name, value], which gold corpora fill too, and beside it where they are known `assertion_scores`
and `assertion_cues` ([start_char, end_char] or None).
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from spacy.tokens import Doc

from ..errors import Errors, StorageError
from .assertion_vocabulary import weigh
from .medspacy_flags import ASSERTION as ASSERTION
from .medspacy_flags import foreign_flags, share_flags, with_flags, written_flags
from .mention_store import KEY, SAID, count_mentions, get_spans

VALUES = ("present", "absent", "possible", "hypothetical", "historical", "family")


class Assertion(NamedTuple):
    """One attribute of a mention.

    name (str): The attribute, such as "assertion".
    value (str): Its value, such as "absent".
    score (float | None): Confidence in 0..1, None for gold and for rules.
    cue (tuple[int, int] | None): The words that told so, in characters of `doc.text`.
    """

    name: str
    value: str
    score: float | None = None
    cue: tuple[int, int] | None = None


def set_assertions(
    doc: Doc,
    rows: Sequence[Sequence[Assertion]],
    key: str = KEY,
    *,
    names: Iterable[str] | None = None,
) -> None:
    """Store what is said of each mention. Attributes of other names stay as they are.

    Booleans such as `span._.is_negated` that another package has set get what is true.

    doc (Doc): The document, whose mentions are stored.
    rows (Sequence[Sequence[Assertion]]): One sequence a mention, in stored order.
    key (str): The span group.
    names (Iterable[str] | None): The attributes that this replaces, on all mentions; None for
        those that the rows have.
    """
    n = count_mentions(doc, key)
    if len(rows) != n:
        told = Errors.SC105.format(key=key, spans=n, field="assertions", values=len(rows))
        raise StorageError(told)
    given = {a.name for row in rows for a in row}
    replaced = given if names is None else {*names, *given}
    stored = unpack(doc.spans[key].attrs, n, key)
    merged = [
        [*[a for a in old if a.name not in replaced], *new] if old else new
        for old, new in zip(stored, rows, strict=True)
    ]
    doc.spans[key].attrs.update(pack(merged))
    if foreign_flags():
        share_flags(get_spans(doc, key), merged, stored)


def get_assertions(doc: Doc, key: str = KEY) -> list[list[Assertion]]:
    """Read what is said of each mention: what is stored, and the booleans that others wrote to
    extensions of their own.

    doc (Doc): The document.
    key (str): The span group.
    RETURNS (list[list[Assertion]]): One list a mention, in stored order. Raises StorageError where
        what is stored doesn't fit together.
    """
    rows = unpack(doc.spans[key].attrs, count_mentions(doc, key), key)
    written = written_flags(doc)
    if not written:
        return rows
    places = [written.get((span.start_char, span.end_char)) for span in get_spans(doc, key)]
    return [
        [Assertion(*said) for said in with_flags(row, flags)] if flags else row
        for row, flags in zip(rows, places, strict=True)
    ]


def keep_flags(doc: Doc, key: str = KEY) -> None:
    """Store the booleans that others wrote to extensions of their own, which are lost with
    `doc.user_data`: in a DocBin without it, for instance.

    doc (Doc): The document; nothing is done to one without mentions.
    key (str): The span group.
    """
    if key in doc.spans and written_flags(doc):
        doc.spans[key].attrs.update(pack(get_assertions(doc, key)))


def one_of_each(said: Iterable[Assertion]) -> dict[str, str]:
    """RETURNS (dict[str, str]): The value that weighs most of each attribute of a mention."""
    ranked = sorted(said, key=lambda a: -weigh(a.name, a.value))
    return {a.name: a.value for a in ranked}


def pack(rows: Sequence[Sequence[Assertion]]) -> dict[str, Any]:
    """RETURNS (dict[str, Any]): The three lists, as they stand in a group's attrs."""
    return {
        "attributes": [[[a.name, a.value] for a in row] for row in rows],
        "assertion_scores": [[_number(a.score) for a in row] for row in rows],
        "assertion_cues": [[list(a.cue) if a.cue else None for a in row] for row in rows],
    }


def unpack(attrs: dict[str, Any], n: int, key: str = KEY) -> list[list[Assertion]]:
    """Read the three lists. Raises StorageError where they don't fit together.

    attrs (dict[str, Any]): A group's attrs.
    n (int): Its mentions.
    key (str): Its name, for messages.
    RETURNS (list[list[Assertion]]): One list a mention.
    """
    if not any(field in attrs for field in SAID):
        return [[] for _ in range(n)]
    pairs, scores, cues = _lists(attrs, n, key)
    return [
        [
            Assertion(name, value, score, (cue[0], cue[1]) if cue else None)
            for (name, value), score, cue in zip(*row, strict=True)
        ]
        for row in zip(pairs, scores, cues, strict=True)
    ]


def said_pairs(attrs: dict[str, Any], n: int, key: str = KEY) -> list[tuple[tuple[str, str], ...]]:
    """Read names and values alone. Raises StorageError as `unpack` does.

    attrs (dict[str, Any]): A group's attrs.
    n (int): Its mentions.
    key (str): Its name, for messages.
    RETURNS (list[tuple[tuple[str, str], ...]]): One row a mention.
    """
    if not any(field in attrs for field in SAID):
        return [()] * n
    return [tuple([(name, value) for name, value in row]) for row in _lists(attrs, n, key)[0]]


def _lists(attrs: dict[str, Any], n: int, key: str) -> tuple[list[Any], list[Any], list[Any]]:
    """The three lists, which fit together."""
    pairs = attrs.get("attributes") or [[] for _ in range(n)]
    shape = [len(row) for row in pairs]
    unknown = [[None] * length for length in shape]
    scores, cues = (attrs.get(f"assertion_{x}") or unknown for x in ("scores", "cues"))
    for field, values in (("attributes", pairs), ("scores", scores), ("cues", cues)):
        if len(values) != n or [len(row) for row in values] != shape:
            message = Errors.SC105.format(key=key, spans=n, field=field, values=len(values))
            raise StorageError(message)
    return pairs, scores, cues


def _number(score: float | None) -> float | None:
    return None if score is None else float(score)
