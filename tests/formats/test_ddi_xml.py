"""DDI 2013's XML, in documents of our own: offsets that include the last character, pairs."""

from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, tostring

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spacy_clinical.errors import FormatError
from spacy_clinical.formats import guess_format, read
from spacy_clinical.formats.ddi_xml import BETWEEN
from spacy_clinical.formats.rejected_documents import Reject
from spacy_clinical.records import Record

from .samples import mentions, relations

FIRST = "Dolvarin raises levels of extended and prompt release morvane."
SECOND = "Avoid Dolvarin &amp; tarex; rubinol is &lt;safe&gt;."
TWO = f"""<?xml version="1.0" encoding="UTF-8"?>
<document id="DDI-X.d1">
 <sentence id="DDI-X.d1.s0" text="{FIRST}">
  <entity id="DDI-X.d1.s0.e0" charOffset="0-7" type="brand" text="Dolvarin"/>
  <entity id="DDI-X.d1.s0.e1" charOffset="26-33;46-60" type="drug"
          text="extended release morvane"/>
  <entity id="DDI-X.d1.s0.e2" charOffset="39-60" type="drug" text="prompt release morvane"/>
  <pair id="DDI-X.d1.s0.p0" e1="DDI-X.d1.s0.e0" e2="DDI-X.d1.s0.e1" ddi="true"
        type="mechanism"/>
  <pair id="DDI-X.d1.s0.p1" e1="DDI-X.d1.s0.e0" e2="DDI-X.d1.s0.e2" ddi="true"/>
  <pair id="DDI-X.d1.s0.p2" e1="DDI-X.d1.s0.e1" e2="DDI-X.d1.s0.e2" ddi="false"/>
 </sentence>
 <sentence id="DDI-X.d1.s1" text="{SECOND}">
  <entity id="DDI-X.d1.s1.e0" charOffset="6-13" type="brand" text="Dolvarin"/>
  <entity id="DDI-X.d1.s1.e1" charOffset="17-21" type="drug_n" text="tarex"/>
  <pair id="DDI-X.d1.s1.p0" e1="DDI-X.d1.s1.e0" e2="DDI-X.d1.s1.e1" ddi="true" type="advise"/>
 </sentence>
</document>"""


