"""BioC as PubTator3, BioRED, BC5CDR and others write it, in XML and JSON."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from spacy_clinical.errors import FormatError
from spacy_clinical.formats import guess_format, read, write
from spacy_clinical.records import Attribute, ConceptRelation, Entity, Record

from .samples import mentions, put, read_counted, relations, said

TITLE, ABSTRACT = "Lithium and tremor.", "Tremor stopped without lithium."
DRUG = {
    "id": "1",
    "infons": {
        "identifier": "MESH:D008094",
        "type": "Chemical",
        "valid": True,
        "normalized": [8094],
    },
    "text": "lithium",
    "locations": [{"offset": 43, "length": 7}],
}
SIGN = {
    "id": "2",
    "infons": {"type": "Disease", "MESH": "D014202", "course": "stopped"},
    "text": "Tremor",
    "locations": [{"offset": 20, "length": 6}],
}


def document(**more: Any) -> dict[str, Any]:
    title = {"infons": {"type": "title"}, "offset": 0, "text": TITLE, "annotations": []}
    abstract = {"infons": {"type": "abstract"}, "offset": 20, "text": ABSTRACT}
    abstract |= {"sentences": [], "annotations": [DRUG, SIGN], "relations": []}
    return {"id": "31", "infons": {}, "passages": [title, abstract]} | more


def test_pubtator3_s_json(tmp_path: Path) -> None:
    """Its title has no list of relations or sentences, over which bioc 2.1 stumbles."""
    roles = {"role1": {"identifier": "MESH:D008094"}, "role2": {"identifier": "MESH:D014202"}}
    link = {"id": "R1", "infons": {**roles, "type": "Cause", "score": "0.75"}, "nodes": []}
    path = put(tmp_path / "a.json", {"PubTator3": [document(relations=[link], pmid=31)]})
    (record,) = read(path)
    assert guess_format(path) == "bioc_json"
    assert record.text == f"{TITLE}\n{ABSTRACT}"
    assert mentions(record) == [("lithium", "Chemical"), ("Tremor", "Disease")]
    assert [entity.concept for entity in record.entities] == ["MESH:D008094", "D014202"]
    assert said(record) == [("Tremor", "course", "stopped")]
    assert record.concept_relations == (
        ConceptRelation("MESH:D008094", "MESH:D014202", "Cause", "", 0.75),
    )
    assert record.meta["bioc"]["mentions"] == {"1": {"valid": True, "normalized": [8094]}}
    assert [passage[:2] for passage in record.meta["bioc"]["passages"]] == [[0, 19], [20, 31]]


@pytest.mark.parametrize(
    ("infons", "expected"),
    [
        (
            {"entity1": "D1", "entity2": "D2", "type": "Association", "novel": "No"},
            ConceptRelation("D1", "D2", "Association", "No"),
        ),
        (
            {"relation": "CID", "Chemical": "D1", "Disease": "D2"},
            ConceptRelation("D1", "D2", "CID"),
        ),
        (
            {"role1": "Chemical|MESH:D1", "role2": "Disease|MESH:D2", "type": "Cotreatment"},
            ConceptRelation("MESH:D1", "MESH:D2", "Cotreatment"),
        ),
    ],
)
def test_relations_between_concepts(
    tmp_path: Path, infons: dict[str, str], expected: ConceptRelation
) -> None:
    link = {"id": "R1", "infons": infons, "nodes": []}
    (record,) = read(put(tmp_path / "a.json", {"documents": [document(relations=[link])]}))
    assert record.concept_relations == (expected,)


def test_relations_between_mentions_and_what_is_counted(tmp_path: Path) -> None:
    nodes = [{"refid": "2", "role": "Arg2"}, {"refid": "1", "role": "Arg1"}]
    links = [
        {"id": "R1", "infons": {"type": "stops"}, "nodes": nodes},
        {"id": "R2", "infons": {"type": "all"}, "nodes": [*nodes, nodes[0]]},
    ]
    path = put(tmp_path / "a.json", {"documents": [document(relations=links)]})
    (record,), left_out = read_counted(path)
    assert relations(record) == [("lithium", "stops", "Tremor")]
    assert left_out == {"relations that aren't between two mentions or two concepts": 1}


XML = f"""<?xml version='1.0' encoding='UTF-8'?><!DOCTYPE collection SYSTEM 'BioC.dtd'>
<collection><source>x</source><date/><key/><document><id>31</id>
<passage><infon key="type">title</infon><offset>0</offset>
<sentence><offset>0</offset><text>{TITLE}</text></sentence></passage>
<passage><offset>20</offset><text>{ABSTRACT}</text>
<annotation id="T3"><infon key="type">Chemical</infon><infon key="note"></infon>
<location offset="20" length="6"/><location offset="43" length="7"/><text>Tremor lithium</text>
</annotation></passage></document><document><id>32</id><passage><offset>x</offset></passage>
</document></collection>"""


def test_xml_with_sentences_and_a_bad_document(tmp_path: Path) -> None:
    path = put(tmp_path / "a.xml", XML)
    rejects: list[Any] = []
    (record,) = read(path, rejects=rejects)
    assert guess_format(path) == "bioc_xml"
    assert record.text == f"{TITLE}\n{ABSTRACT}"
    assert mentions(record) == [("Tremor...lithium", "Chemical")]
    assert [triple[1:] for triple in said(record)] == [("note", "")]
    assert [(reject.code, "document 2" in reject.where) for reject in rejects] == [("SC010", True)]


def test_xml_that_ends_early(tmp_path: Path) -> None:
    path = put(tmp_path / "a.xml", XML[: XML.index("<document><id>32")])
    with pytest.raises(FormatError, match=r"SC010.*isn't XML") as caught:
        list(read(path))
    assert "lithium" not in str(caught.value)


def test_offsets_in_utf16_are_found_out_by_the_texts(tmp_path: Path) -> None:
    mention = {**DRUG, "locations": [{"offset": 3, "length": 7}]}
    passage = {"offset": 0, "text": "🙂 lithium", "annotations": [mention]}
    (record,) = read(put(tmp_path / "a.json", {"documents": [{"id": "1", "passages": [passage]}]}))
    assert mentions(record) == [("lithium", "Chemical")]


UNITS: dict[str, Callable[[str], int]] = {
    "characters": len,
    "UTF-16": lambda text: len(text.encode("utf-16-le")) // 2,
    "bytes": lambda text: len(text.encode()),
}


def counted(passages: list[str], words: list[str], unit: str) -> dict[str, Any]:
    """A document with a line end after each passage, its offsets counted in a unit."""
    width, at = UNITS[unit], 0
    made: list[dict[str, Any]] = []
    for text in passages:
        mentions = [
            {
                "id": word,
                "infons": {"type": "X"},
                "text": word,
                "locations": [{"offset": at + width(before), "length": width(word)}],
            }
            for word in words
            for before, found, _ in [text.partition(word)]
            if found
        ]
        made.append({"offset": at, "text": text, "annotations": mentions})
        at += width(text) + 1
    return {"id": "1", "passages": made}


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize(
    ("passages", "words"),
    [
        (["β-blocker stopped; metformin began."], ["β-blocker", "metformin"]),
        (["Fièvre élevée, naïf", "Déjà vu: toux"], ["élevée", "naïf", "vu", "toux"]),
        (["🙂 good mood", "No rash 🙂 or ache", "Then: cough"], ["mood", "rash", "ache", "cough"]),
        (["Größe normal", "Müde seit gestern"], []),
    ],
)
def test_what_offsets_count_is_found_out(
    tmp_path: Path, passages: list[str], words: list[str], unit: str
) -> None:
    """bconv 1.2.1 counts bytes, of passages too, bioc 2.1 characters."""
    value = counted(passages, words, unit)
    (record,) = read(put(tmp_path / "a.json", {"documents": [value]}))
    assert record.text == "\n".join(passages)
    assert [text for text, _ in mentions(record)] == words
    write([record], tmp_path / "b.bioc.xml")
    (back,) = read(tmp_path / "b.bioc.xml")
    assert (back.text, mentions(back)) == (record.text, mentions(record))


def test_an_offset_within_a_character_is_told_of(tmp_path: Path) -> None:
    value = counted(["β-blocker, metformin"], ["blocker", "metformin"], "bytes")
    value["passages"][0]["annotations"][0]["locations"] = [{"offset": 1, "length": 4}]
    path = put(tmp_path / "a.json", {"documents": [value]})
    with pytest.raises(FormatError, match=r"SC010.*21 bytes.*halves no character"):
        list(read(path))


def test_other_text_than_the_offsets_cover(tmp_path: Path) -> None:
    passage = {
        "offset": 0,
        "text": TITLE,
        "annotations": [{**DRUG, "locations": [{"offset": 1, "length": 7}]}],
    }
    path = put(tmp_path / "a.json", {"documents": [{"id": "1", "passages": [passage]}]})
    with pytest.raises(FormatError, match=r"SC011.*entity '1' at 1-8"):
        list(read(path))
    (record,) = read(path, strict=False)
    assert record.meta["text_mismatches"] == ["1"]


@pytest.mark.parametrize("suffix", [".bioc.xml", ".bioc.json"])
def test_what_was_read_is_written_again(tmp_path: Path, suffix: str) -> None:
    """XML has no place for infons that aren't strings, which bioc 2.1 writes as Python source."""
    (record,) = read(put(tmp_path / "a.json", {"documents": [document()]}))
    left_out: Counter[str] = Counter()
    write([record], tmp_path / f"b{suffix}", left_out=left_out)
    (back,) = read(tmp_path / f"b{suffix}")
    meta = record.meta["bioc"]
    if suffix == ".bioc.xml":
        assert left_out == {"meta fields": 2}
        meta = {key: value for key, value in meta.items() if key != "mentions"}
    assert sorted(back.entities, key=lambda e: e.id) == list(record.entities)
    assert (back.attributes, back.text) == (record.attributes, record.text)
    assert back.meta["bioc"] == meta


