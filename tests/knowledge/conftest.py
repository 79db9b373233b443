"""A small base that several tests read."""

from itertools import chain
from pathlib import Path

import pytest

from spacy_clinical.knowledge.base_builder import build_from_facts
from spacy_clinical.knowledge.knowledge_base import KnowledgeBase
from spacy_clinical.knowledge.readers import read_terminology

TINY = Path(__file__).parent / "tiny"


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a base made of the tiny UMLS, OBO and ICD-10-CM."""
    folder = tmp_path_factory.mktemp("kb") / "tiny"
    names = ("umls", "tiny.obo", "icd10cm_codes.csv")
    build_from_facts(chain.from_iterable(read_terminology(TINY / name) for name in names), folder)
    return folder


@pytest.fixture()
def kb(tiny_base: Path) -> KnowledgeBase:
    """The base."""
    return KnowledgeBase(tiny_base)