def put(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_document_is_its_sentences(tmp_path: Path) -> None:
    """Offsets by hand: the second sentence begins at 62 + 2."""
    put(tmp_path / "Train" / "DrugBank" / "a.xml", TWO)
    (record,) = read(tmp_path)
    assert guess_format(tmp_path) == "ddi_xml"
    assert (record.id, record.text) == (
        "DDI-X.d1",
        f"{FIRST}\n\nAvoid Dolvarin & tarex; rubinol is <safe>.",
    )
    assert [entity.fragments for entity in record.entities] == [
        ((0, 8),),
        ((26, 34), (46, 61)),
        ((39, 61),),
        ((70, 78),),
        ((81, 86),),
    ]
    assert mentions(record) == [
        ("Dolvarin", "brand"),
        ("extended...release morvane", "drug"),
        ("prompt release morvane", "drug"),
        ("Dolvarin", "brand"),
        ("tarex", "drug_n"),
    ]
    assert [(r.head[-5:], r.label, r.tail[-5:]) for r in record.relations] == [
        ("s0.e0", "mechanism", "s0.e1"),
        ("s0.e0", "int", "s0.e2"),
        ("s1.e0", "advise", "s1.e1"),
    ]


def test_offsets_that_leave_the_last_character_out(tmp_path: Path) -> None:
    """The corpus of 2011 has them, "interaction", and no types of pairs."""
    text = TWO.replace("0-7", "0-8").replace("26-33;46-60", "26-34;46-61")
    text = text.replace("39-60", "39-61").replace("6-13", "6-14").replace("17-21", "17-22")
    text = text.replace("ddi=", "interaction=").replace(' type="mechanism"', "")
    (new,), (old,) = read(put(tmp_path / "a.xml", TWO)), read(put(tmp_path / "b.xml", text))
    assert old.entities == new.entities
    assert relations(old)[0] == ("Dolvarin", "int", "extended and prompt release morvane")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('charOffset="17-21"', 'charOffset="17-20"', r"SC011.*s1\.e1"),
        ('charOffset="17-21"', 'charOffset="17"', r"SC010.*another form.*s1\.e1"),
        ('charOffset="17-21"', 'charOffset="17-99"', r"SC010.*s1\.e1.*sentence of 42"),
        ('charOffset="17-21"', 'offset="17-21"', r"SC010.*no 'charOffset' in <entity"),
        ('ddi="false"', 'ddi="maybe"', "SC010.*neither true nor false"),
        ('ddi="false"', "", "SC010.*no 'ddi' in <pair"),
        ('e2="DDI-X.d1.s1.e1"', 'e2="DDI-X.d1.s1.e7"', r"SC012.*SC003.*s1\.e7"),
        ("</document>", "", "SC010.*isn't XML"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    put(tmp_path / "a.xml", TWO.replace(old, new))
    put(tmp_path / "b.xml", TWO.replace("DDI-X.d1", "DDI-X.d2"))
    with pytest.raises(FormatError, match=message) as caught:
        list(read(tmp_path, "ddi_xml"))
    assert "tarex" not in str(caught.value)
    rejects: list[Reject] = []
    (kept,) = read(tmp_path, "ddi_xml", rejects=rejects)
    assert (kept.id, len(rejects)) == ("DDI-X.d2", 1)


def test_text_that_differs_is_kept_if_wanted(tmp_path: Path) -> None:
    path = put(tmp_path / "a.xml", TWO.replace('text="tarex"', 'text="terax"'))
    (record,) = read(path, strict=False)
    assert record.meta == {"text_mismatches": ["DDI-X.d1.s1.e1"]}
    assert mentions(record)[-1] == ("tarex", "drug_n")


def test_entities_of_xml_are_not_resolved(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE document [<!ENTITY a "aaaa">]><document id="x"><sentence id="s" text="&a;"/>'
    with pytest.raises(FormatError, match=r"SC010.*entities of its own"):
        list(read(put(tmp_path / "a.xml", f"{bomb}</document>"), "ddi_xml"))
    with pytest.raises(FormatError, match=r"SC010.*another kind"):
        list(read(put(tmp_path / "b.xml", "<corpus/>"), "ddi_xml"))


@st.composite
def documents(draw: st.DrawFn) -> list[tuple[str, list[list[tuple[int, int]]]]]:
    """Sentences, each with extents (end exclusive) of its mentions' pieces."""
    found = []
    for _ in range(draw(st.integers(1, 3))):
        text = draw(st.text(st.sampled_from("ab-,;é<&\"' \u2009😀"), min_size=4, max_size=20))
        cuts = st.lists(st.integers(0, len(text)), min_size=2, max_size=4, unique=True)
        drawn = draw(st.lists(cuts.map(sorted), max_size=3))
        found.append((text, [list(zip(x[::2], x[1::2], strict=False)) for x in drawn]))
    return found


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=documents())
def test_every_extent_comes_back(
    tmp_path: Path, found: list[tuple[str, list[list[tuple[int, int]]]]]
) -> None:
    root = Element("document", id="d")
    for number, (text, extents) in enumerate(found):
        sentence = SubElement(root, "sentence", id=f"s{number}", text=text)
        for index, pieces in enumerate(extents):
            offsets = ";".join(f"{start}-{end - 1}" for start, end in pieces)
            covered = " ".join(text[start:end] for start, end in pieces)
            fields = {"id": f"s{number}.e{index}", "charOffset": offsets, "type": "drug"}
            SubElement(sentence, "entity", fields, text=covered)
    (tmp_path / "d.xml").write_bytes(tostring(root, "utf-8"))
    (record,) = read(tmp_path / "d.xml", "ddi_xml")
    assert isinstance(record, Record)
    assert record.text == BETWEEN.join(text for text, _ in found)
    starts = [sum(len(text) + 2 for text, _ in found[:n]) for n in range(len(found))]
    assert [entity.fragments for entity in record.entities] == [
        tuple((start + a, start + b) for a, b in pieces)
        for start, (_, extents) in zip(starts, found, strict=True)
        for pieces in extents
    ]
