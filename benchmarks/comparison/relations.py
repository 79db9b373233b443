"""Relations of one pipeline, scored by the package's own `evaluate`."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from spacy.language import Language

from spacy_clinical.corpus import make_corpus, read_docs
from spacy_clinical.evaluation.pipeline_evaluation import evaluate
from spacy_clinical.pipeline.relations.clinical_rel import ClinicalRel
from spacy_clinical.scoring.biored_scores import score_biored
from spacy_clinical.scoring.concept_relation_scores import ConceptNames
from spacy_clinical.scoring.confidence_intervals import Settings
from spacy_clinical.scoring.relations_given_gold import predict_with_gold_mentions

TASKS = {"given": "relations_given_mentions", "end_to_end": "relations_end_to_end"}
KINDS = ("strict", "boundary", "lenient")
USUAL = "Novel"  # what most of BioRED's relations are: for systems that don't predict it


def score_relations(nlp: Language, paths: Mapping[str, Path], *, concepts: bool) -> dict[str, Any]:
    """Score a pipeline.

    nlp (Language): The pipeline.
    paths (Mapping[str, Path]): The .spacy files of "train", whose names give predicted mentions
        their concepts by exact match, and of "eval".
    concepts (bool): Whether the corpus relates concepts.
    RETURNS (dict[str, Any]): As `shorten` gives them, and with BioRED's four levels given gold
        mentions, where the corpus has them: a relation whose novelty isn't predicted counts as new.
    """
    names = ConceptNames.learn(read_docs(paths["train"], nlp)) if concepts else None
    scores = evaluate(nlp, paths["eval"], names=names, settings=Settings(samples=1)).scores
    found = shorten(scores)
    if not any(isinstance(component, ClinicalRel) for _, component in nlp.pipeline):
        del found["candidate_recall"]
    if "biored" in scores:
        examples = predict_with_gold_mentions(nlp, list(make_corpus(paths["eval"])(nlp)))
        found["biored"] = score_biored(examples, novelty=USUAL)
    return found


def shorten(scores: Mapping[str, Any]) -> dict[str, Any]:
    """Take from an evaluation what is compared.

    scores (Mapping[str, Any]): As `evaluate` gives them.
    RETURNS (dict[str, Any]): `entities` and, for `given` and `end_to_end`, `strict`, `boundary`
        and `lenient`, each `p`, `r`, `f`; `macro_f`; `best_f` at the threshold that suits what is
        scored best, a bound for all thresholds; `labels`, of each `p`, `r`, `f` and the number of
        gold relations; `concepts`; `candidate_recall`.
    """
    found: dict[str, Any] = {
        "entities": _values(scores["tasks"]["entities"]["strict"]["all"]),
        "candidate_recall": scores["losses"]["candidate_recall"],
        "concepts": {
            "given": scores.get("concepts", {}).get("given_mentions"),
            "end_to_end": scores.get("concepts", {}).get("end_to_end"),
        },
    }
    for name, task in TASKS.items():
        summary = scores["tasks"][task]
        found[name] = {kind: _values(summary[kind]["all"]) for kind in KINDS}
        found[name]["macro_f"] = summary["strict"]["macro"]["f"]
        found[name]["best_f"] = find_best(summary.get("curve", {}).get("points", []))
        found[name]["labels"] = {
            label: {**_values(row), "gold": row["right"] + row["missed"]}
            for label, row in summary["strict"]["labels"].items()
        }
    return found


def find_best(points: Sequence[Sequence[float]]) -> float | None:
    """RETURNS (float | None): The highest F1 of points of threshold, precision, recall."""
    found = [2 * p * r / (p + r) for _, p, r in points if p + r > 0]
    return max(found, default=None)


def _values(row: Mapping[str, Any]) -> dict[str, float]:
    """Scores of nothing are zero."""
    return {name: row[name]["value"] or 0.0 for name in "prf"}
