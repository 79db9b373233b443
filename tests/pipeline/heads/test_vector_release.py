"""Vectors go after their last reader, whoever that is, and stay where in doubt."""

import copy
import gc
import pickle
import weakref
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import Config

from ...conftest import TINY_CONFIG, make_examples

TEXT = "The patient was given aspirin for pain . " * 3


def build(folder: Path, pipeline: list[str], **settings: object) -> Language:
    config = Config().from_str(TINY_CONFIG)
    model = config["components"]["transformer"]["model"]
    model["weights"]["folder"] = str(folder)
    model.update(settings)
    config["nlp"]["pipeline"] = pipeline
    config["components"] = {
        name: section for name, section in config["components"].items() if name in pipeline
    }
    nlp = spacy.util.load_model_from_config(config, auto_fill=True)
    nlp.initialize(lambda: make_examples(nlp))
    return nlp


@pytest.fixture()
def nlp(tiny_encoder: Path) -> Language:
    """Entities and relations."""
    return build(tiny_encoder, ["transformer", "clinical_ner", "clinical_rel"])


def keeps(doc: Doc) -> bool:
    return doc._.trf_data is not None


def test_the_last_head_drops_the_vectors(nlp: Language) -> None:
    assert not keeps(nlp(TEXT))
    assert not any(map(keeps, nlp.pipe([TEXT, "", "no rash"] * 5, batch_size=4)))
    doc = nlp.make_doc(TEXT)
    for name, component in nlp.pipeline[:2]:
        doc = component(doc)
        assert keeps(doc), name
    assert not keeps(nlp.get_pipe("clinical_rel")(doc))


def test_whichever_head_is_the_last(nlp: Language) -> None:
    with nlp.select_pipes(disable=["clinical_rel"]):
        assert not keeps(nlp(TEXT))
        assert not any(map(keeps, nlp.pipe([TEXT] * 3)))
    assert not keeps(nlp(TEXT))
    nlp.remove_pipe("clinical_rel")
    assert not keeps(nlp(TEXT))
    with nlp.select_pipes(disable=["clinical_ner"]):
        assert keeps(nlp(TEXT))  # nobody reads them


def test_vectors_are_kept_where_asked(tiny_encoder: Path) -> None:
    nlp = build(tiny_encoder, ["transformer", "clinical_ner"], keep_vectors=True)
    assert keeps(nlp(TEXT)) and all(map(keeps, nlp.pipe([TEXT] * 2)))


def test_a_reader_of_another_kind_still_finds_them(nlp: Language) -> None:
    nlp.add_pipe("ner", config={"model": NER})
    nlp.get_pipe("ner").add_label("DRUG")
    nlp.get_pipe("ner").initialize(lambda: make_examples(nlp), nlp=nlp)
    assert keeps(nlp(TEXT))


NER = {
    "@architectures": "spacy.TransitionBasedParser.v2",
    "state_type": "ner",
    "extra_state_tokens": False,
    "hidden_width": 8,
    "maxout_pieces": 2,
    "use_upper": False,
    "tok2vec": {"@architectures": "spacy-clinical.TransformerListener.v1"},
}


def test_borrowed_components_do_not_drop_too_early(nlp: Language, tiny_encoder: Path) -> None:
    borrower = spacy.blank("en", vocab=nlp.vocab)
    for name in ("transformer", "clinical_ner"):
        borrower.add_pipe(name, source=nlp)
    other = build(tiny_encoder, ["transformer", "clinical_ner", "clinical_rel"])
    borrower.add_pipe("clinical_rel", source=other)
    for text in (TEXT, "no rash"):
        borrower(text)
        assert list(borrower.pipe([text] * 2))
    nlp(TEXT)


@pytest.mark.parametrize("mine", ["clinical_ner", "clinical_rel"])
def test_components_under_another_name(nlp: Language, mine: str) -> None:
    """spaCy renames a component that another pipeline takes, in its own pipeline too."""
    expected = [(e.text, e.label_) for e in nlp(TEXT).ents]
    borrower = spacy.blank("en", vocab=nlp.vocab)
    for name in nlp.pipe_names:
        borrower.add_pipe(name, source=nlp, name="mine" if name == mine else name)
    assert nlp.get_pipe(mine).name == "mine"  # type: ignore[attr-defined]
    for pipeline in (borrower, nlp):
        docs = [pipeline(TEXT), *pipeline.pipe([TEXT, "no rash"], batch_size=2)]
        assert [(e.text, e.label_) for e in docs[0].ents] == expected
        assert [(e.text, e.label_) for e in docs[1].ents] == expected
    assert not keeps(nlp(TEXT))


def test_copies_know_their_own_pipeline(nlp: Language) -> None:
    twin = pickle.loads(pickle.dumps(nlp))
    assert twin.get_pipe("clinical_rel").link.get() is twin
    assert not keeps(twin(TEXT))
    assert copy.deepcopy(nlp.get_pipe("clinical_rel").link).get() is nlp


def test_a_pipeline_is_not_kept_alive(tiny_encoder: Path) -> None:
    nlp = build(tiny_encoder, ["transformer", "clinical_ner"])
    head, gone = nlp.get_pipe("clinical_ner"), weakref.ref(nlp)
    nlp.select_pipes(disable=[])
    del nlp
    gc.collect()
    assert gone() is None
    assert head.link.get() is None


def test_spawned_workers_drop_vectors(nlp: Language, tmp_path: Path) -> None:
    head = pickle.loads(pickle.dumps(nlp.get_pipe("clinical_rel")))
    gc.collect()
    assert head.link.get() is not None
    doc = nlp.make_doc(TEXT)
    for component in (nlp.get_pipe("transformer"), nlp.get_pipe("clinical_ner")):
        doc = component(doc)
    own = head.link.get()
    assert own.get_pipe("clinical_rel") is head
    assert not keeps(head(doc))
