"""From a Span that a user holds to what is stored of the mention it stands for."""

from typing import Any

from spacy.tokens import Doc, Span

from .store import KEY, get_spans


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
    values = span.doc.spans[key].attrs.get(field) if key else None
    if values is None:
        return None
    for i, stored in enumerate(get_spans(span.doc, key or KEY)):
        if (stored.start, stored.end, stored.label) == (span.start, span.end, span.label):
            return values[i]
    return None
