"""What a mention says, to be looked up: its fragments, and abbreviations spelled out."""

from spacy.tokens import Doc, Span

from ...doc_text import text_of
from ...docs import KEY, get_mentions, get_spans
from ...docs.abbreviation_spans import expand


def mention_texts(doc: Doc, key: str = KEY, *, resolve: bool = True) -> list[list[str]]:
    """Read what each mention may be looked up by.

    doc (Doc): With mentions.
    key (str): The span group.
    resolve (bool): Spell out abbreviations that the document defines.
    RETURNS (list[list[str]]): In stored order: what the mention says, and what it says as it stands
        if abbreviations were spelled out.
    """
    text, texts = text_of(doc), []
    for span, mention in zip(get_spans(doc, key), get_mentions(doc, key), strict=True):
        if len(mention.fragments) > 1:
            texts.append([" ".join(text[start:end] for start, end in mention.fragments)])
        else:
            forms = [spell_out(span), span.text] if resolve else [span.text]
            texts.append(list(dict.fromkeys(forms)))
    return texts


def spell_out(span: Span) -> str:
    """Spell out the abbreviations that the text defines.

    span (Span): A mention. Its `long_form` may be that of scispaCy's AbbreviationDetector too.
    RETURNS (str): Such as "acute myocardial infarction" for "acute MI".
    """
    found = span._.long_form if Span.has_extension("long_form") else None
    return getattr(found, "text", found) or expand(span)
