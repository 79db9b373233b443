"""One pipeline on one annotated corpus: everything that is scored, and every error."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.training import Example

from ..candidates import HEAD, TAIL
from ..corpus.corpus_files import Corpus, read_examples
from ..docs import (
    KEY,
    get_attributes,
    get_concept_relations,
    get_concepts,
    get_mentions,
    get_spans,
    has_mentions,
    to_record,
)
from ..docs.mention_additions import take_late_ents
from ..docs.question_docs import question_length
from ..installed import as_pipeline
from ..pipeline.relations.clinical_rel import ClinicalRel
from ..pipeline.relations.relation_instances import predict_instances
from ..scoring.all_scores import keep_made, open_thresholds
from ..scoring.answer_scores import score_answers
from ..scoring.assertion_scores import find_scheme, score_assertions
from ..scoring.biored_scores import score_biored
from ..scoring.concept_relation_scores import (
    ConceptNames,
    score_concept_labels,
    score_concepts,
    score_sentence_pairs,
)
from ..scoring.confidence_intervals import Settings
from ..scoring.entity_scores import score_entities
from ..scoring.error_analysis import find_differences
from ..scoring.full_analysis import summarise
from ..scoring.link_scores import score_links
from ..scoring.relation_scores import RelationKey, make_key, score_relations
from ..scoring.relations_given_gold import predict_with_gold_mentions
from ..scoring.scoring_tasks import (
    Task,
    read_assertions,
    read_concept_task,
    read_entities,
    read_relation_task,
)
from ..scoring.unreachable_gold import Propose, count_losses
from ..viewer.report_page import render_report
from ..viewer.snippets import ErrorRow, show_error
from .run_description import describe_run

CONCEPTS, CONCEPTS_GIVEN = "concept_relations_end_to_end", "concept_relations_given_mentions"


@dataclass
class Evaluation:
    """What an evaluation found.

    scores (dict[str, Any]): Numbers, as JSON values.
    tasks (dict[str, Task]): Counts of each document, to compare pipelines with.
    errors (list[ErrorRow]): Every error with the text around it: not for files that may be passed
        on like numbers.
    made_with (dict[str, Any]): Pipeline, corpus, date and versions, as `describe_run` tells them.
    """

    scores: dict[str, Any]
    tasks: dict[str, Task]
    errors: list[ErrorRow] = field(default_factory=list)
    made_with: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """RETURNS (dict[str, Any]): JSON values: the scores, and what they were made with."""
        return {"made_with": self.made_with, **self.scores}

    def to_page(self) -> str:
        """RETURNS (str): HTML with every number and every error: it holds text of the notes."""
        title = self.made_with["pipeline"]
        return render_report(self.scores, self.errors, title=title, made_with=self.made_with)


def evaluate(
    model: str | Path | Language,
    corpus: Corpus,
    *,
    names: ConceptNames | None = None,
    limit: int = 0,
    settings: Settings = Settings(),  # noqa: B008
    with_errors: bool = False,
) -> Evaluation:
    """Run a pipeline on an annotated corpus and score it.

    model (str | Path | Language): The pipeline, its package's name, or its folder.
    corpus (str | Path | Iterable[Doc | Record]): A corpus in any format, or its documents.
    names (ConceptNames | None): Gives predicted mentions their concepts; None if the pipeline
        links them itself, or not at all.
    limit (int): Documents to read at most, 0 for all.
    settings (Settings): Of the intervals.
    with_errors (bool): List the errors.
    RETURNS (Evaluation): Its `scores` are `end_to_end`, and where the pipeline finds relations
        `given_mentions`; where the corpus relates concepts `concepts`, `concept_labels` and, where
        it says which relations are new, `biored`; `tasks` with intervals, confusion, curves and
        reliability; `losses`: what is beyond reach.
    """
    nlp = as_pipeline(model)
    corpus = corpus if isinstance(corpus, str | Path) else list(corpus)
    symmetric = symmetric_labels(nlp)
    examples, rows = _predict(nlp, read_examples(corpus, nlp, limit))
    tasks = {"entities": read_entities(examples)}
    scores: dict[str, Any] = {"documents": len(examples), "end_to_end": score_entities(examples)}
    if any(has_mentions(eg.predicted) and get_attributes(eg.predicted) for eg in examples):
        tasks["assertions"] = read_assertions(examples)
        scores["end_to_end"].update(score_assertions(examples, find_scheme(nlp)))
    if any(get_concepts(span) for eg in examples for span in _spans(eg.predicted)):
        scores["end_to_end"].update(score_links(examples))
    if any(question_length(eg.predicted) for eg in examples):
        scores["end_to_end"].update(score_answers(examples))
    given = read_examples(corpus, nlp, limit)
    if symmetric is not None or "assertions" in tasks:
        given, given_rows = _predict(nlp, given, given_mentions=True)
        scores["given_mentions"] = {}
    if "assertions" in tasks:
        scores["given_mentions"].update(score_assertions(given, find_scheme(nlp)))
    if symmetric is not None:
        scores["end_to_end"].update(score_relations(examples, symmetric=symmetric))
        scores["given_mentions"].update(score_relations(given, symmetric=symmetric))
        for name, some, scored in (
            ("relations_end_to_end", examples, rows),
            ("relations_given_mentions", given, given_rows),
        ):
            tasks[name] = read_relation_task(name, some, scored, symmetric)
        scores |= _score_concepts(examples, given, names, symmetric, tasks, linked=_links(nlp))
    losses = count_losses(given, make_propose(nlp), symmetric or frozenset())
    scores["tasks"] = {name: summarise(task, settings) for name, task in tasks.items()}
    scores["losses"] = losses.to_dict()
    scores["intervals"] = vars(settings)
    errors = _errors(examples, tasks, symmetric) if with_errors else []
    return Evaluation(scores, tasks, errors, describe_run(nlp, corpus))


def make_propose(nlp: Language, key: str = KEY) -> Propose | None:
    """Make what tells a pipeline's candidates.

    nlp (Language): The pipeline.
    key (str): The span group.
    RETURNS (Propose | None): Relations that a document's candidates allow, and the pairs cut off;
        None if no component of ours relates mentions.
    """
    found = next((c for _, c in nlp.pipeline if isinstance(c, ClinicalRel)), None)
    if found is None:
        return None
    schema = found.schema
    labels, symmetric = schema.relation_labels, schema.symmetric_labels

    def propose(doc: Doc) -> tuple[set[RelationKey], int]:
        instances = predict_instances(doc, schema, found.candidates, key)
        mentions = get_mentions(doc, key)
        proposed = {
            make_key(labels[k], mentions[pair[HEAD]], mentions[pair[TAIL]], symmetric)
            for pair, allowed in zip(instances.pairs.tolist(), instances.mask, strict=True)
            for k in allowed.nonzero()[0].tolist()
        }
        return proposed, instances.dropped

    return propose


def symmetric_labels(nlp: Language) -> frozenset[str] | None:
    """RETURNS (frozenset[str] | None): Labels without direction, None if no component finds
    relations."""
    schemas = [getattr(component, "schema", None) for _, component in nlp.pipeline]
    found = [schema.symmetric_labels for schema in schemas if schema is not None]
    return frozenset().union(*found) if found else None


def _predict(
    nlp: Language, examples: list[Example], *, given_mentions: bool = False
) -> tuple[list[Example], list[Any]]:
    """Predict. Gives the examples, and for each everything that got a relation score."""
    with open_thresholds(nlp) as thresholds:
        if given_mentions:
            examples = predict_with_gold_mentions(nlp, examples)
        else:
            docs = nlp.pipe([eg.predicted for eg in examples])
            for example, doc in zip(examples, docs, strict=True):
                take_late_ents(doc)
                example.predicted = doc
    return examples, keep_made([eg.predicted for eg in examples], thresholds)


def _score_concepts(
    examples: Sequence[Example],
    given: Sequence[Example],
    names: ConceptNames | None,
    symmetric: frozenset[str],
    tasks: dict[str, Task],
    *,
    linked: bool,
) -> dict[str, Any]:
    """Relations between concepts, where the corpus has them; end to end by `names`, or by the
    pipeline's own links. Adds to the tasks."""
    examples, given = _annotated(examples), _annotated(given)
    if not any(get_concept_relations(eg.reference) for eg in given):
        return {}
    labels = {"given_mentions": score_concept_labels(given, symmetric=symmetric)}
    found = {"given_mentions": score_concepts(given, symmetric=symmetric)}
    tasks[CONCEPTS_GIVEN] = read_concept_task(CONCEPTS_GIVEN, given, symmetric)
    found["every_pair_in_one_sentence"] = score_sentence_pairs(given, symmetric=symmetric)
    if names is not None:
        for example in examples:
            names.assign(example.predicted)
    if names is not None or linked:
        found["end_to_end"] = score_concepts(examples, symmetric=symmetric)
        labels["end_to_end"] = score_concept_labels(examples, symmetric=symmetric)
        tasks[CONCEPTS] = read_concept_task(CONCEPTS, examples, symmetric)
    scores: dict[str, Any] = {"concepts": found, "concept_labels": labels}
    if any(rel.note for eg in given for rel in get_concept_relations(eg.reference)):
        scores["biored"] = {"given_mentions": score_biored(given)}
        if "end_to_end" in found:
            scores["biored"]["end_to_end"] = score_biored(examples)
    return scores


def _spans(doc: Doc) -> list[Span]:
    return get_spans(doc) if has_mentions(doc) else []


def _links(nlp: Language) -> bool:
    """Whether a component links mentions to concepts."""
    return any("span._.kb_ents" in nlp.get_pipe_meta(name).assigns for name in nlp.pipe_names)


def _annotated(examples: Sequence[Example]) -> list[Example]:
    return [eg for eg in examples if has_mentions(eg.reference)]


def _errors(
    examples: Sequence[Example], tasks: dict[str, Task], symmetric: frozenset[str] | None
) -> list[ErrorRow]:
    """The errors of the tasks that the pipeline has."""
    wanted = {"entity"} | ({"assertion"} if "assertions" in tasks else set())
    wanted |= {"relation"} if symmetric is not None else set()
    found = []
    for example in examples:
        name, text = to_record(example.reference).id, example.reference.text
        errors = find_differences(example, symmetric or frozenset())
        found += [show_error(text, name, error) for error in errors if error.task in wanted]
    return found
