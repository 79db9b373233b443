"""From a Span that a user holds to what is stored of the mention it stands for."""

from typing import Any

from spacy.tokens import Doc, Span, SpanGroup

from .store import KEY, held_span


def find_key(doc: Doc) -> str | None:
    """RETURNS (str | None): The group we wrote: the default one, else the first with offsets."""
    if KEY in doc.spans:
        return KEY
    return next((key for key, group in doc.spans.items() if "offsets" in group.attrs), None)


def lookup(span: Span, field: str) -> Any:
    """Read the stored value of the mention with this span's extent and label.

    span (Span): Any span of a Doc.
    field (str): A list in the group's attrs, with one value a mention.
    RETURNS (Any): The value, None where there is no such mention or no such list.
    """
    key = find_key(span.doc)
    group = span.doc.spans[key] if key else None
    if group is None or field not in group.attrs:
        return None
    if "offsets" not in group.attrs:
        spans = list(group)
        found = next((i for i, other in enumerate(spans) if _is_same(span, other)), None)
    else:
        found = _find(span, group, group.attrs["offsets"])
    return None if found is None else group.attrs[field][found]


def _find(span: Span, group: SpanGroup, offsets: list[Any]) -> int | None:
    """Compares numbers, and makes no Span but that of the mention itself."""
    place = [span.start_char, span.end_char]
    for i in [i for i, stored in enumerate(offsets) if list(stored) == place]:
        if _is_same(span, held_span(group, i, place)):
            return i
    return None


def _is_same(span: Span, other: Span) -> bool:
    return (span.start, span.end, span.label) == (other.start, other.end, other.label)
