"""What a pipeline can't find, whatever it learned: counted before recall is judged."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from spacy.tokens import Doc
from spacy.training import Example

from ..docs import KEY, Mention, TokenIndex, has_relations
from .entity_scores import read_gold_mentions
from .relation_scores import RelationKey, read_relations

# Takes a Doc with mentions; gives the relations that the component may find, and how many pairs
# the limit on their number cut off.
Propose = Callable[[Doc], tuple[set[RelationKey], int]]


@dataclass
class Losses:
    """Gold annotation beyond reach.

    mentions (int): All gold mentions.
    inside_tokens (int): Those with a border inside a token of the pipeline.
    discontinuous (int): Those in several fragments.
    overlapping (int): Those that share characters with another one.
    relations (int): All gold relations.
    with_lost_argument (int): Those with an argument that no tokens can hold.
    outside_candidates (int): Those of the others that are no candidates: too far apart, of a label
        or of types that the schema doesn't know, or cut off.
    capped_pairs (int): Candidate pairs that the limit on their number cut off.
    capped_documents (int): Documents where that happened.
    """

    mentions: int = 0
    inside_tokens: int = 0
    discontinuous: int = 0
    overlapping: int = 0
    relations: int = 0
    with_lost_argument: int = 0
    outside_candidates: int = 0
    capped_pairs: int = 0
    capped_documents: int = 0

    @property
    def candidate_recall(self) -> float | None:
        """RETURNS (float | None): Share of the gold relations that can be found at all."""
        if not self.relations:
            return None
        return 1 - (self.with_lost_argument + self.outside_candidates) / self.relations

    def to_dict(self) -> dict[str, Any]:
        """RETURNS (dict[str, Any]): The counts and `candidate_recall`."""
        return {**asdict(self), "candidate_recall": self.candidate_recall}


def count_losses(
    examples: Iterable[Example],
    propose: Propose | None,
    symmetric: frozenset[str],
    *,
    key: str = KEY,
) -> Losses:
    """Count what is beyond reach.

    examples (Iterable[Example]): Predicted documents with the gold mentions that their tokens can
        hold, as `predict_with_gold_mentions` stores them.
    propose (Propose | None): The relation component's candidates; None if it has none.
    symmetric (frozenset[str]): Labels without direction.
    key (str): The span group.
    RETURNS (Losses): The counts. Without `propose`, no relation counts as outside.
    """
    found = Losses()
    for example in examples:
        gold = read_gold_mentions(example.reference, key)
        if gold is None:
            continue
        held = _count_mentions(example, gold, found)
        if has_relations(example.reference, key):
            relations = read_relations(example.reference, symmetric, key)
            _count_relations(example.predicted, relations, held, propose, found)
    return found


def _count_mentions(example: Example, gold: set[Mention], found: Losses) -> set[Mention]:
    """Count mentions. Gives those that the pipeline's tokens can hold."""
    index = TokenIndex(example.predicted)
    whole = {m for m in gold if len(m.fragments) == 1}
    held = {m for m in whole if index.find(*m.fragments[0])}
    found.mentions += len(gold)
    found.discontinuous += len(gold) - len(whole)
    found.inside_tokens += len(whole) - len(held)
    found.overlapping += _count_overlapping(gold)
    return held


def _count_relations(
    doc: Doc,
    relations: set[RelationKey],
    held: set[Mention],
    propose: Propose | None,
    found: Losses,
) -> None:
    reachable = {rel for rel in relations if rel.head in held and rel.tail in held}
    found.relations += len(relations)
    found.with_lost_argument += len(relations) - len(reachable)
    if propose is not None:
        proposed, capped = propose(doc)
        found.outside_candidates += len(reachable - proposed)
        found.capped_pairs += capped
        found.capped_documents += capped > 0


def _count_overlapping(mentions: set[Mention]) -> int:
    places = sorted((s, e, i) for i, m in enumerate(mentions) for s, e in m.fragments)
    sharing: set[int] = set()
    reach, last = -1, -1
    for start, end, i in places:
        if start < reach:
            sharing |= {i, last}
        if end > reach:
            reach, last = end, i
    return len(sharing)
