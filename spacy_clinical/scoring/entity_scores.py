"""Entities, strict: both character borders (all fragments) and the label must be right."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from spacy.scorer import PRFScore
from spacy.tokens import Doc
from spacy.training import Example

from ..docs import KEY, Mention, get_known_labels, get_lost, get_mentions, has_mentions


def make_ner_scorer(spans_key: str | None = None) -> Callable[..., dict[str, Any]]:
    """Make the default scorer of `clinical_ner`.

    spans_key (str | None): The span group of the mentions, None for the component's own.
    RETURNS (Callable): Takes examples, gives `ents_p`, `ents_r`, `ents_f`, `ents_per_type`.
    """

    return partial(_score, spans_key)  # a worker process gets it pickled


def _score(own_key: str | None, examples: Iterable[Example], **kwargs: Any) -> dict[str, Any]:
    return score_entities(examples, key=own_key or kwargs.get("spans_key", KEY))


def score_entities(examples: Iterable[Example], *, key: str = KEY) -> dict[str, Any]:
    """Score mentions on character offsets, micro-averaged and per label.

    A gold mention that the tokenisation can't represent counts as missed. Documents without gold
    mentions' annotation are left out; if there are no others, every score is None. Predictions of
    labels that a document's annotators didn't look for are neither right nor wrong.

    examples (Iterable[Example]): Gold in the references, predictions in the predicted documents.
    key (str): The span group.
    RETURNS (dict[str, Any]): `ents_p`, `ents_r`, `ents_f` and `ents_per_type`.
    """
    total, per_type, seen = PRFScore(), dict[str, PRFScore](), False
    for example in examples:
        gold = read_gold_mentions(example.reference, key)
        if gold is None:
            continue
        seen = True
        predicted = read_found_mentions(example, key)
        total.score_set(predicted, gold)
        for label in {mention.label for mention in gold | predicted}:
            of_label = per_type.setdefault(label, PRFScore())
            of_label.score_set(_only(predicted, label), _only(gold, label))
    return report("ents", total if seen else None, per_type)


def read_mentions(doc: Doc, key: str = KEY) -> set[Mention]:
    """RETURNS (set[Mention]): The mentions of a Doc: our group's, else `doc.ents`."""
    if has_mentions(doc, key):
        return set(get_mentions(doc, key))
    return {Mention(ent.label_, ((ent.start_char, ent.end_char),)) for ent in doc.ents}


def read_found_mentions(example: Example, key: str = KEY) -> set[Mention]:
    """RETURNS (set[Mention]): The predicted mentions, but for labels that the reference's
    annotators didn't look for."""
    known = get_known_labels(example.reference, key)
    found = read_mentions(example.predicted, key)
    return found if known is None else {mention for mention in found if mention.label in known}


def read_gold_mentions(doc: Doc, key: str = KEY) -> set[Mention] | None:
    """RETURNS (set[Mention] | None): All gold mentions, None if the Doc is not annotated."""
    if has_mentions(doc, key):
        return read_mentions(doc, key) | set(get_lost(doc, key).mentions)
    return read_mentions(doc, key) if doc.has_annotation("ENT_IOB") else None


def report(prefix: str, total: PRFScore | None, per_type: dict[str, PRFScore]) -> dict[str, Any]:
    """Lay counts out under spaCy's names.

    prefix (str): Such as "ents".
    total (PRFScore | None): All counts, None if nothing was annotated.
    per_type (dict[str, PRFScore]): The counts of each label.
    RETURNS (dict[str, Any]): `{prefix}_p`, `_r`, `_f` and `_per_type`.
    """
    if total is None:
        return {f"{prefix}_{name}": None for name in ("p", "r", "f", "per_type")}
    return {
        f"{prefix}_p": total.precision,
        f"{prefix}_r": total.recall,
        f"{prefix}_f": total.fscore,
        f"{prefix}_per_type": {label: prf.to_dict() for label, prf in sorted(per_type.items())},
    }


def _only(mentions: set[Mention], label: str) -> set[Mention]:
    return {mention for mention in mentions if mention.label == label}
