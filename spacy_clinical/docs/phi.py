"""What may identify somebody: `doc.spans["phi"]`, never `doc.ents`.

The group's attrs hold, in the order of its spans, which overlap none another: `characters`
[[start, end], ...], which may lie inside tokens as in "14MAR22,NAME"; `scores` [float, ...]; and
`sources` [str, ...], the rule or model that found each. `locales` are those whose rules were used.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from spacy.tokens import Doc, Span, SpanGroup

from .mention_store import KEY, get_name, has_mentions

PHI = "phi"
_META, _ID = "spacy_clinical_meta", "spacy_clinical_id"


class Identifier(NamedTuple):
    """Words that may identify somebody.

    start, end (int): Characters, end exclusive.
    label (str): What they are, such as NAME.
    score (float): How sure, in 0..1.
    source (str): What found them, such as "rule:title".
    """

    start: int
    end: int
    label: str
    score: float
    source: str


def set_identifiers(
    doc: Doc, identifiers: Iterable[Identifier], key: str = PHI, *, locales: Sequence[str] = ()
) -> None:
    """Store identifiers; their spans are the tokens that they touch.

    doc (Doc): The document.
    identifiers (Iterable[Identifier]): None overlapping another.
    key (str): The span group.
    locales (Sequence[str]): Whose rules were used: dates are read by them later.
    """
    found = [one for one in sorted(identifiers) if one.start < one.end]
    spans = [_expanded(doc, one) for one in found]
    attrs: dict[str, Any] = {
        "characters": [[one.start, one.end] for one in found],
        "scores": [float(one.score) for one in found],
        "sources": [one.source for one in found],
        "locales": list(locales),
    }
    doc.spans[key] = SpanGroup(doc, name=key, spans=spans, attrs=attrs)


def _expanded(doc: Doc, one: Identifier) -> Span:
    span = doc.char_span(one.start, one.end, label=one.label, alignment_mode="expand")
    assert span is not None  # "expand" gives one for any characters of the text
    return span


def get_identifiers(doc: Doc, key: str = PHI) -> list[Identifier]:
    """RETURNS (list[Identifier]): In text order; those of a group that others wrote have their
    tokens' borders, the score 1 and the source "given". None where nobody looked for them."""
    if key not in doc.spans:
        return []
    group = doc.spans[key]
    places = group.attrs.get("characters") or [[s.start_char, s.end_char] for s in group]
    scores = group.attrs.get("scores") or [1.0] * len(group)
    sources = group.attrs.get("sources") or ["given"] * len(group)
    return [
        Identifier(start, end, span.label_, score, source)
        for span, (start, end), score, source in zip(group, places, scores, sources, strict=True)
    ]


def set_meta(doc: Doc, meta: dict[str, Any], id: str = "") -> None:
    """Tell a Doc what stood beside the note, for components that run before it has a name. It
    isn't stored with the Doc.

    doc (Doc): The document.
    meta (dict[str, Any]): As JSON values.
    id (str): The note's id.
    """
    doc.user_data[_META], doc.user_data[_ID] = meta, id


def get_meta(doc: Doc) -> dict[str, Any]:
    """RETURNS (dict[str, Any]): What `set_meta` told, else the meta of the document's name."""
    told = doc.user_data.get(_META)
    if told is None and has_mentions(doc):
        told = get_name(doc)[1]
    return told or {}


def get_id(doc: Doc, key: str = KEY) -> str:
    """RETURNS (str): The document's name, else the id that `set_meta` told; "" if it has none."""
    name = get_name(doc, key)[0] if has_mentions(doc, key) else ""
    return name or str(doc.user_data.get(_ID, ""))
