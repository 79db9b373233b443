"""Two pipelines on one annotated corpus, tested against each other."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spacy.language import Language

from ..corpus.corpus_files import Corpus
from ..scoring.concept_relation_scores import ConceptNames
from ..scoring.confidence_intervals import Settings
from ..scoring.full_analysis import compare_tasks
from .pipeline_evaluation import Evaluation, evaluate


@dataclass
class Comparison:
    """Two evaluations, and the paired test between them.

    first, second (Evaluation): Of each pipeline; the first's scores have the `comparison`: the name
        of the other `model`, and the `tests`.
    tests (dict[str, Any]): By task and kind of match: `first`, `second`, their `difference`, its
        interval from `low` to `high`, and `p`.
    """

    first: Evaluation
    second: Evaluation
    tests: dict[str, Any]


def compare(
    model: str | Path | Language,
    other: str | Path | Language,
    corpus: Corpus,
    *,
    names: ConceptNames | None = None,
    limit: int = 0,
    settings: Settings = Settings(),  # noqa: B008
    with_errors: bool = False,
) -> Comparison:
    """Evaluate two pipelines and test whether they differ, by documents (paired permutation).

    model, other (str | Path | Language): The pipelines, or their packages' names or folders.
    corpus (str | Path | Iterable[Doc | Record]): A corpus in any format, or its documents.
    names, limit, settings, with_errors: As for `evaluate`.
    RETURNS (Comparison): Both evaluations and the tests.
    """
    corpus = corpus if isinstance(corpus, str | Path) else list(corpus)
    first = evaluate(
        model, corpus, names=names, limit=limit, settings=settings, with_errors=with_errors
    )
    second = evaluate(other, corpus, names=names, limit=limit, settings=settings)
    tests = compare_tasks(first.tasks, second.tasks, settings)
    first.scores["comparison"] = {"model": _name(other), "tests": tests}
    return Comparison(first, second, tests)


def _name(model: str | Path | Language) -> str:
    """What a pipeline is called: its package's name or folder, else the one of its meta."""
    return str(model.meta["name"]) if isinstance(model, Language) else Path(model).name
