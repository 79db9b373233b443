"""Entities of one trained system, scored by the scorers of the package."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from spacy.training import Example

from spacy_clinical.corpus import read_docs
from spacy_clinical.scoring.document_counts import MISSED, RIGHT, CountTable, precision_recall_f
from spacy_clinical.scoring.scoring_tasks import read_entities

from .corpora import blank
from .huggingface import Settings, Tagger

SCORES = ("p", "r", "f")


def score_tagger(
    encoder: str, paths: dict[str, Path], epochs: int, rate: float, seed: int
) -> dict[str, Any]:
    """Train and score the Hugging Face tagger.

    encoder (str): A folder or a name for `from_pretrained`.
    paths (dict[str, Path]): The .spacy file of each part.
    epochs (int): Passes over the data.
    rate (float): The highest learning rate.
    seed (int): Of everything random.
    RETURNS (dict[str, Any]): As `summarise` gives them.
    """
    nlp = blank()
    docs, golds = (list(read_docs(paths[part], nlp)) for part in ("train", "eval"))
    labels = sorted({ent.label_ for doc in docs for ent in doc.ents})
    tagger = Tagger(encoder, labels, seed)
    seconds = tagger.learn(docs, Settings(epochs=epochs, rate=rate))
    found = [nlp.make_doc(doc.text) for doc in golds]
    tagger.annotate(found)
    examples = [Example(doc, gold) for doc, gold in zip(found, golds, strict=True)]
    return {**summarise(examples), "training_seconds": seconds}


def score_pipeline(folder: Path, corpus: Path) -> dict[str, Any]:
    """Score a trained pipeline.

    folder (Path): The pipeline.
    corpus (Path): A .spacy file.
    RETURNS (dict[str, Any]): As `summarise` gives them.
    """
    import spacy

    nlp = spacy.load(folder)
    golds = list(read_docs(corpus, nlp))
    docs = nlp.pipe([gold.text for gold in golds])
    return summarise([Example(doc, gold) for doc, gold in zip(docs, golds, strict=True)])


def summarise(examples: Sequence[Example]) -> dict[str, Any]:
    """Score mentions.

    examples (Sequence[Example]): Gold in the references, predictions in the predicted documents.
    RETURNS (dict[str, Any]): `strict` and `lenient`, of each `p`, `r`, `f`; `labels`, of each its
        strict scores and the number of gold mentions.
    """
    task = read_entities(examples)
    assert task.lenient is not None
    totals = {"strict": _total(task.strict), "lenient": _total(task.lenient)}
    return {**totals, "labels": labels(task.strict)}


def labels(table: CountTable) -> dict[str, dict[str, float]]:
    """RETURNS (dict[str, dict[str, float]]): Of each label `p`, `r`, `f` and `gold`."""
    counts = table.values.sum(axis=0)
    rows = precision_recall_f(counts)
    return {
        label: {**_as_dict(row), "gold": int(count[RIGHT] + count[MISSED])}
        for label, row, count in zip(table.labels, rows, counts, strict=True)
    }


def _total(table: CountTable) -> dict[str, float]:
    return _as_dict(precision_recall_f(table.total.sum(axis=0)))


def _as_dict(row: Any) -> dict[str, float]:
    """Scores of nothing are zero."""
    return {name: float(x) if x == x else 0.0 for name, x in zip(SCORES, row, strict=True)}
