"""What `clinical_ner` reports as not learnable."""

import logging
from collections.abc import Sequence

from ...errors import Errors
from ..heads.gold_alignment import GoldMentions
from ..heads.language_check import check_borders
from .schemes import Scheme

logger = logging.getLogger(__name__)


def report_unheld(
    golds: Sequence[GoldMentions], labels: Sequence[str], scheme: Scheme, name: str, *, insist: bool
) -> None:
    """Warn of gold mentions that the tokens or the scheme can't hold, refuse too many of the first.

    golds (Sequence[GoldMentions]): Of the training data.
    labels (Sequence[str]): The component's labels; mentions of others aren't counted.
    scheme (Scheme): What the model's outputs can stand for.
    name (str): The component.
    insist (bool): Only warn, as of `check_borders`.
    """
    numbers = {label: k for k, label in enumerate(labels)}
    counts = {scheme.limit: 0, "discontinuous": 0, "with a border inside a token": 0}
    total = 0
    for gold in golds:
        pairs = [p for p in zip(gold.tokens, gold.mentions, strict=True) if p[1].label in numbers]
        total += len(pairs) + gold.lost
        counts[scheme.limit] += scheme.unheld([(*t, numbers[m.label]) for t, m in pairs if t])
        broken = sum(len(m.fragments) > 1 for _, m in pairs)
        counts["discontinuous"] += broken
        missing = sum(t is None for t, _ in pairs)
        counts["with a border inside a token"] += missing - broken + gold.lost
    check_borders(counts["with a border inside a token"], total, name, insist=insist)
    if any(counts.values()):
        listed = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
        logger.warning(Errors.SC315.format(name=name, total=total, counts=listed))
