"""The coverage figure, and that it tells the truth about hard documents."""

from typing import Any

import numpy
import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from spacy_clinical.encoder import token_coverage
from spacy_clinical.encoder.token_coverage import Coverage, measure_coverage
from spacy_clinical.errors import EncoderError

HARD = {
    "endless word": "pain " + "x" * 10_000 + " rash",
    "letters of no vocabulary": "患者" * 500 + " no pain \u0007 \u200b .",
    "newlines": "no pain" + "\n" * 5_000 + "rash",
    "single newlines": "\n no pain" * 2_500,
    "empty": "",
    "white space": " \n \n ",
}


def make_doc(nlp: Language, name: str) -> Doc:
    return nlp.make_doc(HARD[name])


@pytest.mark.parametrize("name", HARD)
def test_every_visible_token_is_covered(tiny_nlp: Language, name: str) -> None:
    doc = make_doc(tiny_nlp, name)
    (found,) = measure_coverage(tiny_nlp, [doc])
    assert found.tokens == sum(not token.is_space for token in doc)
    assert found.covered == found.tokens and found.share == 1.0
    assert found.positions >= found.pieces


@pytest.mark.parametrize("name", ["endless word", "newlines", "letters of no vocabulary"])
def test_a_vector_depends_on_its_own_text(tiny_nlp: Language, name: str) -> None:
    tiny_nlp.select_pipes(enable=["transformer"])
    doc = make_doc(tiny_nlp, name)
    vectors = tiny_nlp.get_pipe("transformer").predict([doc]).doc_data[0].vectors
    norms = numpy.abs(vectors).sum(axis=1)
    assert [bool(norm) for norm in norms] == [not token.is_space for token in doc]
    for i in [0, len(doc) - 1]:
        words = [token.text for token in doc]
        words[i] = "aspirin"
        other = Doc(doc.vocab, words=words, spaces=[bool(t.whitespace_) for t in doc])
        changed = tiny_nlp.get_pipe("transformer").predict([other]).doc_data[0].vectors
        assert numpy.abs(changed[i] - vectors[i]).max() > 1e-3


@pytest.mark.slow
def test_a_note_of_200_000_tokens(tiny_nlp: Language) -> None:
    doc = tiny_nlp.make_doc("The patient was given aspirin for pain .\n" * 22_222)
    assert len(doc) > 199_000
    (found,) = measure_coverage(tiny_nlp, [doc])
    assert found.covered == found.tokens == sum(not token.is_space for token in doc)
    assert found.positions < 1.4 * found.pieces  # windows of 48 positions overlap by 8


def test_the_figure_counts_what_is_missing(
    tiny_nlp: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    doc = tiny_nlp.make_doc("no pain " * 60)
    plan = token_coverage.plan_windows

    def lossy(*args: Any) -> Any:
        windows = plan(*args).copy()
        windows[0, 3] -= 5  # five pieces that nobody reads
        return windows

    monkeypatch.setattr(token_coverage, "plan_windows", lossy)
    (found,) = measure_coverage(tiny_nlp, [doc])
    assert (found.tokens, found.covered) == (120, 115)
    monkeypatch.setattr(
        token_coverage, "plan_windows", lambda *args: plan(*args) + numpy.asarray([0, 60, 0, 0])
    )
    assert measure_coverage(tiny_nlp, [doc])[0].covered == 0
    assert Coverage(0, 0, 0, 0).share == 1.0


def test_a_pipeline_without_an_encoder() -> None:
    with pytest.raises(EncoderError, match="SC215"):
        measure_coverage(spacy.blank("en"), [])