def test_what_xml_cannot_hold(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"SC026.*character that XML can't hold"):
        write([Record("n", "a\x0bb")], tmp_path / "a.bioc.xml")
    taken = Record("n", "ab", (Entity("T1", "X", ((0, 1),)),), (), (Attribute("T1", "type", "Y"),))
    with pytest.raises(FormatError, match=r"SC020.*attributes \(1\)"):
        write([taken], tmp_path / "a.bioc.xml")
    assert list(tmp_path.iterdir()) == []


def test_xml_of_another_kind_is_no_empty_corpus(tmp_path: Path) -> None:
    path = put(tmp_path / "config.xml", "<View><Labels name='a'/></View>")
    with pytest.raises(FormatError, match=r"SC010.*another kind"):
        list(read(path, "bioc_xml"))


def test_a_prefix_without_a_namespace_is_one_bad_document(tmp_path: Path) -> None:
    passage = "<passage><offset>0</offset><text>Cough.</text></passage>"
    documents = (f"<document><id>{n}</id>{{}}{passage}</document>" for n in (1, 2))
    first, second = documents
    path = tmp_path / "a.xml"
    path.write_text(f"<collection>{first.format('<x:y/>')}{second.format('')}</collection>")
    rejects: list[Any] = []
    assert [record.id for record in read(path, rejects=rejects)] == ["2"]
    assert (rejects[0].code, "document 1" in rejects[0].where) == ("SC010", True)


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ('"length": 5', '"length": {}'),
        ('"offset": 0, "length"', '"offset": "0", "length"'),
        ('"offset": 0, "text"', '"offset": 0.5, "text"'),
        ('"text": "Cough."', '"text": ["Cough."]'),
        ('"length": 5', '"length": 5, "length": 4'),
        ('"text": "Cough"', '"text": 3'),
    ],
)
def test_json_with_a_part_of_another_kind(was: str, now: str, tmp_path: Path) -> None:
    mention = (
        '{"id": "1", "infons": {}, "text": "Cough", "locations": [{"offset": 0, "length": 5}]}'
    )
    passage = f'{{"infons": {{}}, "offset": 0, "text": "Cough.", "annotations": [{mention}]}}'
    sound = f'{{"id": "1", "infons": {{}}, "passages": [{passage}]}}'
    path = tmp_path / "a.json"
    path.write_text(f'{{"documents": [{sound.replace(was, now)}, {sound}]}}')
    rejects: list[Any] = []
    (record,) = read(path, "bioc_json", rejects=rejects)
    assert was in sound and mentions(record) == [("Cough", "ENTITY")]
    assert [(reject.code, "document 1" in reject.where) for reject in rejects] == [("SC010", True)]


