"""Abbreviations of a Doc: `doc.spans["abbreviations"]`, every place of a short form that the text
defines; the group's attrs hold `long_forms`, [[start_char, end_char], ...] in the same order."""

from collections.abc import Iterable, Iterator

from spacy.tokens import Doc, Span, SpanGroup

from .extension_setters import refuse
from .text_order import first_from
from .token_alignment import read_text

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
    for short, (start, end) in _pairs_from(span):
        if short.start_char > span.start_char:
            break
        if short.end_char == span.end_char:
            return span.doc.char_span(start, end)
    return None


def expand(span: Span) -> str:
    """Write a span with its abbreviations spelled out, as for a look-up in a terminology.

    span (Span): Such as the mention "acute MI".
    RETURNS (str): Such as "acute myocardial infarction". A short form whose long form is in the
        span too goes, as that of "atrioventricular (AV) block".
    """
    begin, whole = span.start_char, span.text
    text, at = "", begin
    for short, (start, end) in _pairs_from(span):
        if short.start_char >= span.end_char:
            break
        if short.end_char <= span.end_char and short.start_char >= at:
            said = begin <= start and end <= span.end_char
            text += whole[at - begin : short.start_char - begin]
            text += "" if said else read_text(span.doc, start, end)
            at = short.end_char
    return text + whole[at - begin :]


def install_abbreviation_extensions() -> None:
    """Set `doc._.abbreviations` and `span._.long_form`; those of others are left alone."""
    if not Doc.has_extension("abbreviations"):
        setter = refuse("doc._.abbreviations")
        Doc.set_extension("abbreviations", getter=get_abbreviations, setter=setter)
    if not Span.has_extension("long_form"):
        setter = refuse("span._.long_form")
        Span.set_extension("long_form", getter=get_long_form, setter=setter)


def _pairs_from(span: Span) -> Iterator[tuple[Span, list[int]]]:
    """The abbreviations that start with a span or after it, and where their long forms stand."""
    if ABBREVIATIONS in span.doc.spans:
        group = span.doc.spans[ABBREVIATIONS]
        for i in range(first_from(group, span.start_char), len(group)):
            yield group[i], group.attrs["long_forms"][i]
