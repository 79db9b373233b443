"""What was found in a note, in numbers and one hash: no word of it, nothing that stands in it."""

import json
import string
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from spacy.tokens import Doc

from ..doc_text import text_of
from ..docs import KEY, get_relation_rows, has_mentions, keep_flags, meanings_of
from ..docs.assertion_store import said_pairs
from .keyed_hashes import SIZE
from .note_numbers import BINS, NO_DIGEST, NoteFacts

_EDGES = [i / BINS for i in range(1, BINS)]
_CAPITALS, _DIGITS = string.ascii_uppercase.encode(), string.digits.encode()


def note_facts(
    doc: Doc, *, ms: float = 0.0, pieces: int = 0, unknown: int = 0, key: str = KEY
) -> NoteFacts:
    """Count what a document holds.

    doc (Doc): The document, processed.
    ms (float): Milliseconds that it took.
    pieces, unknown (int): Wordpieces, and those that aren't known.
    key (str): The span group, such as "phi".
    RETURNS (NoteFacts): The numbers; with no mention where the group isn't there.
    """
    shape = text_shape(text_of(doc))
    if not has_mentions(doc, key):
        return NoteFacts(NO_DIGEST, len(doc), shape=shape, pieces=pieces, ms=round(ms))
    keep_flags(doc, key)
    group = doc.spans[key]
    labels = [span.label_ for span in group]
    scores = group.attrs.get("scores") or [None] * len(labels)
    mentions = count_bins(zip(labels, scores, strict=True))
    pairs = said_pairs(group.attrs, len(labels), key)
    said = Counter(value for row in pairs for value in _meant(row))
    rows = [row[:3] for row in get_relation_rows(doc, key)]
    relations = Counter(label for _, _, label in rows)
    places = group.attrs.get("offsets") or [[s.start_char, s.end_char] for s in group]
    digest = result_digest([labels, places, group.attrs.get("fragments", {}), pairs, rows])
    found = (digest, len(doc), mentions, dict(relations), dict(said), shape)
    return NoteFacts(*found, pieces, unknown, round(ms))


@lru_cache(maxsize=4096)
def _meant(row: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """What attributes mean. They are few, and asked for at every mention."""
    return tuple(meanings_of(row).values)


def count_bins(scored: Iterable[tuple[str, float | None]]) -> dict[str, list[int]]:
    """RETURNS (dict[str, list[int]]): By label, the mentions with a score in each tenth, and those
    without one."""
    found: dict[str, list[int]] = {}
    for label, score in scored:
        bins = found.setdefault(label, [0] * (BINS + 1))
        bins[BINS if score is None else bisect_right(_EDGES, score)] += 1
    return found


def text_shape(text: str) -> dict[str, int]:
    """RETURNS (dict[str, int]): Characters, capitals (A to Z), digits and lines."""
    data = text.encode("utf-8", "surrogatepass")  # in which A is nothing else's byte
    return {
        "characters": len(text),
        "capitals": len(data) - len(data.translate(None, _CAPITALS)),
        "digits": len(data) - len(data.translate(None, _DIGITS)),
        "lines": text.count("\n") + 1,
    }


def result_digest(told: list[Any]) -> bytes:
    """Tell a document's results from all others.

    told (list[Any]): Labels, places, fragments, attributes, and relations, as JSON values.
    RETURNS (bytes): 16 bytes.
    """
    return blake2b(json.dumps(told).encode(), digest_size=SIZE).digest()
