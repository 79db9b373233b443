"""The sample patients, asked with their notes and terminology."""

import pytest

from spacy_clinical.graph import build_graph
from spacy_clinical.knowledge.knowledge_base import KnowledgeBase
from spacy_clinical.knowledge.terminology_bases import build_base
from spacy_clinical.questions import Asker

from ..patients import FOLDER, read_patients


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    folder = tmp_path_factory.mktemp("questions") / "kb"
    build_base(FOLDER / "terminology.csv", folder)
    return KnowledgeBase(folder)


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return {record.id: record.text for record in read_patients()}


@pytest.fixture(scope="module")
def asker(kb: KnowledgeBase, texts: dict[str, str]) -> Asker:
    names = kb.cui_to_entity
    graph = build_graph(
        read_patients(), titles=lambda id: names[id].canonical_name if id in names else ""
    )
    return Asker(graph, texts, kb=kb)
