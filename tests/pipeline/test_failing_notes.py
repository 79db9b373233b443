"""`nlp.pipe` with an error handler: a note that fails is lost, and no other."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import raise_error

from spacy_clinical.docs import to_record
from spacy_clinical.errors import EncoderError

BAD = "The patient was given aspirin for pain and metformin ."
SOUND = (
    "The patient was given aspirin for pain .",
    "No fever . The patient was given aspirin .",
    "",
    "   ",
    "aspirin for pain",
    "No rash .",
)


@Language.component("test_spoil_vectors")
def spoil_vectors(doc: Doc) -> Doc:
    """What no head can read: a document of which the encoder has seen nothing."""
    if "metformin" in doc.text:
        doc._.trf_data = None
    return doc


@Language.component("test_spoil_store")
def spoil_store(doc: Doc) -> Doc:
    """What no head can read: mentions that lie elsewhere than was stored."""
    if "metformin" in doc.text:
        doc.spans["clinical"].attrs["offsets"] = [[0, 1]] * 9
    return doc


SPOILED = {
    "clinical_ner": "test_spoil_vectors",
    "clinical_assertion": "test_spoil_store",
    "clinical_rel": "test_spoil_store",
}


@pytest.fixture(params=SPOILED)
def spoiled(request: pytest.FixtureRequest, whole: Language) -> Iterator[tuple[Language, str]]:
    """A pipeline, and the head that fails on BAD."""
    whole.add_pipe(SPOILED[request.param], "spoiler", before=request.param)
    yield whole, request.param
    whole.remove_pipe("spoiler")
    whole.set_error_handler(raise_error)


def said_of(doc: Doc) -> str:
    """All that was found, scores to four digits: sums in batches of other sizes differ behind."""
    return re.sub(r"\d\.\d{5,}(e-\d+)?", lambda m: f"{float(m[0]):.4f}", repr(to_record(doc)))


def told_by(nlp: Language) -> list[Any]:
    """What fails from now on: (component, texts)."""
    told: list[Any] = []

    def tell(name: str, _: Callable[[Doc], Doc], docs: list[Doc], error: Exception) -> None:
        told.append((name, [doc.text for doc in docs]))

    nlp.set_error_handler(tell)
    return told


@pytest.mark.parametrize("size", [1, 2, 3, 128])
@pytest.mark.parametrize("places", [(3,), (0, 6), (0, 1, 2, 3, 4, 5)])
def test_one_is_lost(spoiled: tuple[Language, str], size: int, places: tuple[int, ...]) -> None:
    nlp, head = spoiled
    alone = [said_of(nlp(text)) for text in SOUND]
    texts = list(SOUND)
    for place in places:
        texts.insert(place, BAD)
    told = told_by(nlp)
    numbered = zip(texts, range(len(texts)), strict=True)
    pairs = list(nlp.pipe(numbered, as_tuples=True, batch_size=size))
    assert [said_of(doc) for doc, _ in pairs] == alone
    assert [texts[number] for _, number in pairs] == list(SOUND)
    assert told == [(head, [BAD])] * len(places)
    assert all(doc._.trf_data is None for doc, _ in pairs)


def test_default_raises_the_notes_own_error(spoiled: tuple[Language, str]) -> None:
    nlp, _ = spoiled
    with pytest.raises(Exception, match=r"\[SC") as alone:
        nlp(BAD)
    with pytest.raises(type(alone.value)) as among_others:
        list(nlp.pipe([*SOUND, BAD]))
    assert str(among_others.value) == str(alone.value)


def test_a_single_call_tells_once(spoiled: tuple[Language, str]) -> None:
    nlp, head = spoiled
    told = told_by(nlp)
    with pytest.raises(ValueError, match="E005"):  # as spaCy's own components have it
        nlp(BAD)
    assert told == [(head, [BAD])]


def test_in_processes(spoiled: tuple[Language, str]) -> None:
    nlp, _ = spoiled
    told_by(nlp)
    docs = nlp.pipe([*SOUND[:3], BAD, *SOUND[3:]], batch_size=3, n_process=2)
    assert [doc.text for doc in docs] == list(SOUND)


def test_a_missing_encoder_is_told(whole: Language) -> None:
    with whole.select_pipes(disable="transformer"), pytest.raises(EncoderError, match="SC205"):
        list(whole.pipe(SOUND))
