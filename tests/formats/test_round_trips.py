"""What a format has a place for comes back; what it hasn't is left out, and counted."""

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spacy_clinical.errors import FormatError
from spacy_clinical.formats import (
    bioc,
    cas,
    cas_writer,
    conll,
    conll_writer,
    doccano,
    drugprot,
    i2b2_2010,
    i2b2_xml,
    i2b2_xml_writer,
    label_studio,
    prodigy,
    pubannotation,
    radgraph,
    webanno,
    webanno_writer,
)
from spacy_clinical.formats.format_capacity import Keeps, keep
from spacy_clinical.formats.rejected_documents import Reject
from spacy_clinical.records import Record

from .strategies import json_records

FEW = settings(
    max_examples=int(os.environ.get("SPACY_CLINICAL_EXAMPLES", "15")),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


class Case(NamedTuple):
    """A format that is written: its module's parts, what it makes of a text, and what is done to
    records so that most of them aren't refused."""

    write: Callable[..., int]
    read: Callable[..., Iterator[Record]]
    keeps: Keeps
    text: Callable[[str], str] = str
    tame: Callable[[Record, int], Record] = lambda record, number: record


def with_file_names(record: Record, number: int) -> Record:
    return replace(record, id=f"note {number}")


def with_words(record: Record, number: int) -> Record:
    """A record whose labels and attributes have names that XML can hold."""
    words = ("EVENT", "TIMEX3", "p.1-b")
    entities = (replace(e, label=words[len(e.label) % 3]) for e in record.entities)
    relations = (replace(r, label=r.label or "BEFORE") for r in record.relations)
    said = (replace(a, name=words[len(a.name) % 3].lower()) for a in record.attributes)
    named = replace(record, entities=tuple(entities), relations=tuple(relations))
    return with_file_names(replace(named, attributes=tuple(said)), number)


def with_features(record: Record, number: int) -> Record:
    """A record whose attributes have names that UIMA's features may have."""
    said = (replace(a, name=f"feature{len(a.name) % 3}") for a in record.attributes)
    return with_file_names(replace(record, attributes=tuple(said)), number)


def with_assertions(record: Record, number: int) -> Record:
    """A record most of whose mentions stand between blanks, with one kind of attributes."""
    text = re.sub(r"\b", " ", record.text)
    words = [match.span() for match in re.finditer(r"\S+", text)] or [(0, 0)]
    entities = [
        replace(e, label=e.label.replace('"', "'"), fragments=(words[i % len(words)],))
        for i, e in enumerate(record.entities)
        if words[0][1]
    ]
    ids = {entity.id for entity in entities}
    said = (replace(a, name="assertion") for a in record.attributes if a.target in ids)
    relations = (r for r in record.relations if {r.head, r.tail} <= ids)
    parts = {"entities": tuple(entities), "relations": tuple(relations), "attributes": tuple(said)}
    return replace(record, id=f"note {number}", text=text, concept_relations=(), **parts)


def with_title(record: Record, number: int) -> Record:
    """A record whose text is a line of title and one of abstract, without tabs."""
    text = re.sub(r"[\n\r\t]", " ", record.text)
    cut = len(text) // 2
    text = f"{text[:cut]}\n{text[cut + 1 :]}" if len(text) > 2 else text
    return replace(record, id=f"{number}", text=text)


CASES = {
    "bioc_json": Case(bioc.write_bioc_json, bioc.read_bioc_json, bioc.KEEPS),
    "bioc_xml": Case(bioc.write_bioc_xml, bioc.read_bioc_xml, bioc.KEEPS),
    "cas_json": Case(cas.write_cas_json, cas.read_cas_json, cas_writer.KEEPS, tame=with_features),
    "cas_xmi": Case(cas.write_cas_xmi, cas.read_cas_xmi, cas_writer.KEEPS, tame=with_features),
    "conll": Case(
        conll.write_conll,
        conll.read_conll,
        conll_writer.KEEPS,
        lambda text: re.sub(r"\s", " ", text.rstrip()),
    ),
    "doccano": Case(doccano.write_doccano, doccano.read_doccano, doccano.KEEPS),
    "drugprot": Case(
        drugprot.write_drugprot, drugprot.read_drugprot, drugprot.KEEPS, tame=with_title
    ),
    "i2b2_2010": Case(
        i2b2_2010.write_i2b2_2010,
        i2b2_2010.read_i2b2_2010,
        i2b2_2010.KEEPS,
        tame=with_assertions,
    ),
    "i2b2_xml": Case(
        i2b2_xml.write_i2b2_xml, i2b2_xml.read_i2b2_xml, i2b2_xml_writer.KEEPS, tame=with_words
    ),
    "label_studio": Case(
        label_studio.write_label_studio, label_studio.read_label_studio, label_studio.KEEPS
    ),
    "prodigy": Case(prodigy.write_prodigy, prodigy.read_prodigy, prodigy.KEEPS),
    "pubannotation": Case(
        pubannotation.write_pubannotation, pubannotation.read_pubannotation, pubannotation.KEEPS
    ),
    "radgraph": Case(
        radgraph.write_radgraph, radgraph.read_radgraph, radgraph.KEEPS, tame=with_assertions
    ),
    "webanno": Case(
        webanno.write_webanno,
        webanno.read_webanno,
        webanno_writer.KEEPS,
        str.strip,
        with_file_names,
    ),
}


def in_order(record: Record, case: Case) -> dict[str, Any]:
    """A record's parts with mentions numbered by place and label, attributes by mention."""
    order = sorted(record.entities, key=lambda e: (e.fragments, e.label, e.concept, str(e.score)))
    ids = {entity.id: f"T{number}" for number, entity in enumerate(order)}
    said = [replace(a, target=ids[a.target]) for a in record.attributes]
    related = [replace(r, head=ids[r.head], tail=ids[r.tail]) for r in record.relations]
    return {
        "id": record.id,
        "text": case.text(record.text),
        "entities": [replace(entity, id=ids[entity.id]) for entity in order],
        "relations": sorted(related, key=repr),
        "attributes": sorted(said, key=repr),
        "concept_relations": sorted(record.concept_relations, key=repr),
        "meta": record.meta,
    }


@pytest.mark.parametrize("name", sorted(CASES))
@FEW
@given(records=st.lists(json_records(), max_size=3, unique_by=lambda record: record.id))
def test_records_come_back(
    tmp_path_factory: pytest.TempPathFactory, name: str, records: list[Record]
) -> None:
    case = CASES[name]
    records = [case.tame(record, number) for number, record in enumerate(records)]
    path = tmp_path_factory.mktemp(name) / "corpus"
    lost: Counter[str] = Counter()
    refused: list[Reject] = []
    count = case.write(records, path, left_out=lost, rejects=refused)
    assert count + len(refused) == len(records)
    assert {reject.code for reject in refused} <= {"SC020", "SC026"}, refused
    ids = {reject.where for reject in refused}
    expected: Counter[str] = Counter()
    kept = [keep(r, case.keeps, name, expected) for r in records if r.id not in ids]
    back = list(case.read(path))
    assert [in_order(r, case) for r in back] == [in_order(r, case) for r in kept]
    assert expected <= lost
    if +lost and len(records) == 1:
        with pytest.raises(FormatError, match="SC020"):
            case.write(records, path.with_name("again"))
