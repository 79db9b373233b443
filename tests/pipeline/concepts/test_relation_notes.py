"""Notes of relations between concepts, against values worked out by hand."""

from typing import Any

import numpy
import pytest
from spacy.tokens import Doc

from spacy_clinical.docs import ConceptRow, set_concept_relations
from spacy_clinical.errors import PipelineError
from spacy_clinical.pipeline.concepts.relation_notes import (
    choose_notes,
    label_notes,
    learn_notes,
    note_loss,
)
from spacy_clinical.schema import Schema

from .test_concept_instances import CID, WITH, make_doc, propose

NOTES = ("No", "Novel")
SCHEMA = Schema(("Chemical", "Disease"), (CID, WITH))


def state(*rows: tuple[str, str, str, str]) -> Doc:
    doc = make_doc()
    set_concept_relations(doc, [ConceptRow(h, t, x, note=note) for h, t, x, note in rows])
    return doc


def test_the_list_of_notes() -> None:
    docs = [state(("D1", "D2", "CID", x), ("D1", "D3", "CID", "")) for x in ("Novel", "No", "No")]
    assert learn_notes([make_doc(), *docs], "rel", "clinical") == ["No", "Novel"]
    with pytest.raises(PipelineError, match=r"SC308.*'rel'.*learn_notes = false"):
        learn_notes([make_doc(), state(("D1", "D2", "CID", ""))], "rel", "clinical")


# Relations, and the numbers of the notes of D1 and D2, and of D2 and D1.
LABELLED: list[tuple[str, list[tuple[str, str, str, str]], list[int], list[int]]] = [
    ("directed", [("D1", "D2", "CID", "Novel")], [1], []),
    ("symmetric", [("D2", "D1", "WITH", "No")], [0], []),
    ("against the direction", [("D2", "D1", "CID", "Novel")], [], []),
    ("none", [("D1", "D2", "CID", "")], [], []),
    ("unknown", [("D1", "D2", "CID", "Perhaps")], [], []),
    ("of an unknown label", [("D1", "D2", "OTHER", "Novel")], [], []),
    ("one of two", [("D1", "D2", "CID", ""), ("D1", "D2", "WITH", "No")], [0], []),
    ("two", [("D1", "D2", "CID", "Novel"), ("D1", "D2", "WITH", "No")], [0, 1], []),
]


@pytest.mark.parametrize("what, rows, forth, back", LABELLED, ids=[row[0] for row in LABELLED])
def test_notes_of_pairs(what: str, rows: Any, forth: list[int], back: list[int]) -> None:
    proposed = propose(SCHEMA)
    found = label_notes(state(*rows), proposed, SCHEMA, NOTES, "clinical").notes
    assert found is not None and found.shape == (len(proposed.mask), 2)
    marked: dict[tuple[str, str], list[int]] = {}
    for i, n in numpy.argwhere(found).tolist():
        head, tail = (proposed.concepts[c][0] for c in proposed.arrays.pairs[i, :2])
        marked.setdefault((head, tail), []).append(n)
    assert marked == {k: v for k, v in {("D1", "D2"): forth, ("D2", "D1"): back}.items() if v}


def test_loss_by_hand() -> None:
    """Even logits: 1/2 for the one note of the first pair; of the others nothing is known, or both
    are right."""
    truth = numpy.array([[True, False], [False, False], [True, True]])
    loss, gradient = note_loss(numpy.zeros((3, 2)), truth)
    assert loss == pytest.approx(numpy.log(2))
    numpy.testing.assert_allclose(gradient, [[-0.5, 0.5], [0.0, 0.0], [0.0, 0.0]])
    loss, gradient = note_loss(numpy.log([[1.0, 2.0, 5.0]]), numpy.array([[True, True, False]]))
    assert loss == pytest.approx(-numpy.log(3 / 8))
    numpy.testing.assert_allclose(gradient, [[1 / 8 - 1 / 3, 2 / 8 - 2 / 3, 5 / 8]], rtol=1e-6)


@pytest.mark.parametrize("shape", [(0, 2), (3, 0), (3, 2)])
def test_loss_of_nothing(shape: tuple[int, int]) -> None:
    loss, gradient = note_loss(numpy.ones(shape), numpy.zeros(shape, dtype=bool))
    assert (loss, gradient.shape, gradient.any()) == (0.0, shape, False)


def test_loss_by_finite_differences() -> None:
    rng = numpy.random.default_rng(0)
    logits, truth = rng.normal(size=(8, 3)), rng.random((8, 3)) < 0.5
    assert set(truth.sum(axis=1)) >= {0, 1, 2}
    _, gradient = note_loss(logits, truth)
    for place in numpy.ndindex(*logits.shape):
        step = numpy.zeros_like(logits)
        step[place] = 1e-4
        above, below = (note_loss(logits + d * step, truth)[0] for d in (1, -1))
        assert gradient[place] == pytest.approx((above - below) / 2e-4, abs=1e-5)


def test_choice() -> None:
    logits = numpy.array([[0.0, 0.1], [2.0, -2.0]])
    assert choose_notes(logits, NOTES) == ["Novel", "No"]
    assert choose_notes(logits[:, :0], ()) == ["", ""]
