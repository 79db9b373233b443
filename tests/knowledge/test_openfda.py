"""openFDA's files: what is structured becomes substances and classes, free text nothing."""

import gzip
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from spacy_clinical.decisions import decide, read_rules
from spacy_clinical.errors import KnowledgeError
from spacy_clinical.graph import build_graph
from spacy_clinical.knowledge.concept_sets import read_sets
from spacy_clinical.knowledge.knowledge_base import KnowledgeBase
from spacy_clinical.knowledge.readers import guess_format, openfda, read_terminology
from spacy_clinical.knowledge.terminology_bases import build_base
from spacy_clinical.knowledge.terminology_facts import CROSSREF, NAME, PARENT, Fact
from spacy_clinical.questions import Asker
from spacy_clinical.records import Entity, Record

LABELS = Path(__file__).parent / "tiny" / "drug-label-0001-of-0001.json"


def values(found: list[Fact], concept: str, field: str) -> list[str]:
    return [fact.value for fact in found if (fact.concept, fact.field) == (concept, field)]


def test_substances_and_classes() -> None:
    found = list(read_terminology(LABELS))
    assert values(found, "ABCDE12345", NAME) == [
        "sweetaway hydrochloride",
        "sweetaway",
        "sweetaway hcl",
    ]
    assert values(found, "ABCDE12345", CROSSREF) == ["UNII:ABCDE12345"]
    assert values(found, "ABCDE12345", PARENT) == ["Sugar Remover [EPC]"]
    assert values(found, "ABCDE12346", PARENT) == ["Sugar Remover [EPC]", "Acid Remover [EPC]"]
    assert values(found, "ABCDE12348", PARENT) == ["Salt Remover [EPC]"]
    assert values(found, "Sugar Remover [EPC]", NAME) == ["Sugar Remover", "Sugar Remover [EPC]"]


def test_what_is_not_told_of_one_substance_is_left() -> None:
    """Products of several substances, brands, products' RxCUIs and free text."""
    text = repr(list(read_terminology(LABELS)))
    for word in ("bitter", "brandaway", "70000", "nobody", "must not", "MoA", "[PE]", "nocode"):
        assert word.casefold() not in text.casefold()


def test_archives(tmp_path: Path) -> None:
    data, facts = LABELS.read_bytes(), list(read_terminology(LABELS))
    zipped, gzipped = (tmp_path / f"{LABELS.name}.{kind}" for kind in ("zip", "gz"))
    with zipfile.ZipFile(zipped, "w") as file:
        file.writestr(LABELS.name, data)
    gzipped.write_bytes(gzip.compress(data))
    for path in (zipped, gzipped):
        assert guess_format(path) == "openfda"
        assert list(read_terminology(path)) == facts
    zipped.write_bytes(zipped.read_bytes()[:-40])
    gzipped.write_bytes(gzipped.read_bytes()[:-40])
    for path in (zipped, gzipped):
        with pytest.raises(KnowledgeError, match=r"SC601.*broken archive"):
            list(read_terminology(path))


@pytest.mark.parametrize("size", [1, 7, 100])
def test_pieces_of_any_size(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = list(read_terminology(LABELS))
    monkeypatch.setattr(openfda, "CHUNK", size)
    assert list(read_terminology(LABELS)) == facts


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ('{"results": [\n{"term": "NAUSEA", "count": 3}]}', "line 2.*without 'openfda'"),
        ('{"results": [{"openfda": {}},\n\n{"openfda": {}', "line 3.*doesn't end"),
        ('{"results": [{"openfda": {}} {]}', "doesn't end"),
        ('{"error": {"code": "NOT_FOUND"}}', "line 1.*no list of results"),
        ('{"meta": {"results": {"skip": 0}}}', "no list of results"),
        ("", "no list of results"),
    ],
)
def test_another_file(written: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "drug-label.json"
    path.write_text(written, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=f"(?s)SC601.*{message}"):
        list(read_terminology(path, "openfda"))


def test_fields_of_other_shapes_say_nothing(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"openfda": {"substance_name": "A", "unii": "ABCDE12345", "pharm_class_epc": [None, "x"]}},
        {"openfda": {"substance_name": ["B"], "unii": ["abc"]}},
        {"openfda": {"substance_name": {"C": 1}, "unii": ["ABCDE12349"]}},
    ]
    path = tmp_path / "drug-ndc-0001-of-0001.json"
    path.write_text(json.dumps({"results": rows}), encoding="utf-8")
    found = list(read_terminology(path))
    assert {fact.concept for fact in found} == {"ABCDE12345"}
    assert values(found, "ABCDE12345", PARENT) == []


def test_rules_and_questions_know_the_classes(tmp_path: Path) -> None:
    build_base(LABELS, tmp_path / "kb")
    kb = KnowledgeBase(tmp_path / "kb")
    text = "Takes sweetaway and souraway."
    entities = (
        Entity("a", "MEDICATION", ((6, 15),), "ABCDE12345"),
        Entity("b", "MEDICATION", ((20, 28),), "ABCDE12346"),
    )
    graph = build_graph([Record("n", text, entities, meta={"date": "2024-05-01"})])
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "sets.tsv").write_text(
        "set\tmember\tsource\nSUGAR_REMOVERS\tSugar Remover\topenFDA\n", encoding="utf-8"
    )
    columns = (
        "id kind when and unless within_days severity message_en message_zh source url reviewed"
    )
    cells = ["two", "duplicate_therapy", "drug(SUGAR_REMOVERS)", "", "", "", "warning"]
    cells += ["Two at once.", "", "own", "https://open.fda.gov", "2024-01-01"]
    lines = ["\t".join(columns.split()), "\t".join(cells)]
    (tmp_path / "rules" / "rules.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert read_sets([tmp_path / "rules" / "sets.tsv"]).spread("SUGAR_REMOVERS")
    (decision,) = decide(graph, read_rules(tmp_path / "rules"), kb=kb)
    assert [alert.rule.id for alert in decision.alerts] == ["two"]
    asker = Asker(graph, {"n": text}, kb=kb)
    assert [row.value for row in asker("Which sugar remover does she take?").rows] == [
        "souraway",
        "sweetaway",
    ]
