"""spacy-llm's task `spacy-clinical.LLMFacts.v1`: entities, what is said of them, and relations in
one question, by our schema, into our store.

    [components.llm]
    factory = "llm"
    [components.llm.task]
    @llm_tasks = "spacy-clinical.LLMFacts.v1"
"""

import typing
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from spacy.tokens import Doc, Span

from ..docs import (
    Assertion,
    get_name,
    has_mentions,
    name_doc,
    set_assertions,
    set_mentions,
    set_relations,
)
from ..docs.extension_getters import install_extensions
from ..docs.mention_store import KEY
from ..docs.phi import get_id
from ..schema import Schema
from .answer_grounding import ASSERTION, Answer, Place, read_answer
from .few_shot import FewShot
from .note_pieces import cut_note
from .prompt import Question, Shown
from .self_consistency import Agreed, agree

SOURCE = "llm"


def make_facts_task(
    schema: dict[str, Any],
    definitions: dict[str, str] | None = None,
    samples: int = 1,
    share: float = 0.5,
    few_shot: FewShot | None = None,
    spans_key: str = KEY,
) -> "LLMFacts":
    """Make the task.

    schema (dict[str, Any]): As for `Schema.from_dict`: `entities`, `relations`, and values of
        "assertion" under `attributes`.
    definitions (dict[str, str] | None): What a label means.
    samples (int): Answers asked for of each piece of a note; with more than one, the model needs a
        temperature above 0.
    share (float): Of the answers that must agree, above 0 and up to 1.
    few_shot (FewShot | None): Chooses examples.
    spans_key (str): The span group to write.
    """
    return LLMFacts(schema, definitions or {}, samples, share, few_shot, spans_key)


class LLMFacts:
    """Ask a language model for facts, and keep those whose words the note has.

    The arguments are those of `make_facts_task`.
    """

    def __init__(
        self,
        schema: Mapping[str, Any],
        definitions: Mapping[str, str],
        samples: int,
        share: float,
        few_shot: FewShot | None,
        spans_key: str,
    ) -> None:
        install_extensions()
        self.schema = Schema.from_dict(schema)
        self.question = Question(self.schema, definitions)
        self.samples, self.share, self.few_shot, self.key = samples, share, few_shot, spans_key

    @property
    def labels(self) -> tuple[str, ...]:
        """RETURNS (tuple[str, ...]): The entity labels."""
        return self.schema.entities

    @property
    def prompt_template(self) -> str:
        """RETURNS (str): The question without note and examples, by which spacy-llm's cache knows
        that it is another one."""
        return self.question.ask("", [])

    # spacy-llm compares these type hints: they must be typing's own.
    def generate_prompts(
        self,
        docs: typing.Iterable[Doc],
        context_length: typing.Optional[int] = None,  # noqa: UP045
    ) -> typing.Iterable[typing.Tuple[typing.Iterable[str], typing.Iterable[Doc]]]:  # noqa: UP006
        """Write the questions.

        docs (Iterable[Doc]): The notes.
        context_length (int | None): The model's, in wordpieces.
        YIELDS (tuple[list[str], list[Span]]): Of each note its questions and the piece that each
            is about: pieces in order, each as often as there are samples.
        """
        for doc in docs:
            examples = self._examples(doc)
            taken = len(self.question.ask("", examples))
            pieces = list(cut_note(doc, taken, context_length))
            asked = [piece for piece in pieces for _ in range(self.samples)]
            yield [self.question.ask(piece.text, examples) for piece in asked], _with(doc, asked)

    def parse_responses(
        self,
        shards: typing.Iterable[typing.Iterable[Doc]],
        responses: typing.Iterable[typing.Iterable[str]],
    ) -> typing.Iterable[Doc]:
        """Read the answers and write what they state.

        shards (Iterable[list]): As `generate_prompts` gives them.
        responses (Iterable[Iterable[str]]): Of each note the answers to its questions.
        YIELDS (Doc): The notes, with mentions scored by agreement, assertions and relations, and
            what was dropped counted in the group's attrs under "llm".
        """
        for (doc, *pieces), answers in zip(shards, responses, strict=True):
            counts: Counter[str] = Counter()
            read = [
                read_answer(answer, piece, self.schema, counts)  # type: ignore[arg-type]
                for piece, answer in zip(pieces, answers, strict=True)
            ]
            parts = [read[i : i + self.samples] for i in range(0, len(read), self.samples)]
            self._annotate(doc, [self._agree(part) for part in parts], counts)
            yield doc

    def _examples(self, doc: Doc) -> list[Shown]:
        return self.few_shot.choose(doc.text, get_id(doc, self.key)) if self.few_shot else []

    def _agree(self, answers: list[Answer | None]) -> Agreed:
        whole = [answer for answer in answers if answer is not None]
        return agree(whole, self.share) if whole else Agreed({}, {}, {})

    def _annotate(self, doc: Doc, found: list[Agreed], counts: Counter[str]) -> None:
        mentions: dict[Place, float] = {}
        said: dict[Place, tuple[str, float]] = {}
        relations: dict[tuple[Place, str, Place], float] = {}
        for part in found:
            mentions |= part.mentions
            said |= part.assertions
            relations |= part.relations
        places = sorted(mentions)
        spans = [Span(doc, start, end, label=label) for start, end, label in places]
        name = get_name(doc, self.key) if has_mentions(doc, self.key) else ("", None)
        set_mentions(doc, spans, scores=[mentions[p] for p in places], attributes=[], key=self.key)
        rows = [[Assertion(ASSERTION, *said[p])] if p in said else [] for p in places]
        if name[0]:
            name_doc(doc, *name, key=self.key)
        set_assertions(doc, rows, self.key)
        number = {place: i for i, place in enumerate(places)}
        pairs = sorted((number[h], number[t], label, n) for (h, label, t), n in relations.items())
        if self.schema.relations:
            set_relations(doc, pairs, key=self.key)
        attrs = doc.spans[self.key].attrs
        attrs["sources"], attrs[SOURCE] = [SOURCE] * len(places), dict(+counts)


def _with(doc: Doc, pieces: list[Span]) -> Any:
    """The Doc before its pieces: an empty note has none, and comes back all the same."""
    return [doc, *pieces]


def read_counts(docs: Iterable[Doc], key: str = KEY) -> Counter[str]:
    """Sum up what was dropped from a language model's answers.

    docs (Iterable[Doc]): Annotated by the task.
    key (str): The span group.
    RETURNS (Counter[str]): By the names in `answers.COUNTS`.
    """
    total: Counter[str] = Counter()
    for counts in _stored(docs, key):
        total.update(counts)
    return total


def _stored(docs: Iterable[Doc], key: str) -> Iterator[Mapping[str, int]]:
    for doc in docs:
        if key in doc.spans:
            yield doc.spans[key].attrs.get(SOURCE, {})
