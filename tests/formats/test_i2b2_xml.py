"""i2b2 2012 XML and its kin, in notes of our own: offsets, raw ampersands, links, PHI."""

from collections import Counter
from pathlib import Path

import pytest

from spacy_clinical.errors import FormatError
from spacy_clinical.formats import Reject, guess_format, read, write
from spacy_clinical.records import Entity, Record

from .samples import mentions, put, read_counted, relations, said

TEXT = "Admitted 3/4 .\nBlood & urine < normal , then discharged ."
ROOT = "ClinicalNarrativeTemporalAnnotation"


def whole(text: str, *tags: str, root: str = ROOT) -> str:
    head = '<?xml version="1.0" encoding="UTF-8" ?>'
    return "\n".join(
        [head, f"<{root}>", f"<TEXT>{text}</TEXT>", "<TAGS>", *tags, "</TAGS>", f"</{root}>"]
    )


def tags(shift: int) -> list[str]:
    return [
        f'<EVENT id="E0" start="{shift}" end="{8 + shift}" text="Admitted" modality="FACTUAL" '
        'polarity="POS" type="OCCURRENCE" />',
        f'<EVENT id="E1" start="{15 + shift}" end="{36 + shift}" text="Blood & urine < norma" '
        'modality="FACTUAL" polarity="NEG" type="TEST" />',
        f'<TIMEX3 id="T0" start="{9 + shift}" end="{12 + shift}" text="3/4" '
        'type="DATE" val="03-04" />',
        '<TLINK id="TL0" fromID="E0" fromText="Admitted" toID="T0" toText="3/4" type="OVERLAP" />',
    ]


@pytest.mark.parametrize(
    ("text", "shift"),
    [(f"<![CDATA[\n{TEXT}]]>", 1), (f"<![CDATA[{TEXT}]]>", 0), (f"<![CDATA[{TEXT}]]>", 1)],
)
def test_offsets_from_0_and_1_and_raw_signs(tmp_path: Path, text: str, shift: int) -> None:
    path = put(tmp_path / "7.xml", whole(text, *tags(shift)))
    (record,) = read(tmp_path)
    assert guess_format(path) == "i2b2_xml"
    assert mentions(record) == [
        ("Admitted", "EVENT"),
        ("Blood & urine < norma", "EVENT"),
        ("3/4", "TIMEX3"),
    ]
    assert ("3/4", "val", "03-04") in said(record)
    assert ("Blood & urine < norma", "polarity", "NEG") in said(record)
    assert relations(record) == [("Admitted", "OVERLAP", "3/4")]
    assert (record.id, record.meta) == ("7", {})


def test_links_of_other_kinds_are_kept(tmp_path: Path) -> None:
    link = '<SLINK id="S" fromID="E0" toID="T0" type="SAME" comment="sure" />'
    lost = '<TLINK id="X" fromID="E0" toID="Discharge" type="BEFORE" />'
    meant = [*tags(0)[:3], link, lost, '<NOTE id="N" comment="x" />']
    put(tmp_path / "in" / "7.xml", whole(TEXT.replace("&", "&amp;").replace("<", "&lt;"), *meant))
    (record,), left_out = read_counted(tmp_path / "in")
    assert record.meta == {"i2b2": {"links": [["SLINK", {"comment": "sure"}]]}}
    assert left_out == {"links of tags without a place": 1, "tags without a place": 1}
    write([record], tmp_path / "out", "i2b2_xml")
    assert list(read(tmp_path / "out")) == [record]


def test_phi_of_2014(tmp_path: Path) -> None:
    tag = '<NAME id="P0" start="4" end="8" text="Berg" TYPE="DOCTOR" comment="" />'
    put(tmp_path / "1.xml", whole("<![CDATA[Dr. Berg]]>", tag, root="deIdi2b2"))
    (record,) = read(tmp_path)
    assert mentions(record) == [("Berg", "NAME")]
    assert said(record) == [("Berg", "TYPE", "DOCTOR"), ("Berg", "comment", "")]
    assert record.meta == {"i2b2": {"root": "deIdi2b2"}}


def test_other_text_than_the_offsets_cover(tmp_path: Path) -> None:
    path = put(
        tmp_path / "7.xml", whole(TEXT[:14], '<EVENT id="E" start="0" end="3" text="Gout" />')
    )
    with pytest.raises(FormatError, match=r"SC011.*'E' at 0-3") as caught:
        list(read(path))
    assert "Gout" not in str(caught.value)
    (record,) = read(path, strict=False)
    assert record.meta == {"text_mismatches": ["E"]}


def test_ids_that_stand_twice_and_a_file_without_text(tmp_path: Path) -> None:
    tag = '<EVENT id="E" start="0" end="3" text="Adm" />'
    with pytest.raises(FormatError, match=r"SC014.*'E'"):
        list(read(put(tmp_path / "7.xml", whole(TEXT[:14], tag, tag))))
    with pytest.raises(FormatError, match=r"SC010.*no text"):
        list(read(put(tmp_path / "8.xml", f"<{ROOT}><TAGS></TAGS></{ROOT}>"), "i2b2_xml"))


def test_what_is_written(tmp_path: Path) -> None:
    record = Record("n", "a ]]> b & c\nd", (Entity("E1", "EVENT", ((8, 13),)),))
    write([record], tmp_path / "out", "i2b2_xml")
    written = (tmp_path / "out" / "n.xml").read_text()
    assert '<EVENT id="E1" start="8" end="13" text="&amp; c d" />' in written
    assert list(read(tmp_path / "out")) == [record]
    for odd in (Entity("E", "two words", ((0, 1),)), Entity("E", "9", ((0, 1),))):
        with pytest.raises(FormatError, match=r"SC020.*name"):
            write([Record("n", "a", (odd,))], tmp_path / "odd", "i2b2_xml", left_out=Counter())
    with pytest.raises(FormatError, match="SC026"):
        write([Record("n", "a\x00")], tmp_path / "odd", "i2b2_xml")


@pytest.mark.parametrize(
    "broken",
    [
        '<EVENT id="E9" start="0" end="8" text="Adm" type="A" id="B />',
        '<EVENT id="E9" start="0" end="8" text="Admitted" type=TEST />',
        '<EVENT id="E9" start="0" end="8" text="Admitted"',
        'EVENT id="E9" start="0" end="8" />',
    ],
)
def test_a_broken_tag_is_no_mention_less(tmp_path: Path, broken: str) -> None:
    put(tmp_path / "7.xml", whole(f"<![CDATA[{TEXT}]]>", *tags(0), "<!-- seen -->", broken))
    put(tmp_path / "8.xml", whole(f"<![CDATA[{TEXT}]]>", *tags(0)))
    with pytest.raises(FormatError, match=r"SC010.*7\.xml, line 11"):
        list(read(tmp_path))
    rejects: list[Reject] = []
    assert [record.id for record in read(tmp_path, rejects=rejects)] == ["8"]
    assert len(rejects) == 1


def test_a_mention_that_is_a_link_too_takes_nothing_from_the_count(tmp_path: Path) -> None:
    both = '<NOTE id="N" start="0" end="8" text="Admitted" fromID="E0" toID="T0" type="SAME" />'
    put(tmp_path / "7.xml", whole(f"<![CDATA[{TEXT}]]>", *tags(0), both, '<NOTE id="M" />'))
    (record,), left_out = read_counted(tmp_path)
    assert left_out["tags without a place"] == 1
    assert ("Admitted", "SAME", "3/4") in relations(record)
