"""What spaCy's `ner` can learn: it stops (E024) at mentions that border on white space."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from spacy import registry
from spacy.language import Language
from spacy.training import Example

from spacy_clinical.corpus import make_corpus


@registry.readers("comparison.StockCorpus.v1")
def make_stock_corpus(
    path: Path | None, limit: int = 0, shuffle: bool = False, seed: int = 0
) -> Callable[[Language], Iterator[Example]]:
    """Read a corpus without the mentions whose first or last token is white space; how many there
    were is printed once.

    path, limit, shuffle, seed: As for `spacy-clinical.Corpus.v1`.
    RETURNS (Callable[[Language], Iterator[Example]]): The reader.
    """
    read_all, told = make_corpus(path, limit, shuffle, seed), False

    def read(nlp: Language) -> Iterator[Example]:
        nonlocal told
        dropped = 0
        for example in read_all(nlp):
            dropped += drop_bordering(example)
            yield example
        if dropped and not told:
            told = True
            print(f"{dropped} mentions border on white space: not for `ner`.", file=sys.stderr)

    return read


def drop_bordering(example: Example) -> int:
    """Take the mentions out of `reference.ents` that border on white space.

    example (Example): Its reference is changed in place.
    RETURNS (int): How many.
    """
    reference, doc = example.reference, example.predicted
    kept = []
    for ent in reference.ents:
        tokens = doc.char_span(ent.start_char, ent.end_char, alignment_mode="expand")
        if not (tokens[0].is_space or tokens[-1].is_space):
            kept.append(ent)
    dropped = len(reference.ents) - len(kept)
    if dropped:
        reference.set_ents(kept, default="outside")
    return dropped
