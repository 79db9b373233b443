"""A note in pieces that a model's context has room for."""

from collections.abc import Iterator

from spacy.tokens import Doc, Span

from ..errors import Errors, LanguageModelError

# Wordpieces of clinical text hold two to four characters; too few only makes more pieces.
CHARACTERS = 2


def cut_note(doc: Doc, taken: int, context_length: int | None) -> Iterator[Span]:
    """Cut a note at the ends of sentences, or of lines where there are no sentences.

    doc (Doc): The note.
    taken (int): Characters that the question takes besides the note.
    context_length (int | None): Wordpieces that the model sees, question and answer together; None
        for any number. Half of what the question leaves is kept for the answer.
    RETURNS (Iterator[Span]): All tokens, in order. A sentence that is too long is cut anywhere.
        Raises LanguageModelError if there is no room at all.
    """
    if context_length is None:
        if len(doc):
            yield doc[:]
        return
    room = (context_length * CHARACTERS - taken) // 2
    if room < 4 * CHARACTERS:
        message = Errors.SC858.format(context_length=context_length, taken=taken // CHARACTERS)
        raise LanguageModelError(message)
    start, last = 0, 0
    borders = _borders(doc)
    for token in doc:
        if token.idx + len(token) - doc[start].idx > room and token.i > start:
            cut = last if last > start else token.i
            yield doc[start:cut]
            start = cut
        if token.i + 1 in borders:
            last = token.i + 1
    if start < len(doc):
        yield doc[start:]


def _borders(doc: Doc) -> set[int]:
    """One past the last token of each sentence, or of each line."""
    if doc.has_annotation("SENT_START"):
        return {sentence.end for sentence in doc.sents}
    return {token.i + 1 for token in doc if "\n" in token.text_with_ws}
