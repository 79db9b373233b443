"""Bytes of Docs: spaCy's own format, both ways, and no look at installed packages for each."""

from concurrent.futures import ThreadPoolExecutor

import catalogue
import numpy
import pytest
import spacy
import srsly
from hypothesis import given, settings
from spacy.tokens import Doc, Span, SpanGroup
from spacy.vocab import Vocab

from spacy_clinical.docs import get_spans, set_mentions, to_doc, to_record
from spacy_clinical.docs.doc_bytes import doc_from_bytes, doc_to_bytes
from spacy_clinical.records import Record

from .strategies import records

NLP, OTHER = spacy.blank("en"), Vocab()


def groups_of(doc):
    return {
        key: (
            group.name,
            dict(group.attrs),
            [(s.start, s.end, s.label_, s.kb_id_, s.id_, s.start_char, s.end_char) for s in group],
        )
        for key, group in doc.spans.items()
    }


def content(doc):
    plain = doc.to_dict(exclude=["spans", "strings"])
    return {k: v.tolist() if hasattr(v, "tolist") else v for k, v in plain.items()}, groups_of(doc)


def make():
    doc = NLP("Rash after penicillin  in 2019.")
    doc.ents = [Span(doc, 0, 1, "SIGN"), Span(doc, 2, 3, "DRUG", kb_id="RX:7980")]
    set_mentions(doc, doc.ents, scores=[0.5, None], set_ents=False)
    doc.spans["none"] = []
    doc.spans["other"] = SpanGroup(
        doc, name="own", attrs={"a": [1, None]}, spans=[Span(doc, 0, 3, "X", span_id="T1")]
    )
    doc.spans["same"] = doc.spans["other"]
    doc.tensor = numpy.arange(12, dtype="float32").reshape(6, 2)
    doc.cats = {"urgent": 0.25}
    doc.user_data["note"] = {"ward": ("A", 4)}
    return doc


@settings(max_examples=15)
@given(records())
def test_the_same_as_spacys_own_bytes_both_ways(record: Record):
    doc = to_doc(record, NLP.make_doc)
    ours, theirs = doc_to_bytes(doc), doc.to_bytes()
    assert content(doc_from_bytes(OTHER, theirs)) == content(Doc(OTHER).from_bytes(ours))
    back = doc_from_bytes(OTHER, ours)
    assert to_record(back) == to_record(Doc(OTHER).from_bytes(theirs)) == to_record(doc)


def test_span_groups_ids_arrays_and_user_data_stay():
    doc = make()
    for back in (
        doc_from_bytes(OTHER, doc_to_bytes(doc)),
        doc_from_bytes(OTHER, doc.to_bytes()),
        Doc(OTHER).from_bytes(doc_to_bytes(doc)),
    ):
        assert content(back) == content(doc)
        assert back.tensor.tolist() == doc.tensor.tolist()
        assert back.user_data == Doc(OTHER).from_bytes(doc.to_bytes()).user_data
    packed, plain = (srsly.msgpack_loads(b)["spans"] for b in (doc_to_bytes(doc), doc.to_bytes()))
    assert packed == plain


def test_groups_under_two_keys_are_two_groups():
    back = doc_from_bytes(OTHER, doc_to_bytes(make()))
    back.spans["other"].attrs["a"].append(2)
    assert back.spans["same"].attrs == {"a": [1, None]}


@pytest.mark.parametrize("exclude", [["tensor", "user_data"], ["spans"], ["user_data"]])
def test_what_is_left_out(exclude):
    doc = make()
    ours = srsly.msgpack_loads(doc_to_bytes(doc, exclude=exclude))
    theirs = srsly.msgpack_loads(doc.to_bytes(exclude=exclude))
    assert ours.keys() == theirs.keys()
    assert content(doc_from_bytes(OTHER, doc_to_bytes(doc, exclude=exclude))) == content(
        Doc(OTHER).from_bytes(doc.to_bytes(exclude=exclude))
    )


def test_installed_packages_are_asked_once_and_not_for_each_note(monkeypatch):
    doc = make()
    doc_from_bytes(OTHER, doc_to_bytes(doc))
    asked = []
    real = catalogue.Registry.get_all
    monkeypatch.setattr(
        catalogue.Registry, "get_all", lambda self: asked.append(self.namespace) or real(self)
    )
    set_aside = ["user_data"]  # spaCy packs it by itself
    back = doc_from_bytes(OTHER, doc_to_bytes(doc, exclude=set_aside))
    assert not asked and len(get_spans(back)) == 2
    doc.to_bytes(exclude=set_aside)
    assert asked, "spaCy asks no more: this module may go"


def test_two_threads_write_at_a_time():
    docs = [NLP.make_doc(f"note {i} " * (i % 40)) for i in range(200)]
    with ThreadPoolExecutor(4) as pool:
        written = list(pool.map(doc_to_bytes, docs))
    assert [doc_from_bytes(OTHER, one).text for one in written] == [doc.text for doc in docs]


def test_what_cant_be_packed_leaves_nothing_for_the_next():
    doc = make()
    doc.spans["other"].attrs["bad"] = object()
    with pytest.raises(TypeError):
        doc_to_bytes(doc)
    del doc.spans["other"].attrs["bad"]
    assert content(doc_from_bytes(OTHER, doc_to_bytes(doc))) == content(doc)
