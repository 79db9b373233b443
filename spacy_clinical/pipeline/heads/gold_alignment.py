"""Gold annotation of an Example, laid onto the predicted document's own tokens."""

from dataclasses import dataclass, field

from spacy.tokens import Doc
from spacy.training import Example

from ...docs import TokenIndex, get_known_labels, get_lost, get_mentions, has_mentions
from ...docs.mention_store import Mention


@dataclass
class GoldMentions:
    """What the reference says about mentions, in tokens of the predicted document.

    known (bool): Whether the reference is annotated at all.
    tokens (list[tuple[int, int] | None]): Tokens of each stored mention; None where a border
        falls inside a token or the mention is discontinuous.
    mentions (list[Mention]): The stored mentions, in the same order.
    masked (list[tuple[int, str | None]]): Tokens of which the truth isn't known or can't be
        expressed, and the label of which that holds; None for all labels.
    lost (int): Further mentions, which the reference's own tokens couldn't hold.
    labels (frozenset[str] | None): The labels that the annotators looked for, None for all.
    scores (list[float | None]): Of silver annotation the probability of each mention; empty where
        there are none.
    """

    known: bool
    tokens: list[tuple[int, int] | None] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    masked: list[tuple[int, str | None]] = field(default_factory=list)
    lost: int = 0
    labels: frozenset[str] | None = None
    scores: list[float | None] = field(default_factory=list)


def get_gold_mentions(example: Example, key: str) -> GoldMentions:
    """Read the gold mentions of an example by their characters.

    A reference without our span group may have `doc.ents`; tokens whose entity annotation is
    missing are masked, and so are tokens of mentions that this tokenisation can't represent.

    example (Example): Reference and predicted share the text, not necessarily the tokens.
    key (str): The span group of the mentions.
    RETURNS (GoldMentions): In tokens of `example.predicted`.
    """
    reference, doc = example.reference, example.predicted
    scores: list[float | None] = []
    if has_mentions(reference, key):
        mentions, lost = get_mentions(reference, key), get_lost(reference, key).mentions
        scores = reference.spans[key].attrs.get("scores") or []
    elif reference.has_annotation("ENT_IOB"):
        mentions = [Mention(e.label_, ((e.start_char, e.end_char),)) for e in reference.ents]
        lost = []
    else:
        return GoldMentions(known=False, masked=[(token, None) for token in range(len(doc))])
    index = TokenIndex(doc)
    tokens = [_find(mention, index) for mention in mentions]
    unheld = [m for m, place in zip(mentions, tokens, strict=True) if place is None]
    masked: list[tuple[int, str | None]] = [
        (token, mention.label)
        for mention in [*unheld, *lost]
        for start, end in mention.fragments
        for token in index.touched(start, end)
    ]
    if not has_mentions(reference, key):
        masked += [(token, None) for token in _unannotated(reference, index)]
    labels = get_known_labels(reference, key)
    return GoldMentions(True, tokens, mentions, masked, len(lost), labels, scores)


def _find(mention: Mention, index: TokenIndex) -> tuple[int, int] | None:
    if len(mention.fragments) > 1:
        return None
    return index.find(*mention.fragments[0])


def _unannotated(reference: Doc, index: TokenIndex) -> list[int]:
    return [
        token
        for other in reference
        if other.ent_iob == 0
        for token in index.touched(other.idx, other.idx + len(other))
    ]
