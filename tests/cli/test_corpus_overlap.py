"""Leaks between corpora, counted on paper."""

from pathlib import Path

import spacy
from spacy.tokens import Doc, DocBin

from spacy_clinical.corpus.corpus_overlap import find_overlap
from spacy_clinical.docs import to_doc
from spacy_clinical.records import Entity, Record

from ..conftest import make_record
from .conftest import Call

LONG = " ".join(f"word{i}" for i in range(30))


def doc(text: str) -> Doc:
    return spacy.blank("en").make_doc(text)


def counts(first: list[str], second: list[str]) -> tuple[int, int, int]:
    found = find_overlap(map(doc, first), map(doc, second))
    return found.documents, found.same, found.near


def test_the_same_but_for_case_and_spaces() -> None:
    assert counts(["No fever.", "Rash"], ["no  FEVER .", "No fever", "Rash\n"]) == (3, 2, 0)


def test_nearly_the_same() -> None:
    """30 words have 26 runs of five. A new last word leaves 25; one in the middle leaves 21 (81 %);
    two apart leave 16."""
    one_end = LONG.replace("word29", "x")
    middle = LONG.replace("word15", "x")
    two = middle.replace("word8 ", "y ")
    assert counts([LONG], [one_end, middle, two, "something else"]) == (4, 0, 2)
    assert counts([], [LONG, ""]) == (2, 0, 0)


def test_half_of_two_documents_is_no_leak() -> None:
    first, second = LONG[: len(LONG) // 2], LONG[len(LONG) // 2 :]
    assert counts([first, second], [LONG]) == (1, 0, 0)


def test_unknown_labels() -> None:
    make_doc = spacy.blank("en").make_doc
    other = Record("x", "a rash", (Entity("T1", "NEW", ((2, 6),)),))
    first = [to_doc(make_record(1), make_doc)]
    second = [to_doc(make_record(0), make_doc), to_doc(other, make_doc)]
    unknown = find_overlap(first, second).unknown
    assert unknown == {("entity", "NEW"): 1, ("relation", "TREATS"): 1}


def test_command(corpus: Path, tmp_path: Path, call: Call) -> None:
    make_doc = spacy.blank("en").make_doc
    DocBin(docs=[to_doc(make_record(0), make_doc)]).to_disk(tmp_path / "test.spacy")
    output = call("inspect", corpus, "--against", tmp_path / "test.spacy").output
    assert "of them the same as one to learn from" in output
    assert "Labels that the first corpus lacks" not in output
