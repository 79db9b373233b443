"""Questions with answers in long texts to Examples: a question and a passage in each."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example

from ..docs.question_docs import copy_question, make_asked, passage_start, set_answers
from ..errors import CorpusError, Errors
from ..formats import Reject
from ..retrieval import Bm25, Passage, PassageSettings, cut_passages
from .squad import AskedText, Extent, GoldAnswers, SquadReader

logger = logging.getLogger(__name__)
BEST = 10  # passages of a question, where it is to be answered from a whole text


def make_question_corpus(
    path: Path | None,
    words: int = 100,
    overlap: int = 30,
    negatives: int = 2,
    retrieved: int = 0,
    limit: int = 0,
) -> Callable[[Language], Iterator[Example]]:
    """Read questions in the JSON of SQuAD.

    path (Path | None): The file.
    words, overlap (int): Of the passages, and of what neighbours share: see `PassageSettings`.
    negatives (int): To learn from: each question is asked of all passages that hold its answer, and
        of so many others, those that have most of its words.
    retrieved (int): To measure: each question is asked of so many passages, the best by BM25,
        whether they hold an answer or not. 0 to learn.
    limit (int): Questions to read at most, 0 for all.
    RETURNS (Callable[[Language], Iterator[Example]]): The reader.
    """
    if path is None:
        raise CorpusError(Errors.SC401)
    if min(negatives, retrieved) < 0:
        raise CorpusError(Errors.SC979.format(negatives=negatives, retrieved=retrieved))
    choice = Choice(PassageSettings(words, overlap), negatives, retrieved, limit)

    def read(nlp: Language) -> Iterator[Example]:
        for doc in read_questions(path, nlp, choice):
            yield Example(copy_question(doc, nlp.make_doc(doc.text)), doc)

    return read


@dataclass(frozen=True)
class Choice:
    """Of what a question is asked: see `make_question_corpus`."""

    passages: PassageSettings = field(default_factory=PassageSettings)
    negatives: int = 0
    retrieved: int = BEST
    limit: int = 0


def is_squad(path: Path) -> bool:
    """RETURNS (bool): Whether a file looks like JSON in the form of SQuAD."""
    if path.suffix != ".json" or not path.is_file():
        return False
    with path.open(encoding="utf-8", errors="replace") as file:
        return '"paragraphs"' in file.read(4096)


def read_questions(
    path: Path,
    nlp: Language,
    choice: Choice | None = None,
    rejects: list[Reject] | None = None,
) -> Iterator[Doc]:
    """Read questions, each with passages of its text.

    path (Path): JSON in the form of SQuAD.
    nlp (Language): Tokenises.
    choice (Choice | None): Which passages; the BEST ones by BM25 if None.
    rejects (list[Reject] | None): Texts that can't be read are put there; None: an error names all
        of them.
    YIELDS (Doc): One a question and passage, those of a question after each other. Questions whose
        answers the texts don't hold are counted in a warning.
    """
    wanted = choice or Choice()
    count, reader = 0, SquadReader(Path(path), rejects)
    for text in reader:
        passages = cut_passages(text.text, wanted.passages)
        index = Bm25([text.text[a:b] for a, b in passages])
        for one in text.questions:
            if wanted.limit and count >= wanted.limit:
                return
            count += 1
            ranked = [number for number, _ in index.search(one.question, len(passages))]
            for number in _chosen(passages, ranked, one.answers, wanted):
                yield _asked(nlp, text, one, passages[number])
    if reader.lost:
        _tell_lost(str(path), reader.lost)


@cache
def _tell_lost(path: str, n: int) -> None:
    """Once, however often a training reads the file."""
    logger.warning(Errors.SC408.format(path=path, n=n))


def _chosen(
    passages: Sequence[Passage], ranked: list[int], answers: Sequence[Extent], wanted: Choice
) -> list[int]:
    """The numbers of the passages that a question is asked of. One that shares no word with any is
    asked of the first ones: left out, it would be missing from what is measured."""
    if wanted.retrieved:
        return (ranked or list(range(len(passages))))[: wanted.retrieved]
    shared = {n: _shared(passage, answers) for n, passage in enumerate(passages)}
    most = max(shared.values(), default=0)
    holding = [n for n, count in shared.items() if count == most > 0]
    others = [n for n in ranked if not shared[n]]
    return holding + others[: wanted.negatives]


def _shared(passage: Passage, answers: Sequence[Extent]) -> int:
    """How many characters of its first answer a passage has; 1 where it has others of it only."""
    lengths = [min(passage.end, end) - max(passage.start, start) for start, end in answers]
    first = max(0, *lengths[:1], 0)
    return first or int(any(length > 0 for length in lengths))


def _asked(nlp: Language, text: AskedText, one: GoldAnswers, passage: Passage) -> Doc:
    """A question, a passage, and what of the first answer is in it."""
    right = [text.text[start:end] for start, end in one.answers]
    words = text.text[passage.start : passage.end]
    doc = make_asked(nlp.make_doc, one.question, words, id=one.id, answers=right)
    shift = passage_start(doc) - passage.start
    found = []
    for start, end in one.answers:
        inside = max(start, passage.start), min(end, passage.end)
        if inside[0] < inside[1]:
            first, last = (place + shift for place in inside)
            found.append(doc.char_span(first, last, alignment_mode="expand"))
    held = [span for span in found if span is not None]
    set_answers(doc, held, [1.0] * len(held))
    return doc
