"""Abbreviations of a Doc: `doc.spans["abbreviations"]`, every place of a short form that the text
defines; the group's attrs hold `long_forms`, [[start_char, end_char], ...] in the same order."""

from collections.abc import Iterable

from spacy.tokens import Doc, Span, SpanGroup

ABBREVIATIONS = "abbreviations"


def set_abbreviations(doc: Doc, pairs: Iterable[tuple[Span, Span]]) -> None:
    """Store abbreviations.

    doc (Doc): The document.
    pairs (Iterable[tuple[Span, Span]]): Short form and long form, one pair for each place where
        the short form stands.
    """
    ordered = sorted(pairs, key=lambda pair: (pair[0].start, pair[0].end))
    spans = [Span(doc, short.start, short.end, label="ABBREVIATION") for short, _ in ordered]
    attrs = {"long_forms": [[long.start_char, long.end_char] for _, long in ordered]}
    doc.spans[ABBREVIATIONS] = SpanGroup(doc, name=ABBREVIATIONS, spans=spans, attrs=attrs)


def get_abbreviations(doc: Doc) -> list[Span]:
    """RETURNS (list[Span]): Every place of a defined short form, in text order."""
    return list(doc.spans[ABBREVIATIONS]) if ABBREVIATIONS in doc.spans else []


def get_long_form(span: Span) -> Span | None:
    """Find what an abbreviation stands for.

    span (Span): Of any label, such as a mention.
    RETURNS (Span | None): The long form where the text defines it; None if this is no abbreviation
        or holds more words than one.
    """
    for short, (start, end) in zip(get_abbreviations(span.doc), _long_forms(span.doc), strict=True):
        if (short.start, short.end) == (span.start, span.end):
            return span.doc.char_span(start, end)
    return None


def expand(span: Span) -> str:
    """Write a span with its abbreviations spelled out, as for a look-up in a terminology.

    span (Span): Such as the mention "acute MI".
    RETURNS (str): Such as "acute myocardial infarction". A short form whose long form is in the
        span too goes, as that of "atrioventricular (AV) block".
    """
    doc, text, at = span.doc, "", span.start_char
    for short, (start, end) in zip(get_abbreviations(doc), _long_forms(doc), strict=True):
        if span.start <= short.start and short.end <= span.end and short.start_char >= at:
            said = span.start_char <= start and end <= span.end_char
            text += doc.text[at : short.start_char] + ("" if said else doc.text[start:end])
            at = short.end_char
    return text + doc.text[at : span.end_char]


def install_abbreviation_extensions() -> None:
    """Set `doc._.abbreviations` and `span._.long_form`; those of others are left alone."""
    if not Doc.has_extension("abbreviations"):
        Doc.set_extension("abbreviations", getter=get_abbreviations)
    if not Span.has_extension("long_form"):
        Span.set_extension("long_form", getter=get_long_form)


def _long_forms(doc: Doc) -> list[list[int]]:
    if ABBREVIATIONS not in doc.spans:
        return []
    found: list[list[int]] = doc.spans[ABBREVIATIONS].attrs["long_forms"]
    return found
