"""Assertions on the terminal: scored, and shown with the relations that they put in doubt."""

from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin

from spacy_clinical.attributes import AttributeType, Scheme
from spacy_clinical.cli.util import print_results
from spacy_clinical.docs import Assertion, get_spans, set_assertions, to_doc
from spacy_clinical.docs.doc_tables import doc_tables
from spacy_clinical.evaluation.pipeline_evaluation import evaluate
from spacy_clinical.evaluation.score_tables import score_tables
from spacy_clinical.records import Attribute, Entity, Record

from .fakes import make_fake

TEXT = "Aspirin and no rash , fever"
SCHEME = Scheme((AttributeType("assertion", ("absent", "present"), ("Disease",)),))


class AssertPresent:
    """Says of rash that it is absent, of all else that it is present."""

    scheme = SCHEME

    def __call__(self, doc: Doc) -> Doc:
        values = ["absent" if s.text == "rash" else "present" for s in get_spans(doc)]
        set_assertions(doc, [[Assertion("assertion", value, 0.75)] for value in values])
        return doc


@Language.factory("test_assert_present", assigns=["span._.assertion"])
def make_assert_present(nlp: Language, name: str) -> AssertPresent:
    return AssertPresent()


def test_evaluate(tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    entities = (Entity("T1", "Disease", ((15, 19),)), Entity("T2", "Disease", ((22, 27),)))
    said = (Attribute("T1", "assertion", "absent"), Attribute("T2", "assertion", "absent"))
    record = Record("a", TEXT, entities, (), said)
    DocBin(docs=[to_doc(record, spacy.blank("en").make_doc)]).to_disk(tmp_path / "a.spacy")
    scores = evaluate(
        make_fake("test_find_words", "test_assert_present"), tmp_path / "a.spacy"
    ).scores
    for name in ("end_to_end", "given_mentions"):
        # absent: one of two found, nothing false; present: one false
        assert scores[name]["assertion_micro_f"] == 0.5
        assert scores[name]["assertion_macro_f"] == (2 / 3 + 0) / 2
    print_results(score_tables(scores))
    output = capsys.readouterr().out
    assert "Assertions given gold mentions" in output
    rows = [line.split() for line in output.splitlines()]
    assert rows.count(["absent", "100.00", "50.00", "66.67"]) == 2
    assert rows.count(["mean", "of", "the", "values", "-", "-", "33.33"]) == 2


def test_show(capsys) -> None:  # type: ignore[no-untyped-def]
    nlp = make_fake("test_find_words", "test_assert_present", "test_relate_all")
    print_results(doc_tables(nlp(TEXT)))
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["rash", "Disease", "15", "19", "-", "absent"] in rows
    assert ["Aspirin", "CID", "rash", "0.75", "tail", "absent"] in rows
    assert ["Aspirin", "CID", "fever", "0.75"] in rows


def test_all_that_holds_is_shown(capsys) -> None:  # type: ignore[no-untyped-def]
    entity = Entity("T1", "Disease", ((15, 19),))
    said = tuple(Attribute("T1", "assertion", value) for value in ("family", "absent"))
    doc = to_doc(Record("a", TEXT, (entity,), (), said), spacy.blank("en").make_doc)
    print_results(doc_tables(doc))
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["rash", "Disease", "15", "19", "-", "family", "absent"] in rows
