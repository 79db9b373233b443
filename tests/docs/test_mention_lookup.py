"""What spans show of the store: right after whatever changed it, and in linear time."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from spacy_clinical.docs import (
    Assertion,
    DocSection,
    install_extensions,
    set_abbreviations,
    set_assertions,
    set_links,
    set_mentions,
    set_relations,
    set_sections,
)
from spacy_clinical.docs.abbreviation_spans import install_abbreviation_extensions
from spacy_clinical.docs.section_spans import install_section_extensions
from spacy_clinical.errors import StorageError

VIEWS = (
    "score", "assertion", "assertion_score", "assertion_cue", "is_negated", "is_family",
    "relations", "kb_ents", "section_category", "long_form",
)  # fmt: skip


def make_doc(n: int) -> Doc:
    """A mention in every second token, with one of everything."""
    install_extensions()
    install_abbreviation_extensions()
    install_section_extensions()
    doc = Doc(Vocab(), words=["rash", "and"] * n)
    spans = [Span(doc, 2 * i, 2 * i + 1, label="SIGN") for i in range(n)]
    set_mentions(doc, spans, scores=[0.5] * n)
    set_relations(doc, [(i, (i + 1) % n, "NEXT", 0.5) for i in range(n)])
    places = [(span.start_char, span.end_char) for span in spans]
    set_assertions(doc, [[Assertion("assertion", "absent", 0.5, place)] for place in places])
    set_links(doc, [[("C1", 0.5)]] * n)
    set_abbreviations(doc, [(span, spans[0]) for span in spans[1::4]])
    starts = [place[0] for place in places[::20]]
    ends = [*starts[1:], len(doc.text)]
    set_sections(
        doc, [DocSection("s", *x, (x[0], x[0]), "") for x in zip(starts, ends, strict=True)]
    )
    return doc


def cost(spans: list[Span], view: str) -> float:
    """Processor time of reading one attribute of all spans; the best of several."""
    times = []
    for _ in range(3):
        began = time.process_time()
        for span in spans:
            span._.get(view)
        times.append(time.process_time() - began)
    return min(times)


def tokens_of(doc: Doc) -> list[Span]:
    """Spans that are no mentions."""
    return [doc[i : i + 1] for i in range(0, len(doc), 2)]


@pytest.mark.parametrize("view", VIEWS)
def test_eight_times_the_mentions_take_eight_times_the_time(view: str) -> None:
    """Linear would be 8, quadratic 64."""
    small, large = make_doc(100), make_doc(800)
    for spans in (lambda doc: list(doc.ents), lambda doc: list(doc.spans["clinical"]), tokens_of):
        assert cost(spans(large), view) < 24 * cost(spans(small), view) + 1e-3


@pytest.fixture()
def doc() -> Doc:
    return make_doc(40)


def shift_scores(doc: Doc) -> None:
    doc.spans["clinical"].attrs["scores"][2] = 0.25


def store_anew(doc: Doc) -> None:
    set_mentions(doc, [doc.spans["clinical"][2]], scores=[0.25])


def swap_in_place(doc: Doc) -> None:
    group = doc.spans["clinical"]
    offsets, scores = group.attrs["offsets"], group.attrs["scores"]
    group[0], group[2] = group[2], group[0]
    offsets[0], offsets[2] = offsets[2], offsets[0]
    scores[0] = 0.25


@pytest.mark.parametrize("change", [shift_scores, store_anew, swap_in_place])
def test_what_changes_is_seen(doc: Doc, change: Callable[[Doc], Any]) -> None:
    span = Span(doc, 4, 5, label="SIGN")
    assert span._.score == 0.5
    change(doc)
    assert span._.score == 0.25


def test_relations_that_change_are_seen(doc: Doc) -> None:
    span = doc.spans["clinical"][3]
    assert [(r.head.start, r.tail.start) for r in span._.relations] == [(4, 6), (6, 8)]
    doc.spans["clinical"].attrs["relations"].append([0, 3, "LATE", 0.5])
    assert [r.label for r in span._.relations] == ["NEXT", "NEXT", "LATE"]
    set_relations(doc, [(3, 3, "SELF", None)])
    assert [r.label for r in span._.relations] == ["SELF"]
    set_relations(doc, [])
    assert span._.relations == ()


def test_tokens_that_change_are_noticed(doc: Doc) -> None:
    spans = list(doc.spans["clinical"])
    assert spans[0]._.score == spans[5]._.score == 0.5
    with doc.retokenize() as retokenizer:
        retokenizer.merge(doc[5:7])
    assert spans[0]._.score == 0.5
    for view in ("score", "relations", "assertion"):
        with pytest.raises(StorageError, match="SC104"):
            spans[5]._.get(view)


def test_a_copy_has_a_store_of_its_own(doc: Doc) -> None:
    other = doc.copy()
    assert other.spans["clinical"][1]._.score == 0.5
    other.spans["clinical"].attrs["scores"][1] = 0.75
    assert doc.spans["clinical"][1]._.score == 0.5
    assert other.spans["clinical"][1]._.score == 0.75


def test_groups_of_others(doc: Doc) -> None:
    """spancat's group has scores and no offsets; it is found by tokens, and edited in place."""
    other = Doc(doc.vocab, words=["rash", "and", "rash"])
    other.spans["clinical"] = [Span(other, 0, 1, label="SIGN")]
    other.spans["clinical"].attrs["scores"] = [0.5, 0.25]
    assert Span(other, 0, 1, label="SIGN")._.score == 0.5
    assert Span(other, 2, 3, label="SIGN")._.score is None
    other.spans["clinical"].append(Span(other, 2, 3, label="SIGN"))
    assert Span(other, 2, 3, label="SIGN")._.score == 0.25


def test_sections_and_abbreviations_that_change_are_seen(doc: Doc) -> None:
    assert doc[2:3]._.long_form.start == 0 and doc[4:5]._.long_form is None
    assert doc[2:3]._.section_category == "s"
    set_abbreviations(doc, [(doc[4:5], doc[0:1])])
    assert doc[2:3]._.long_form is None and doc[4:5]._.long_form.start == 0
    set_sections(doc, [DocSection("late", 9, 30, (9, 9), "")])
    assert [doc[i : i + 1]._.section_category for i in (0, 2, 3)] == [None, "late", "late"]
    doc.spans["sections"][0] = Span(doc, 4, 6, label="moved")
    assert [doc[i : i + 1]._.section_category for i in (2, 4)] == [None, "moved"]
