"""Several corpora in one training, each with what it annotates and its share of an epoch."""

import logging
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from thinc.api import Model

from ..docs import Annotated, get_name, has_mentions, restrict
from ..errors import CorpusError, Errors
from .corpus_reader import read_docs

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Part:
    """One of the corpora.

    path (Path | None): A .spacy file, or a folder that is searched for them.
    annotated (Annotated): What it annotates.
    share (float): Its documents in an epoch, as a multiple of those it has.
    """

    path: Path | None
    annotated: Annotated
    share: float


def make_corpus_part(
    path: Path | None,
    labels: list[str] | None = None,
    rename: dict[str, str] | None = None,
    relations: bool = True,
    assertions: bool = True,
    share: float = 1.0,
    relation_labels: list[str] | None = None,
) -> Part:
    """Describe a corpus that takes part in a mixed training.

    path (Path | None): A .spacy file, or a folder that is searched for them.
    labels (list[str] | None): The entity labels that its annotators looked for, in the words of
        the training: mentions of others are dropped. None if it knows all that the training has.
    rename (dict[str, str] | None): Its labels to those of the training.
    relations, assertions (bool): Whether it annotates them; heads learn nothing from it otherwise.
    share (float): Its documents in an epoch, as a multiple of those it has: 2.0 takes each twice,
        0.5 draws half of them.
    relation_labels (list[str] | None): The relation labels that its annotators looked for:
        relations of others are dropped. None if it knows all that the training has.
    RETURNS (Part): For `spacy-clinical.MixedCorpus.v1`.
    """
    if share < 0:
        raise CorpusError(Errors.SC407.format(share=share))
    return Part(
        path, Annotated(rename or {}, labels, relations, relation_labels, assertions), share
    )


def make_mixed_corpus(
    parts: dict[str, Part],
    exclude: list[Path] | None = None,
    shuffle: bool = False,
    seed: int = 0,
) -> Callable[[Language], Iterator[Example]]:
    """Read corpora whose labels differ. What one of them doesn't annotate, heads don't learn from
    it and scorers don't count on it: where it has no mention, there may be one of a label that it
    doesn't know.

    parts (dict[str, Part]): The corpora, by names that messages use.
    exclude (list[Path] | None): Corpora for evaluation: a document whose name or text one of them
        has, but for case and white space, is left out, and counted in a warning.
    shuffle (bool): In another order at each reading, parts among each other.
    seed (int): Of the order, and of what is drawn.
    RETURNS (Callable[[Language], Iterator[Example]]): The reader. Each reading draws anew; a
        pipeline that isn't initialised yet gets every document once, as it takes its labels, and
        which relations hold between which of them, from there.
    """
    if not parts:
        raise CorpusError(Errors.SC404)
    for name, part in parts.items():
        if part.path is None:
            raise CorpusError(Errors.SC405.format(name=name))
    randomness = random.Random(seed)
    reported: set[str] = set()

    def read(nlp: Language) -> Iterator[Example]:
        forbidden = _keys_of(doc for path in exclude or () for doc in read_docs(path, nlp))
        docs: list[Doc] = []
        for name, part in parts.items():
            found, counts = _read_part(part, nlp, forbidden)
            if counts and name not in reported:
                reported.add(name)
                logger.warning(Errors.SC406.format(name=name, **counts))
            docs += found if is_new(nlp) else _draw(found, part.share, randomness)
        if shuffle:
            randomness.shuffle(docs)
        for doc in docs:
            yield Example(nlp.make_doc(doc.text), doc)

    return read


def _read_part(
    part: Part, nlp: Language, forbidden: set[str]
) -> tuple[list[Doc], dict[str, int] | None]:
    """The documents of a part, and what was left out: None if nothing was."""
    kept, counts = [], Counter[str]()
    assert part.path is not None
    for doc in read_docs(part.path, nlp):
        counts["documents"] += 1
        if forbidden.isdisjoint(_keys(doc)):
            counts.update(restrict(doc, part.annotated))
            kept.append(doc)
    excluded = counts["documents"] - len(kept)
    names = ("documents", "mentions", "relations")
    if not (excluded or counts["mentions"] or counts["relations"]):
        return kept, None
    return kept, {"excluded": excluded, **{name: counts[name] for name in names}}


def is_new(nlp: Language) -> bool:
    """RETURNS (bool): Whether a pipeline is still to be initialised. That ends by giving it its
    optimizer; where some components come from another pipeline they bring one, and the others'
    models don't know their sizes yet."""
    models = (getattr(component, "model", None) for _, component in nlp.pipeline)
    unsized = any(isinstance(m, Model) and m.has_dim("nO") is None for m in models)
    return nlp._optimizer is None or unsized


def _draw(docs: Sequence[Doc], share: float, randomness: random.Random) -> list[Doc]:
    """Each document as often as the whole part of a share says, and a sample for the rest."""
    whole, rest = divmod(share, 1)
    return [*docs] * int(whole) + randomness.sample(docs, round(rest * len(docs)))


def _keys_of(docs: Iterable[Doc]) -> set[str]:
    return {key for doc in docs for key in _keys(doc)}


def _keys(doc: Doc) -> list[str]:
    """What tells a document: its text and, if it has one, its name."""
    text = "text:" + "".join(doc.text.casefold().split())
    name = get_name(doc)[0] if has_mentions(doc) else ""
    return [text, f"name:{name}"] if name else [text]
