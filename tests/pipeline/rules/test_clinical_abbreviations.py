"""`clinical_abbreviations`, by our detector and by scispaCy's."""

import pickle
from importlib.util import find_spec

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin

from spacy_clinical.docs.abbreviation_spans import expand, get_long_form
from spacy_clinical.errors import PipelineError

TEXT = "A myocardial infarction (MI) in 2019. Acute MI again; no MRI."
OURS, SCISPACY = "spacy-clinical.SchwartzHearst.v1", "spacy-clinical.ScispacyAbbreviations.v1"
needs_scispacy = pytest.mark.skipif(find_spec("scispacy") is None, reason="the extra `scispacy`")


@pytest.fixture(params=[OURS, pytest.param(SCISPACY, marks=needs_scispacy)])
def nlp(request: pytest.FixtureRequest) -> Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("clinical_abbreviations", config={"detector": {"@misc": request.param}})
    return nlp


def facts(doc: Doc) -> list[tuple[str, int, str]]:
    return [(s.text, s.start, s._.long_form.text) for s in doc._.abbreviations]


EXPECTED = [("MI", 4, "myocardial infarction"), ("MI", 10, "myocardial infarction")]


def test_long_forms(nlp: Language) -> None:
    doc = nlp(TEXT)
    assert facts(doc) == EXPECTED
    assert get_long_form(doc[0:1]) is None
    assert get_long_form(doc[9:11]) is None
    assert expand(doc[9:11]) == "Acute myocardial infarction"
    assert expand(doc[13:15]) == "no MRI"
    assert expand(doc[1:6]) == "myocardial infarction ()"
    assert nlp("No brackets")._.abbreviations == []
    assert nlp("")._.abbreviations == []


def test_every_way(nlp: Language) -> None:
    doc = nlp(TEXT)
    ways = [
        *nlp.pipe([TEXT, TEXT]),
        *nlp.pipe([TEXT] * 2, n_process=2),
        *DocBin(docs=[doc], store_user_data=True).get_docs(nlp.vocab),
        Doc(nlp.vocab).from_bytes(doc.to_bytes()),
        pickle.loads(pickle.dumps(doc)),
        doc.copy(),
        spacy.blank("en").from_config(nlp.config).from_bytes(nlp.to_bytes())(TEXT),
    ]
    assert all(facts(way) == EXPECTED for way in ways)


def test_relations_and_links_read_it(nlp: Language) -> None:
    """Any span of the same words has it, whatever its label: mentions, heads and tails."""
    doc = nlp(TEXT)
    mention = doc.char_span(TEXT.rindex("MI again"), TEXT.rindex(" again"), label="CONDITION")
    assert mention is not None
    assert mention._.long_form.text == "myocardial infarction"


def test_a_doc_that_was_not_looked_at() -> None:
    doc = spacy.blank("en")(TEXT)
    assert get_long_form(doc[4:5]) is None
    assert expand(doc[9:11]) == "Acute MI"


@pytest.mark.skipif(find_spec("scispacy") is not None, reason="scispaCy is here")
def test_a_missing_extra_is_named() -> None:
    with pytest.raises(PipelineError, match=r"SC324.*spacy-clinical\[scispacy\]"):
        config = {"detector": {"@misc": SCISPACY}}
        spacy.blank("en").add_pipe("clinical_abbreviations", config=config)