def test_annotations_without_text_place_or_length(tmp_path: Path) -> None:
    """BioC.dtd lets an annotation have no location (it is of the whole document) and no text."""
    silent = DRUG | {"text": ""}
    topic = {"id": "9", "infons": {"type": "MeSH"}, "text": "", "locations": []}
    point = {"id": "8", "infons": {}, "text": "", "locations": [{"offset": 20, "length": 0}]}
    passage = {"offset": 0, "text": f"{TITLE}\n{ABSTRACT}", "annotations": [silent, topic, point]}
    path = put(tmp_path / "a.json", {"documents": [document(passages=[passage])], "infons": {}})
    (record,), left_out = read_counted(path)
    assert mentions(record) == [("lithium", "Chemical")]
    assert left_out == {"annotations of no place or length": 2}


def test_what_else_is_said_of_relations_is_counted(tmp_path: Path) -> None:
    nodes = [{"refid": "1", "role": "Chemical"}, {"refid": "2", "role": "Disease"}]
    infons = {"type": "Cause", "annotator": "a", "certain": "no"}
    links = [{"id": "R1", "infons": infons, "nodes": nodes}]
    (record,), left_out = read_counted(put(tmp_path / "a.json", document(relations=links)))
    assert relations(record) == [("lithium", "Cause", "Tremor")]
    assert left_out == {"further infons of relations": 2, "names of arguments": 1}
