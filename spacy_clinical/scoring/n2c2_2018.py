"""The rules by which n2c2 2018, track 2 (medications and adverse drug events) counts.

Written anew from their description (Henry et al. 2020, J Am Med Inform Assoc 27(1):3-12, and the
track's guide to evaluation). They differ from `score_entities` and `score_relations`:

- *strict* wants equal borders, *lenient* any shared character; the types must be equal in both.
- A discontinuous mention is what lies between its first and its last character.
- Of several predictions that match one gold annotation, one counts; the others are taken out, and
  are no false positives.
- True positives are predictions that match, so one prediction over two gold mentions is one true
  positive, and one gold mention is missed.
- *macro* is the mean over documents of each one's precision, recall and F1, not over labels.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from spacy.scorer import PRFScore
from spacy.training import Example

from ..docs import KEY, Mention, has_relations
from .entity_scores import read_found_mentions, read_gold_mentions
from .relation_scores import RelationKey, read_found_relations, read_relations

MODES = ("strict", "lenient")


class Tag(NamedTuple):
    """A mention as the track sees it: a label, and characters from first to last."""

    label: str
    start: int
    end: int


class Link(NamedTuple):
    """A relation as the track sees it."""

    label: str
    head: Tag
    tail: Tag


Item = Tag | Link


def make_n2c2_2018_scorer(spans_key: str = KEY) -> Callable[..., dict[str, Any]]:
    """Make a scorer that adds the track's scores to a training log.

    spans_key (str): The span group of the mentions.
    RETURNS (Callable): Takes examples, gives `n2c2_ents_strict_f`, `n2c2_ents_lenient_f`,
        `n2c2_rels_strict_f` and `n2c2_rels_lenient_f`, micro-averaged.
    """

    def score(examples: Iterable[Example], **kwargs: Any) -> dict[str, Any]:
        scores = score_n2c2_2018(examples, key=spans_key)
        return {
            f"n2c2_{kind}_{mode}_f": scores[kind][mode]["micro"]["f"]
            for kind in ("ents", "rels")
            for mode in MODES
        }

    return score


def score_n2c2_2018(examples: Iterable[Example], *, key: str = KEY) -> dict[str, Any]:
    """Score mentions and relations end to end as the track does.

    Documents whose mentions aren't annotated are left out; so are, for relations, those whose
    relations aren't.

    examples (Iterable[Example]): Gold in the references, predictions in the predicted documents.
    key (str): The span group.
    RETURNS (dict[str, Any]): `ents` and `rels`, of each `strict` and `lenient`, of each `micro`,
        `macro` and `per_type` (micro), with `p`, `r`, `f` in 0..1.
    """
    examples = list(examples)
    tags = [pair for eg in examples if (pair := _tags_of(eg, key)) is not None]
    links = [
        (_links(read_relations(eg.reference, key=key)), _links(read_found_relations(eg, key=key)))
        for eg in examples
        if has_relations(eg.reference, key)
    ]
    return {
        "ents": {mode: _score(tags, mode) for mode in MODES},
        "rels": {mode: _score(links, mode) for mode in MODES},
    }


def match(one: Item, other: Item, mode: str) -> bool:
    """Tell whether a prediction matches a gold annotation.

    one, other (Tag | Link): Both mentions, or both relations.
    mode (str): "strict" or "lenient".
    RETURNS (bool): Whether labels are equal and characters equal or shared, for a relation those
        of both arguments.
    """
    if one.label != other.label:
        return False
    if isinstance(one, Link) and isinstance(other, Link):
        return match(one.head, other.head, mode) and match(one.tail, other.tail, mode)
    assert isinstance(one, Tag) and isinstance(other, Tag)
    if mode == "strict":
        return one == other
    return one.start < other.end and other.start < one.end


def count(gold: Sequence[Item], predicted: Sequence[Item], mode: str) -> PRFScore:
    """Count one document.

    gold, predicted (Sequence[Tag | Link]): Each annotation once.
    mode (str): "strict" or "lenient".
    RETURNS (PRFScore): The counts.
    """
    surplus: set[Item] = set()
    matched: set[Item] = set()
    for truth in gold:
        hits = [p for p in predicted if p not in surplus and match(p, truth, mode)]
        hits.sort(key=lambda p: p not in matched)
        matched.update(hits[:1])
        surplus.update(p for p in hits[1:] if p not in matched)
    tp, n_predicted = len(matched), len(predicted) - len(surplus)
    return PRFScore(tp=tp, fp=n_predicted - tp, fn=len(gold) - tp)


def _score(documents: Sequence[tuple[list[Any], list[Any]]], mode: str) -> dict[str, Any]:
    counts = [count(gold, predicted, mode) for gold, predicted in documents]
    labels = sorted({item.label for pair in documents for items in pair for item in items})
    return {
        "micro": sum(counts, PRFScore()).to_dict(),
        "macro": {x: _mean([prf.to_dict()[x] for prf in counts]) for x in "prf"},
        "per_type": {
            label: sum(
                (count(_only(gold, label), _only(found, label), mode) for gold, found in documents),
                PRFScore(),
            ).to_dict()
            for label in labels
        },
    }


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _only(items: Iterable[Item], label: str) -> list[Item]:
    return [item for item in items if item.label == label]


def _tags_of(example: Example, key: str) -> tuple[list[Tag], list[Tag]] | None:
    gold = read_gold_mentions(example.reference, key)
    if gold is None:
        return None
    return _tags(gold), _tags(read_found_mentions(example, key))


def _tags(mentions: Iterable[Mention]) -> list[Tag]:
    return sorted({_tag(mention) for mention in mentions})


def _tag(mention: Mention) -> Tag:
    return Tag(mention.label, mention.fragments[0][0], mention.fragments[-1][1])


def _links(relations: Iterable[RelationKey]) -> list[Link]:
    return sorted({_link(relation) for relation in relations})


def _link(relation: RelationKey) -> Link:
    return Link(relation.label, _tag(relation.head), _tag(relation.tail))
