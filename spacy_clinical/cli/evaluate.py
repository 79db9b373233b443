"""`evaluate`: entities and relations, end to end and given gold mentions."""

import json
import os
from pathlib import Path
from typing import Any

from spacy.cli._util import Arg, Opt
from spacy.language import Language
from spacy.training import Example
from wasabi import msg

from ..corpus import make_corpus
from ..docs import get_concept_relations, has_mentions
from ..scoring.concepts import ConceptNames, score_concepts, score_sentence_pairs
from ..scoring.entities import score_entities
from ..scoring.given_gold import predict_with_gold_mentions
from ..scoring.relations import score_relations
from .util import clear_errors, load_model, print_scores


def evaluate_cli(
    model: str = Arg(..., help="Installed pipeline or its folder"),
    corpus: Path = Arg(..., help="A .spacy file or a folder of them"),
    output: Path | None = Opt(None, "--output", "-o", help="Write the scores to this JSON file"),
    names: Path | None = Opt(
        None,
        "--names",
        help="A .spacy corpus that says which name means which concept",
    ),
    limit: int = Opt(0, "--limit", "-n", help="Documents to read at most, 0 for all"),
    gpu: int = Opt(-1, "--gpu-id", "-g", help="GPU ID or -1 for CPU"),
) -> None:
    """
    Score a pipeline on an annotated corpus: entities; relations end to end, and given the gold
    mentions; relations between concepts where the corpus has them.
    """
    from spacy.cli._util import setup_gpu

    setup_gpu(gpu, silent=True)
    with clear_errors():
        nlp = load_model(model)
        known = (
            ConceptNames.learn(eg.reference for eg in make_corpus(names)(nlp)) if names else None
        )
        scores = evaluate(nlp, corpus, names=known, limit=limit)
        print_report(scores)
        if output is not None:
            write_json(scores, output)
            msg.good(f"Scores in {output}")


def evaluate(
    nlp: Language, corpus: Path, *, names: ConceptNames | None = None, limit: int = 0
) -> dict[str, Any]:
    """Score a pipeline.

    nlp (Language): The pipeline.
    corpus (Path): A .spacy file or folder.
    names (ConceptNames | None): Gives predicted mentions their concepts.
    limit (int): Documents to read at most, 0 for all.
    RETURNS (dict[str, Any]): `end_to_end`, and where the pipeline finds relations
        `given_mentions`; where the corpus relates concepts `concepts`.
    """
    read = make_corpus(corpus, limit=limit)
    examples = list(read(nlp))
    texts = [eg.predicted for eg in examples]
    for example, doc in zip(examples, nlp.pipe(texts), strict=True):
        example.predicted = doc
    symmetric = _symmetric_labels(nlp)
    scores: dict[str, Any] = {"documents": len(examples), "end_to_end": score_entities(examples)}
    if symmetric is None:
        return scores
    scores["end_to_end"].update(score_relations(examples, symmetric=symmetric))
    given = predict_with_gold_mentions(nlp, list(read(nlp)))
    scores["given_mentions"] = score_relations(given, symmetric=symmetric)
    if any(get_concept_relations(eg.reference) for eg in _annotated(given)):
        scores["concepts"] = _score_concepts(_annotated(examples), _annotated(given), names)
    return scores


def _annotated(examples: list[Example]) -> list[Example]:
    return [eg for eg in examples if has_mentions(eg.reference)]


def _score_concepts(
    examples: list[Example], given: list[Example], names: ConceptNames | None
) -> dict[str, Any]:
    found = {"given_mentions": score_concepts(given)}
    found["every_pair_in_one_sentence"] = score_sentence_pairs(given)
    if names is not None:
        for example in examples:
            names.assign(example.predicted)
        found["end_to_end"] = score_concepts(examples)
    return found


def _symmetric_labels(nlp: Language) -> frozenset[str] | None:
    """Labels without direction, None if no component finds relations."""
    for name in nlp.pipe_names:
        schema = getattr(nlp.get_pipe(name), "schema", None)
        if schema is not None:
            return schema.symmetric_labels
    return None


def print_report(scores: dict[str, Any]) -> None:
    """Print scores as tables.

    scores (dict[str, Any]): As `evaluate` gives them.
    """
    whole = scores["end_to_end"]
    entities = {label: row for label, row in (whole["ents_per_type"] or {}).items()}
    print_scores("Entities, strict", {**entities, "all": _prf(whole, "ents")})
    for name, title in (
        ("end_to_end", "Relations, strict, end to end"),
        ("given_mentions", "Relations given gold mentions"),
    ):
        if "rel_micro_f" in scores.get(name, {}):
            rows = dict(scores[name]["rel_per_type"] or {})
            rows["all"] = _prf(scores[name], "rel_micro")
            rows["all, types ignored"] = {"f": scores[name]["rel_boundary_f"]}
            print_scores(title, rows)
    print_scores(
        "Relations between concepts",
        {name.replace("_", " "): row for name, row in scores.get("concepts", {}).items()},
    )


def write_json(scores: dict[str, Any], path: Path) -> None:
    """Write scores, under another name first.

    scores (dict[str, Any]): The scores.
    path (Path): The file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_text(json.dumps(scores, indent=2) + "\n", encoding="utf-8")
    unfinished.replace(path)


def _prf(scores: dict[str, Any], prefix: str) -> dict[str, float | None]:
    return {name: scores[f"{prefix}_{name}"] for name in "prf"}
