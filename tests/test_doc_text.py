"""A document's text, joined once."""

import gc
from weakref import ref

import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

from spacy_clinical.doc_text import MASKED, mask, text_of

PARTS = [
    "metformin",
    "500mg",
    "mg/dL",
    "x10\u2079",
    "(",
    "),",
    "\n",
    " ",
    "  ",
    "\t",
    "e\u0301",
    "患者",
]
TEXTS = st.lists(st.sampled_from(PARTS) | st.text(max_size=4), max_size=30).map("".join)
ENGLISH = spacy.blank("en")


@given(TEXTS)
@settings(max_examples=100)
def test_the_text_is_put_together(text: str) -> None:
    doc = ENGLISH.make_doc(text)
    assert text_of(doc) == text_of(doc) == doc.text == text


def test_tokens_that_are_merged_and_split_leave_it() -> None:
    doc = ENGLISH("No chest pain today")
    assert text_of(doc) == doc.text
    with doc.retokenize() as retokenizer:
        retokenizer.merge(doc[1:3])
    with doc.retokenize() as retokenizer:
        retokenizer.split(doc[2], ["to", "day"], heads=[doc[0], doc[0]])
    assert text_of(doc) == doc.text


def test_an_empty_doc_may_be_filled() -> None:
    doc = Doc(ENGLISH.vocab)
    assert text_of(doc) == ""
    assert text_of(doc.from_bytes(ENGLISH("fever").to_bytes())) == "fever"


def test_nothing_outlives_the_doc() -> None:
    doc = ENGLISH("fever")
    text_of(doc)
    alive = ref(doc)
    del doc
    gc.collect()
    assert alive() is None


def test_mentions_that_overlap_are_masked_once() -> None:
    assert mask("no chest pain now", [(9, 13), (3, 13), (3, 8)]) == "no " + MASKED * 10 + " now"
    assert mask("no pain", []) == "no pain"
