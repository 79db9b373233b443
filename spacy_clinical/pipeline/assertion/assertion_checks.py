"""Around `clinical_assertion`: its scheme from data, what is left out, what is held out."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from zlib import crc32

import numpy
from spacy.tokens import Doc

from ...attributes import Scheme
from ...docs import get_assertions, get_mentions, has_assertions
from ...docs.assertion_store import one_of_each
from ...errors import Errors, PipelineError
from .mention_instances import UNKNOWN, Array, MentionInstances

logger = logging.getLogger(__name__)


def learn_scheme(
    docs: Iterable[Doc], key: str, names: Sequence[str], defaults: Mapping[str, str], name: str
) -> Scheme:
    """Derive the scheme that annotated documents obey.

    docs (Iterable[Doc]): Gold documents.
    key (str): The span group.
    names (Sequence[str]): The attributes to learn.
    defaults (Mapping[str, str]): Their defaults, where they have one.
    name (str): The component, for errors.
    RETURNS (Scheme): The scheme. Raises PipelineError if an attribute is nowhere annotated.
    """
    rows = list(said_of_mentions(docs, key))
    scheme = Scheme.learn(rows, names, defaults)
    missing = {*names, *defaults} - {type.name for type in scheme.types}
    if missing or not names:
        known = ", ".join(sorted({x for _, said in rows for x in said})) or "none"
        asked = ", ".join(sorted(missing)) or "none"
        raise PipelineError(Errors.SC310.format(name=name, names=asked, known=known))
    return scheme


def said_of_mentions(docs: Iterable[Doc], key: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Read what documents say of their mentions.

    docs (Iterable[Doc]): Annotated documents.
    key (str): The span group.
    YIELDS (tuple[str, dict[str, str]]): Entity label, and values by attribute, of each mention.
    """
    for doc in docs:
        if has_assertions(doc, key):
            pairs = zip(get_mentions(doc, key), get_assertions(doc, key), strict=True)
            yield from ((mention.label, one_of_each(said)) for mention, said in pairs)


def report_unheld(instances: Sequence[MentionInstances], name: str) -> None:
    """Warn of gold values of mentions that no tokens can hold.

    instances (Sequence[MentionInstances]): Of the training data.
    name (str): The component.
    """
    outside = sum(found.outside for found in instances)
    inside = sum(int((found.truth != UNKNOWN).sum()) for found in instances)
    if outside:
        logger.warning(Errors.SC311.format(name=name, outside=outside, total=outside + inside))


class HeldOut:
    """Documents that a head doesn't learn from, and its newest logits on them.

    share (float): Of all documents. Which ones depends on their text alone.
    """

    def __init__(self, share: float):
        if not 0.0 <= share < 1.0:
            raise PipelineError(Errors.SC312.format(share=share))
        self.share = share
        self._seen: dict[int, tuple[Array, Array]] = {}

    def has(self, doc: Doc) -> bool:
        """RETURNS (bool): Whether a document is held out."""
        return self._number(doc) % 10_000 < self.share * 10_000

    def keep(
        self, docs: Sequence[Doc], instances: Sequence[MentionInstances], logits: Array
    ) -> bool:
        """Remember the logits of held-out documents.

        docs (Sequence[Doc]): A batch.
        instances (Sequence[MentionInstances]): Its mentions, with gold values.
        logits (Array): Of the mentions of all documents.
        RETURNS (bool): Whether there was any.
        """
        ends = numpy.cumsum([len(found.rows) for found in instances])
        held = [i for i, doc in enumerate(docs) if len(instances[i].rows) and self.has(doc)]
        for i in held:
            rows = logits[ends[i] - len(instances[i].rows) : ends[i]]
            self._seen[self._number(docs[i])] = (rows.copy(), instances[i].truth)
        return bool(held)

    def everything(self) -> tuple[Array, Array]:
        """RETURNS (tuple[Array, Array]): Logits and gold values of all held-out mentions."""
        logits, truth = zip(*self._seen.values(), strict=True)
        return numpy.concatenate(logits), numpy.concatenate(truth)

    @staticmethod
    def _number(doc: Doc) -> int:
        return crc32(doc.text.encode("utf-8"))
