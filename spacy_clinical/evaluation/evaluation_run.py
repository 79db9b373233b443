"""What `evaluate` does with a corpus: score a pipeline, two, or its findings, and lay that out."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from spacy.language import Language

from ..corpus.corpus_files import read_corpus
from ..result_tables import Table
from ..scoring.concept_relation_scores import ConceptNames
from ..scoring.confidence_intervals import Settings
from .finding_evaluation import evaluate_findings, finding_tables
from .pipeline_comparison import compare
from .pipeline_evaluation import evaluate
from .score_tables import score_tables


@dataclass(frozen=True)
class EvaluationRun:
    """What was scored.

    scores (dict[str, Any]): JSON values.
    tables (list[Table]): The same, laid out.
    page (str): HTML with every number and every error, "" if none was asked for. It holds text of
        the notes.
    """

    scores: dict[str, Any]
    tables: list[Table]
    page: str = field(default="", repr=False)


def run_evaluation(
    nlp: Language,
    corpus: Path,
    settings: Settings,
    limit: int = 0,
    other: str | None = None,
    names: Path | None = None,
    findings: Path | None = None,
    with_page: bool = False,
) -> EvaluationRun:
    """Score a pipeline on a corpus.

    nlp (Language): The pipeline.
    corpus (Path): Annotated; of findings, reports.
    settings (Settings): Of the intervals.
    limit (int): Documents to read at most, 0 for all.
    other (str | None): A second pipeline, to test against.
    names (Path | None): A corpus that says which name means which concept.
    findings (Path | None): A CSV of the reports' findings: they are scored then, and nothing else.
    with_page (bool): Write the page.
    RETURNS (EvaluationRun): The scores.
    """
    if findings is not None:
        scores = evaluate_findings(nlp, corpus, findings, settings, limit)
        return EvaluationRun(scores, finding_tables(scores))
    known = ConceptNames.learn(read_corpus(names, nlp)) if names else None
    how: dict[str, Any] = {"names": known, "limit": limit, "settings": settings}
    how["with_errors"] = with_page
    found = compare(nlp, other, corpus, **how).first if other else evaluate(nlp, corpus, **how)
    page = found.to_page() if with_page else ""
    return EvaluationRun(found.to_dict(), score_tables(found.scores), page)
