"""PubAnnotation: both models of discontinuous spans, attributes, modifications, tracks."""

from pathlib import Path
from typing import Any

from spacy_clinical.formats import guess_format, read

from .samples import mentions, put, read_counted, relations, said

TEXT = "TP53 and RB1 loss were not seen"


def denotation(id: str, obj: str, *spans: tuple[int, int]) -> dict[str, Any]:
    found = [{"begin": begin, "end": end} for begin, end in spans]
    return {"id": id, "span": found if len(found) > 1 else found[0], "obj": obj}


LOSS = denotation("T1", "Loss", (0, 4), (13, 17))
GENE = denotation("T2", "Gene", (9, 12))


def test_a_document(tmp_path: Path) -> None:
    value = {
        "sourcedb": "PubMed",
        "sourceid": "77",
        "text": TEXT,
        "denotations": [LOSS, GENE],
        "relations": [{"id": "R1", "pred": "themeOf", "subj": "T2", "obj": "T1"}],
        "attributes": [
            {"id": "A1", "subj": "T2", "pred": "concept", "obj": "NCBIGene:5925"},
            {"id": "A2", "subj": "T1", "pred": "negated", "obj": True},
            {"id": "A3", "subj": "T1", "pred": "count", "obj": 2},
        ],
        "modifications": [{"id": "M1", "pred": "Negation", "obj": "T1"}],
        "blocks": [{"id": "B1", "span": {"begin": 0, "end": 31}, "obj": "sentence"}],
    }
    path = put(tmp_path / "a.json", value)
    (record,) = read(path)
    assert guess_format(path) == "pubannotation"
    assert mentions(record) == [("TP53...loss", "Loss"), ("RB1", "Gene")]
    assert relations(record) == [("RB1", "themeOf", "TP53 and RB1 loss")]
    assert [entity.concept for entity in record.entities] == ["", "NCBIGene:5925"]
    assert [triple[1:] for triple in said(record)] == [
        ("negated", ""),
        ("count", "2"),
        ("Negation", ""),
    ]
    assert record.id == "77"
    assert set(record.meta) == {"sourcedb", "blocks"}


def test_chained_fragments_are_one_mention(tmp_path: Path) -> None:
    """As PubAnnotation's own chain_spans makes them: the last fragment has the label."""
    chained = [
        denotation("T1-0", "_FRAGMENT", (0, 4)),
        denotation("T1-1", "Loss", (13, 17)),
    ]
    link = {"id": "C-T1-0", "pred": "_lexicallyChainedTo", "subj": "T1-1", "obj": "T1-0"}
    path = put(tmp_path / "a.json", {"text": TEXT, "denotations": chained, "relations": [link]})
    (record,) = read(path)
    assert mentions(record) == [("TP53...loss", "Loss")]
    assert record.relations == ()


def test_tracks_of_several_projects(tmp_path: Path) -> None:
    tracks = [
        {"project": "genes", "denotations": [GENE]},
        {"project": "losses", "denotations": [{**LOSS, "id": "T2"}]},
    ]
    (record,) = read(
        put(
            tmp_path / "a.json",
            {"text": TEXT, "sourcedb": "PMC", "sourceid": "1", "tracks": tracks},
        )
    )
    assert [entity.id for entity in record.entities] == ["genes:T2", "losses:T2"]


def test_relations_of_relations_are_counted(tmp_path: Path) -> None:
    links = [
        {"id": "R1", "pred": "themeOf", "subj": "T2", "obj": "T1"},
        {"id": "R2", "pred": "causeOf", "subj": "R1", "obj": "T1"},
    ]
    said_of = [{"id": "A1", "subj": "R1", "pred": "negated", "obj": True}]
    value = {"text": TEXT, "denotations": [LOSS, GENE], "relations": links, "attributes": said_of}
    (record,), left_out = read_counted(put(tmp_path / "a.json", value))
    assert len(record.relations) == 1
    assert left_out == {
        "relations of something else than a denotation": 1,
        "attributes of something else than a denotation": 1,
    }
