"""A pipeline that was saved before the rooms were built loads and predicts the same.

`saved/pipeline` holds all heads on a random two-layer encoder, saved at version 0.1.0, and
`saved/predicted.json` what that version found with it.
"""

import json
from pathlib import Path

import pytest
import spacy
from spacy.language import Language

from spacy_clinical.docs import get_assertions, get_relation_rows

FOLDER = Path(__file__).parent / "saved"
ROUNDING = 1e-4  # float32 sums in another order, over two layers
ROWS = json.loads((FOLDER / "predicted.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def nlp() -> Language:
    return spacy.load(FOLDER / "pipeline")


@pytest.mark.parametrize("row", ROWS, ids=range(len(ROWS)))
def test_it_finds_what_it_found(nlp: Language, row: dict) -> None:
    doc = nlp(row["text"])
    group = doc.spans["clinical"]
    assert group.attrs["scores"] == pytest.approx(row["scores"], abs=ROUNDING)
    said = [[(a.name, a.value) for a in own] for own in get_assertions(doc)]
    assert said == [[(name, value) for name, value, _ in own] for own in row["assertions"]]
    found = [(head, tail, label) for head, tail, label, _ in get_relation_rows(doc)]
    assert found == [(head, tail, label) for head, tail, label, _ in row["relations"]]


def test_it_is_not_empty() -> None:
    assert sum(len(row["scores"]) for row in ROWS) > 50
    assert sum(len(row["relations"]) for row in ROWS) > 5
