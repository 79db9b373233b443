"""What is learned of contexts, and what it settles."""

from pathlib import Path

import numpy
import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from spacy_clinical.errors import CommandError, KnowledgeError
from spacy_clinical.note import Note
from spacy_clinical.pipeline.terms.clinical_terms import ClinicalTerms
from spacy_clinical.pipeline.terms.concept_contexts import (
    FEWEST,
    Contexts,
    ContextSums,
    find_contexts,
)
from spacy_clinical.pipeline.terms.term_choice import choose
from spacy_clinical.pipeline.terms.term_finder import Term
from spacy_clinical.pipeline.terms.term_reader import Reading, Sense
from spacy_clinical.pipeline.terms.term_rules import TermRules
from spacy_clinical.training.term_contexts import learn_contexts

NERVES = "optic neuritis and demyelinating plaques, relapsing numbness:"
PAIN = "given slowly by injection against strong postoperative wound soreness:"
SAID = (f"{NERVES} multiple sclerosis.", f"{PAIN} morphine sulfate.")
NOTES = [Note(f"{i}", text) for i in range(FEWEST) for text in SAID]


@pytest.fixture()
def nlp(base: Path) -> Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("clinical_terms", config={"kb": str(base)})
    return nlp


def meant(nlp: Language, text: str) -> list[str]:
    return [ent.kb_id_ for ent in nlp(text).ents]


def test_contexts_settle_what_a_name_means(nlp: Language, tmp_path: Path) -> None:
    texts = [f"{NERVES} MS", f"{PAIN} MS"]
    assert [meant(nlp, text) for text in texts] == [["D04"], ["D04"]]
    learned = learn_contexts(nlp, [*NOTES, Note("x", "", fault="[SC1]")])
    assert (learned.notes, learned.unread, learned.concepts) == (2 * FEWEST, 1, 2)
    assert [meant(nlp, text) for text in texts] == [["D04"], ["M01"]]
    nlp.to_disk(tmp_path / "model")
    copies = spacy.load(tmp_path / "model"), spacy.blank("en")
    copies[1].add_pipe("clinical_terms")
    for other in (copies[0], copies[1].from_bytes(nlp.to_bytes())):
        assert [meant(other, text) for text in texts] == [["D04"], ["M01"]]
    kept = [path.read_bytes() for path in (tmp_path / "model/clinical_terms/contexts").iterdir()]
    assert len(kept) == 4 and not any(b"neuritis" in data for data in kept)


def test_what_is_rare_is_forgotten(nlp: Language) -> None:
    with pytest.raises(CommandError, match="SC672"):
        learn_contexts(nlp, NOTES[2:])


def test_notes_on_which_the_pipeline_fails_are_left_out(nlp: Language) -> None:
    nlp.max_length = 1000
    learned = learn_contexts(nlp, [*NOTES[:3], Note("long", "word " * 300), *NOTES[3:]])
    assert (learned.notes, learned.unread, learned.concepts) == (2 * FEWEST, 1, 2)


def test_what_was_learned_before_doesnt_stay_in_the_folder(nlp: Language, tmp_path: Path) -> None:
    component: ClinicalTerms = nlp.get_pipe("clinical_terms")  # type: ignore[assignment]
    learn_contexts(nlp, NOTES)
    nlp.to_disk(tmp_path)
    component.contexts = None
    nlp.to_disk(tmp_path)
    assert spacy.load(tmp_path).get_pipe("clinical_terms").contexts is None


@pytest.mark.parametrize("name", ["ids", "vectors", "frequencies", "mean"])
def test_arrays_that_dont_go_together(nlp: Language, tmp_path: Path, name: str) -> None:
    learn_contexts(nlp, NOTES)
    nlp.to_disk(tmp_path)
    path = tmp_path / f"clinical_terms/contexts/{name}.npy"
    numpy.save(path, numpy.load(path)[:1])
    with pytest.raises(KnowledgeError, match="SC673"):
        spacy.load(tmp_path)


def test_which_component(nlp: Language, base: Path) -> None:
    with pytest.raises(CommandError, match="SC671"):
        learn_contexts(spacy.blank("en"), NOTES)
    with pytest.raises(CommandError, match=r"SC671.*'other'"):
        learn_contexts(nlp, NOTES, "other")
    assert learn_contexts(nlp, NOTES, "clinical_terms").concepts == 2


class Given:
    """The encoder's vectors, as `doc._.trf_data` has them."""

    def __init__(self, vectors: numpy.ndarray) -> None:
        self.vectors = vectors


def test_the_encoders_vectors_are_taken(nlp: Language) -> None:
    if not Doc.has_extension("trf_data"):
        Doc.set_extension("trf_data", default=None)
    doc = nlp.make_doc("one two three")
    doc._.trf_data = Given(numpy.array([[1.0, 0], [5, 5], [0, 3]], "float32"))
    assert find_contexts(doc, [(1, 2), (0, 3)]).tolist() == [[0.5, 1.5], [0, 0]]
    doc._.trf_data = None
    assert find_contexts(doc, [(1, 2)]).shape == (1, 256)


def test_cosines_by_hand() -> None:
    sums = ContextSums()
    for _ in range(FEWEST):
        sums.add("B", numpy.array([3.0, 1]))
        sums.add("A", numpy.array([1.0, 1]))
    sums.add("C", numpy.array([2.0, 1]))
    contexts = sums.finish()
    assert contexts is not None
    assert contexts.mean.tolist() == [2, 1]
    one, other, unknown = contexts.compare(["A", "B", "C"], numpy.array([7.0, 1]))
    assert (one, other, unknown) == (pytest.approx(-1), pytest.approx(1), None)
    assert contexts.compare(["A"], numpy.zeros(3)) == [None]
    often = contexts._replace(frequencies=numpy.array([9.0, -9], "float32"))
    assert often.compare(["A", "B"], numpy.array([7.0, 1])) == [
        pytest.approx(-0.1), pytest.approx(0.1)
    ]  # fmt: skip
    assert often.compare(["A", "B"], numpy.array([7.0, 1]), frequent=False) == [
        pytest.approx(-1), pytest.approx(1)
    ]  # fmt: skip
    assert Contexts(*contexts).ids.tolist() == [b"A", b"B"]


def test_how_often_a_concept_stands_says_nothing_for_an_unsure_name() -> None:
    """Only the context does: a name that usually means nothing isn't a common concept's."""
    vector = numpy.zeros((1, 256), "float32")
    vector[0, 0] = 1
    often = numpy.array([50.0], "float32")
    contexts = Contexts(numpy.array([b"A"], "S"), vector, often, numpy.zeros(256, "float32"))
    doc = spacy.blank("en")("hot ran by")
    for unsure in (True, False):
        term = Term(1, 2, Reading((Sense("X", 0.9, (("A", 0.9), ("B", 0.9))),), unsure))
        chosen = choose(doc, [term], TermRules([]), contexts)
        assert [one.sense.links[0][0] for one in chosen] == ["A"] * (not unsure)
