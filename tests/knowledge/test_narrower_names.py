"""A general text isn't a narrower name."""

from pathlib import Path

import pytest

from spacy_clinical.knowledge.base_builder import build_from_facts
from spacy_clinical.knowledge.knowledge_base import KnowledgeBase
from spacy_clinical.knowledge.name_forms import name_key
from spacy_clinical.knowledge.narrower_names import NARROWER, OTHER, is_alike, share_of
from spacy_clinical.knowledge.terminology_facts import NAME, Fact

THRESHOLD = 0.75  # the default of `clinical_linker`
NAMES = [
    "orbital oedema", "renal colic", "mesenteric ischemia", "thyroid nodule", "uterine atony",
    "Canavan disease", "nephrotic syndrome", "fever", "Mediterranean fever", "spastic bladder",
    "chronic kidney failure", "metformin poisoning", "stenosis of larynx", "sensory ataxia",
    "toxic goiter",
]  # fmt: skip


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    folder: Path = tmp_path_factory.mktemp("narrower") / "kb"
    build_from_facts([Fact(f"X:{i:02}", NAME, name) for i, name in enumerate(NAMES)], folder)
    return KnowledgeBase(folder)


def linked(kb: KnowledgeBase, text: str) -> list[str]:
    """The names of the candidates that the linker would take."""
    return [kb.read_name(c.name) for c in kb.search([text])[0] if c.score >= THRESHOLD]


@pytest.mark.parametrize(
    "text",
    ["edema", "colic", "ischaemia", "nodule", "atony", "bladder", "stenosis", "ataxia", "goiter",
     "kidney failure", "severe colic", "acute ischemia"],
)  # fmt: skip
def test_general_text_is_not_linked(kb: KnowledgeBase, text: str) -> None:
    assert linked(kb, text) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("fever", "fever"),
        ("fevers", "fever"),
        ("Canavan", "Canavan disease"),
        ("orbital edema", "orbital oedema"),
        ("failure of kidney, chronic", "chronic kidney failure"),
        ("laryngeal stenosis", "stenosis of larynx"),
        ("nephrotic sindrome", "nephrotic syndrome"),
    ],
)
def test_what_says_the_same_is_still_linked(kb: KnowledgeBase, text: str, name: str) -> None:
    assert linked(kb, text)[:1] == [name]


@pytest.mark.parametrize(
    ("text", "name", "share"),
    [
        ("pain", "pain disorder", NARROWER),
        ("severe pain", "pain disorder", OTHER),
        ("von Willebrand", "von Willebrand disease", 1.0),
        ("diabetic ketoacidosis", "ketoacidosis", 1.0),
        ("metformine overdose", "metformin overdose", 1.0),
        ("gout", "gout", 1.0),
    ],
)
def test_shares(text: str, name: str, share: float) -> None:
    words = (frozenset(name_key(one).split()) for one in (text, name))
    assert share_of(*words) == share


def test_alike() -> None:
    assert is_alike("laryngeal", "larynx")
    assert not is_alike("renal", "hepatic")
    assert not is_alike("a", "b")
