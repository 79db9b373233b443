"""One encoder pass and one entity pass over a corpus, kept, so that heads can be compared on them.

All heads see the same vectors and the same mentions, and none of them pays for the encoder again.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy
import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy_transformers.data_classes import WordpieceBatch
from spacy_transformers.pipeline_component import install_extensions
from thinc.types import Ragged
from tqdm import tqdm
from transformers.file_utils import ModelOutput

from spacy_clinical.corpus import read_docs
from spacy_clinical.docs import get_spans, set_mentions
from spacy_clinical.encoder.encoder_output import TokenData
from spacy_clinical.scoring.concept_relation_scores import ConceptNames

Array = numpy.ndarray[Any, Any]
Mentions = list[tuple[int, int, str, float | None]]


@dataclass(frozen=True)
class Stored:
    """What a pipeline says of a text.

    vectors (Array): Shape (n_tokens, width).
    mentions (Mentions): First token, one past the last, label, score.
    """

    vectors: Array
    mentions: Mentions


Store = Mapping[str, Stored]


def read_store(model: Path, corpus: Path, folder: Path) -> dict[str, Stored]:
    """Run a pipeline over a corpus, unless that was done.

    model (Path): A pipeline with an encoder and entities; relations are left out.
    corpus (Path): A .spacy file.
    folder (Path): Where it is kept: numbers and labels, no text.
    RETURNS (dict[str, Stored]): By `fingerprint` of the text.
    """
    path = folder / f"{corpus.parent.name}-{corpus.stem}.npz"
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        kept = {"components.transformer.model.keep_vectors": True}
        nlp = spacy.load(model, exclude=["clinical_rel", "clinical_assertion"], config=kept)
        arrays = _run(nlp, [doc.text for doc in read_docs(corpus, nlp)])
        unfinished = path.with_name(f".{path.name}.{os.getpid()}")
        with unfinished.open("wb") as file:
            numpy.savez(file, **arrays)
        unfinished.replace(path)
    return _read(path)


def fingerprint(text: str) -> str:
    """RETURNS (str): What a text is found by."""
    return blake2b(text.encode("utf-8"), digest_size=16).hexdigest()


def make_pipeline(store: Store, model: Path) -> Language:
    """A pipeline that gives what is stored.

    store (Store): Of all texts that it will see.
    model (Path): The pipeline that was run: its tokenizer.
    RETURNS (Language): Without a head.
    """
    nlp = spacy.blank("en")
    nlp.tokenizer = spacy.load(model, exclude=["transformer", "clinical_ner"]).tokenizer
    nlp.add_pipe("clinical_sentences")
    vectors: Any = nlp.add_pipe("benchmark_vectors")
    vectors.store = store
    return add_mentions(nlp, store, after="benchmark_vectors")


def add_mentions(nlp: Language, store: Store, *, after: str) -> Language:
    """Let a pipeline give the mentions that are stored.

    nlp (Language): The pipeline, changed in place.
    store (Store): Of all texts that it will see.
    after (str): A component.
    RETURNS (Language): The pipeline.
    """
    mentions: Any = nlp.add_pipe("benchmark_mentions", after=after)
    mentions.store = store
    return nlp


class Vectors:
    """Sets `doc._.trf_data`."""

    def __init__(self) -> None:
        self.store: Store = {}

    def __call__(self, doc: Doc) -> Doc:
        doc._.trf_data = wrap(self.store[fingerprint(doc.text)].vectors)
        return doc


class Mentioned:
    """Sets the mentions."""

    def __init__(self) -> None:
        self.store: Store = {}

    def __call__(self, doc: Doc) -> Doc:
        rows = self.store[fingerprint(doc.text)].mentions
        spans = [Span(doc, start, end, label=label) for start, end, label, _ in rows]
        set_mentions(doc, spans, scores=[score for _, _, _, score in rows])
        return doc


class Named:
    """Gives mentions the concepts that their names mean in training, by exact match."""

    def __init__(self) -> None:
        self.names = ConceptNames({})

    def __call__(self, doc: Doc) -> Doc:
        self.names.assign(doc)
        return doc


@Language.factory("benchmark_names", assigns=["doc.ents"])  # so that gold mentions keep theirs
def make_names(nlp: Language, name: str) -> Named:
    return Named()


@Language.factory("benchmark_vectors", assigns=["doc._.trf_data"])
def make_vectors(nlp: Language, name: str) -> Vectors:
    install_extensions()
    return Vectors()


@Language.factory("benchmark_mentions", assigns=["doc.ents", "doc.spans"])
def make_mentions(nlp: Language, name: str) -> Mentioned:
    return Mentioned()


def wrap(vectors: Array) -> TokenData:
    """RETURNS (TokenData): Vectors, a row a token, as the encoder hands them on."""
    n = len(vectors)
    output = ModelOutput(last_hidden_state=vectors[None])
    ones: Any = numpy.ones(n, dtype="i")
    rows: Any = numpy.arange(n, dtype="i")
    return TokenData(WordpieceBatch.empty(), output, Ragged(rows, ones))


def _run(nlp: Language, texts: Iterable[str]) -> dict[str, Array]:
    arrays: dict[str, Array] = {}
    for doc in tqdm(nlp.pipe(texts, batch_size=16), unit=" documents", mininterval=30):
        name = fingerprint(doc.text)
        spans = get_spans(doc)
        scores = doc.spans["clinical"].attrs.get("scores") or [None] * len(spans)
        arrays[f"{name}.vectors"] = numpy.asarray(doc._.trf_data.vectors, dtype="f")
        arrays[f"{name}.places"] = numpy.asarray([(s.start, s.end) for s in spans], dtype="int64")
        arrays[f"{name}.labels"] = numpy.asarray([s.label_ for s in spans], dtype="U64")
        arrays[f"{name}.scores"] = numpy.asarray(scores, dtype="f")
        doc._.trf_data = None
    return arrays


def _read(path: Path) -> dict[str, Stored]:
    found = {}
    with numpy.load(path, allow_pickle=False) as arrays:
        for key in arrays.files:
            name, part = key.split(".")
            if part == "vectors":
                places = arrays[f"{name}.places"].reshape(-1, 2).tolist()
                labels, scores = (arrays[f"{name}.{x}"].tolist() for x in ("labels", "scores"))
                rows = [
                    (start, end, label, None if score != score else score)
                    for (start, end), label, score in zip(places, labels, scores, strict=True)
                ]
                found[name] = Stored(arrays[key], rows)
    return found
