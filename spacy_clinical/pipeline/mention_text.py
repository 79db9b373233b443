"""What a mention says, to be looked up: its fragments, with abbreviations spelled out."""

from spacy.tokens import Doc, Span

from ..docs import KEY, get_mentions, get_spans
from ..docs.abbreviations import expand


def mention_texts(doc: Doc, key: str = KEY, *, resolve: bool = True) -> list[str]:
    """Read the text of each mention.

    doc (Doc): With mentions.
    key (str): The span group.
    resolve (bool): Give the long form of an abbreviation that the document defines.
    RETURNS (list[str]): In stored order.
    """
    texts = []
    for span, mention in zip(get_spans(doc, key), get_mentions(doc, key), strict=True):
        if len(mention.fragments) > 1:
            texts.append(" ".join(doc.text[start:end] for start, end in mention.fragments))
        else:
            texts.append(spell_out(span) if resolve else span.text)
    return texts


def spell_out(span: Span) -> str:
    """Spell out the abbreviations that the text defines.

    span (Span): A mention. Its `long_form` may be that of scispaCy's AbbreviationDetector too.
    RETURNS (str): Such as "acute myocardial infarction" for "acute MI".
    """
    found = span._.long_form if Span.has_extension("long_form") else None
    return getattr(found, "text", found) or expand(span)
