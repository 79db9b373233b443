"""`initialize` refuses an encoder and a tokenizer of another language, unless one insists."""

import pytest
from spacy.language import Language
from spacy.training import Example

from spacy_clinical.batch.worker_pool import annotate_notes
from spacy_clinical.docs import to_doc
from spacy_clinical.docs.piece_counts import get_piece_counts
from spacy_clinical.errors import PipelineError
from spacy_clinical.note import Note
from spacy_clinical.records import Entity, Record

from ...pipelines import Build

ONE = {"nlp.pipeline": ["transformer", "clinical_ner"]}
INSIST = {**ONE, "initialize.components": {"clinical_ner": {"insist": True}}}
UNREAD = "患者出现发热咳嗽三天余"  # eleven characters of which the encoder knows none
READ = "patient given aspirin"


def make_examples(nlp: Language, text: str, extent: tuple[int, int], n: int) -> list[Example]:
    record = Record("n", text, (Entity("T1", "SIGN", (extent,)),))
    docs = [to_doc(record, nlp.make_doc) for _ in range(n)]
    return [Example(nlp.make_doc(text), doc) for doc in docs]


@pytest.mark.parametrize(
    ("text", "extent", "n", "code"),
    [
        (" ".join(UNREAD), (8, 13), 10, r"SC328.*97 %"),
        (READ, (9, 12), 6, r"SC329.*6 of 7"),
    ],
)
def test_refused_unless_one_insists(
    build: Build, text: str, extent: tuple[int, int], n: int, code: str
) -> None:
    nlp = build(ONE)
    kept = make_examples(nlp, READ, (14, 21), 1)
    with pytest.raises(PipelineError, match=code):
        nlp.initialize(lambda: [*kept, *make_examples(nlp, text, extent, n)])
    nlp = build(INSIST)
    nlp.initialize(lambda: [*kept, *make_examples(nlp, text, extent, n)])
    assert nlp.get_pipe("clinical_ner").labels == ("SIGN",)


def test_few_say_nothing_of_a_language(build: Build) -> None:
    nlp = build(ONE)
    few = [*make_examples(nlp, " ".join(UNREAD), (8, 13), 8), *make_examples(nlp, READ, (9, 12), 1)]
    nlp.initialize(lambda: few)


def test_notes_are_counted_as_they_are_read(trained: Language) -> None:
    """Three words that the encoder knows, and eleven characters that it doesn't."""
    doc = trained(f"{READ} {UNREAD}")
    assert get_piece_counts(doc) == (14, 11)
    (result,) = annotate_notes(trained, [Note("a", f"{READ} {UNREAD}")], audited=True)
    assert (result.pieces, result.unknown) == (14, 11)
    assert result.facts is not None and (result.facts.pieces, result.facts.unknown) == (14, 11)
