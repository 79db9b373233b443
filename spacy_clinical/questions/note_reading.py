"""Reading: passages of notes that a question may be about, and the stretches that answer it.

Nothing is generated: an answer is characters of a note, and says which. Where no stretch reaches
the threshold of the pipeline's `clinical_qa`, there is none.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span

from ..docs import get_name, has_mentions
from ..docs.question_docs import get_answers, make_asked, passage_start, set_answers
from ..errors import AskError, Errors
from ..pipeline.qa.passage_reading import find_reader, read_passages
from ..retrieval import Passage, PassageSearch, PassageSettings, cut_passages
from ..retrieval.passage_search import Vectors
from .quoted_assertion import what_holds

BEST = 10  # passages that are read
MOST = 3  # answers
LEAST = 0.5


@dataclass(frozen=True)
class ReadQuote:
    """An answer.

    document (str): The note.
    start, end (int): Its characters.
    text (str): Exactly those.
    score (float): How likely it answers, in 0..1; calibrated if the pipeline is.
    holds (tuple[str, ...]): What its words' cues say: "denied", "family", "hypothetical", "unsure",
        "past"; nothing for what is said plainly.
    """

    document: str
    start: int
    end: int
    text: str
    score: float
    holds: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """RETURNS (dict): As JSON."""
        return asdict(self)


def read_answers(
    nlp: Language, question: str, docs: Iterable[Doc], *, vectors: Vectors | None = None
) -> list[ReadQuote]:
    """Read answers to a question from documents.

    nlp (Language): With a trained `clinical_qa`; nothing else of it is run but its encoder.
    question (str): The question.
    docs (Iterable[Doc]): The documents. Each gets `doc.spans["answers"]`, with scores, which may be
        wider than a quote where a token is.
    vectors (Vectors | None): Sentence vectors, to find passages that share no word with it.
    RETURNS (list[ReadQuote]): The best first, none where nothing is sure enough. A document without
        an id of its own is "note:" and its number. Raises AskError where nothing of the pipeline
        reads answers.
    """
    notes = list(docs)
    names = _names(notes)
    texts = {name: doc.text for name, doc in zip(names, notes, strict=True)}
    found = NoteReader(nlp, vectors=vectors).read(question, texts)
    for name, doc in zip(names, notes, strict=True):
        own = [one for one in found if one.document == name]
        spans = [_span(doc, one) for one in own]
        set_answers(doc, spans, [one.score for one in own])
    return found


def _names(docs: Sequence[Doc]) -> list[str]:
    """Each document's id, or its number where it has none of its own."""
    ids = [get_name(doc)[0] if has_mentions(doc) else "" for doc in docs]
    numbers = [f"note:{number}" for number in range(1, len(docs) + 1)]
    often = Counter(["", "", *ids, *numbers])
    return [id if often[id] == 1 else own for id, own in zip(ids, numbers, strict=True)]


def _span(doc: Doc, one: ReadQuote) -> Span:
    span = doc.char_span(one.start, one.end, alignment_mode="expand")
    assert span is not None
    return span


class NoteReader:
    """Reads notes with a pipeline.

    nlp (Language): With a trained `clinical_qa`. Raises AskError where there is none.
    vectors (Vectors | None): Sentence vectors, to find passages that share no word with a question.
    passages (PassageSettings | None): How long passages are.
    best (int): How many of them are read.
    least (float): Score that an answer needs, beside the component's threshold: by default one that
        is more likely wrong than right isn't said, so that an untuned reader stays silent.
    """

    def __init__(
        self,
        nlp: Language,
        *,
        vectors: Vectors | None = None,
        passages: PassageSettings | None = None,
        best: int = BEST,
        least: float = LEAST,
    ):
        name = find_reader(nlp)
        if name is None:
            raise AskError(Errors.SC978.format(known=", ".join(nlp.pipe_names) or "none"))
        self.nlp = nlp
        self.component: Any = nlp.get_pipe(name)
        self.best, self.least = best, least
        self._settings = passages or PassageSettings()
        self._vectors = vectors
        self._index = lru_cache(32)(self._make_index)

    def read(self, question: str, texts: Mapping[str, str]) -> list[ReadQuote]:
        """Read answers.

        question (str): The question.
        texts (Mapping[str, str]): Document to its text.
        RETURNS (list[ReadQuote]): MOST at most, the best first, none overlapping another. With as
            many notes as one likes, `best` passages are read.
        """
        places, search = self._index(tuple(texts.items()))
        numbers = search.search(question, self.best)
        asked = [
            make_asked(self.nlp.make_doc, question, search.passages[number]) for number in numbers
        ]
        found = [
            quote
            for number, doc in zip(numbers, read_passages(self.nlp, asked), strict=True)
            for quote in _quotes(doc, *places[number])
            if quote.score >= self.least
        ]
        best = _apart(sorted(found, key=lambda one: (-one.score, one.document, one.start)))
        return [_asserted(one, texts[one.document]) for one in best[:MOST]]

    def _make_index(
        self, notes: tuple[tuple[str, str], ...]
    ) -> tuple[list[tuple[str, Passage]], PassageSearch]:
        places = [
            (document, passage)
            for document, text in notes
            for passage in cut_passages(text, self._settings)
        ]
        texts = dict(notes)
        passages = [texts[document][start:end] for document, (start, end) in places]
        return places, PassageSearch(passages, self._vectors)


def _quotes(doc: Doc, document: str, passage: Passage) -> Iterator[ReadQuote]:
    shift = passage.start - passage_start(doc)
    for span, score in get_answers(doc):
        start, end = span.start_char + shift, span.end_char + shift
        yield ReadQuote(document, start, end, span.text, score)


def _apart(found: Sequence[ReadQuote]) -> list[ReadQuote]:
    """Of quotes in order those that overlap none before them."""
    kept: list[ReadQuote] = []
    for one in found:
        same = (other for other in kept if other.document == one.document)
        if not any(other.start < one.end and one.start < other.end for other in same):
            kept.append(one)
    return kept


def _asserted(one: ReadQuote, text: str) -> ReadQuote:
    return replace(one, holds=tuple(sorted(what_holds(text, one.start, one.end))))
