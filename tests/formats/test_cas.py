"""UIMA CAS in XMI and JSON: INCEpTION's layers, slots and chains; another tool's type system."""

from pathlib import Path

import pytest

cassis = pytest.importorskip("cassis")

from spacy_clinical.errors import FormatError  # noqa: E402
from spacy_clinical.formats import guess_format, read, write  # noqa: E402
from spacy_clinical.records import Attribute, Entity, Record, Relation  # noqa: E402

from .samples import mentions, put, read_counted, relations, said  # noqa: E402

TEXT = "😊 No rash since amoxicillin. It helped."
STRING, ANNOTATION = "uima.cas.String", "uima.tcas.Annotation"


def inception(folder: Path) -> Path:
    """A CAS with the layers of INCEpTION, made by the library from its type definitions."""
    types = cassis.TypeSystem()
    finding = types.create_type("webanno.custom.Finding", supertypeName=ANNOTATION)
    types.create_feature(finding, "label", STRING)
    types.create_feature(finding, "identifier", STRING)
    types.create_feature(finding, "sure", "uima.cas.Boolean")
    types.create_feature(finding, "others", "uima.cas.StringArray")
    link = types.create_type("webanno.custom.Link", supertypeName="uima.cas.TOP")
    types.create_feature(link, "role", STRING)
    types.create_feature(link, "target", ANNOTATION)
    types.create_feature(finding, "args", "uima.cas.FSArray", elementType="webanno.custom.Link")
    arc = types.create_type("webanno.custom.Arc", supertypeName=ANNOTATION)
    types.create_feature(arc, "value", STRING)
    types.create_feature(arc, "Governor", ANNOTATION)
    types.create_feature(arc, "Dependent", ANNOTATION)
    token = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token"
    word = types.create_type(token, supertypeName=ANNOTATION)
    cas = cassis.Cas(typesystem=types)
    cas.sofa_string, cas.sofa_mime = TEXT, "text/plain"
    strings = types.get_type("uima.cas.StringArray")
    links = types.get_type("uima.cas.FSArray")
    rash = finding(begin=5, end=9, label="SIGN", sure=True, others=strings(elements=["a", "b"]))
    drug = finding(begin=16, end=27, label="DRUG", identifier="D1")
    it = finding(begin=29, end=31)
    it.args = links(elements=[link(role="refers", target=drug)])
    cas.add_all([rash, drug, it, finding(begin=3, end=3), word(begin=2, end=4)])
    cas.add(arc(begin=5, end=9, Governor=drug, Dependent=rash, value="prevents"))
    folder.mkdir(parents=True, exist_ok=True)
    types.to_xml(folder / "TypeSystem.xml")
    cas.to_xmi(folder / "n1.xmi")
    cas.to_json(folder / "n1.json")
    return folder


@pytest.mark.parametrize(("name", "format"), [("n1.xmi", "cas_xmi"), ("n1.json", "cas_json")])
def test_inception_s_layers(tmp_path: Path, name: str, format: str) -> None:
    path = inception(tmp_path) / name
    (record,), left_out = read_counted(path)
    assert guess_format(path) == format
    assert record.text == TEXT
    assert mentions(record) == [("rash", "SIGN"), ("amoxicillin", "DRUG"), ("It", "Finding")]
    assert [entity.concept for entity in record.entities] == ["", "D1", ""]
    assert sorted(said(record)) == [
        ("rash", "others", "a"),
        ("rash", "others", "b"),
        ("rash", "sure", "true"),
    ]
    assert relations(record) == [
        ("amoxicillin", "prevents", "rash"),
        ("It", "refers", "amoxicillin"),
    ]
    assert left_out == {"annotations of the layer Token": 1, "annotations of no length": 1}


def test_xmi_needs_its_type_system(tmp_path: Path) -> None:
    (inception(tmp_path) / "TypeSystem.xml").unlink()
    with pytest.raises(FormatError, match=r"SC010.*no TypeSystem.xml beside it"):
        list(read(tmp_path / "n1.xmi"))
    put(
        tmp_path / "TypeSystem.xml",
        '<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier"/>',
    )
    with pytest.raises(FormatError, match=r"SC010.*library can't read") as caught:
        list(read(tmp_path / "n1.xmi"))
    assert "rash" not in str(caught.value)


def test_chains_are_relations_to_the_next_link(tmp_path: Path) -> None:
    types = cassis.TypeSystem()
    link = types.create_type("webanno.custom.CorefLink", supertypeName=ANNOTATION)
    types.create_feature(link, "referenceType", STRING)
    types.create_feature(link, "referenceRelation", STRING)
    types.create_feature(link, "next", "webanno.custom.CorefLink")
    cas = cassis.Cas(typesystem=types)
    cas.sofa_string, cas.sofa_mime = TEXT, "text/plain"
    it = link(begin=29, end=31, referenceType="pronoun")
    drug = link(begin=16, end=27, referenceType="name", referenceRelation="same")
    drug.next = it
    cas.add_all([drug, it])
    cas.to_json(tmp_path / "n.json")
    (record,) = read(tmp_path / "n.json")
    assert relations(record) == [("amoxicillin", "same", "It")]


@pytest.mark.parametrize("format", ["cas_xmi", "cas_json"])
def test_documents_with_different_attributes(tmp_path: Path, format: str) -> None:
    """cassis 0.12 takes no feature for a type that was instantiated: each set is declared anew."""
    records = [
        Record(
            "a", "Gout", (Entity("T1", "DX", ((0, 4),), "D1"),), (), (Attribute("T1", "x", "1"),)
        ),
        Record(
            "b",
            "🙂 Gout",
            (Entity("T1", "DX", ((2, 6),)),),
            (Relation("T1", "T1", "same"),),
            (Attribute("T1", "y", ""),),
        ),
    ]
    assert write(records, tmp_path / "out", format) == 2
    assert list(read(tmp_path / "out", format)) == records
    odd = Record("c", "Gout", records[0].entities, (), (Attribute("T1", "no name", "1"),))
    with pytest.raises(FormatError, match=r"SC020.*'no name'"):
        write([odd], tmp_path / "odd", format)


@pytest.mark.parametrize("kind", ["xmi", "json"])
@pytest.mark.parametrize("first", [None, "<p>Pain in the knee</p>"])
def test_a_note_in_another_view_than_the_first(
    tmp_path: Path, kind: str, first: str | None
) -> None:
    """dkpro-cassis 0.12.0 refuses JSON with any view but _InitialView (`CasJsonDeserializer`,
    `_parse_view`), and gives the text of _InitialView as a CAS's, be it None."""
    types = cassis.TypeSystem()
    sign = types.create_type("org.example.Sign", supertypeName=ANNOTATION)
    types.create_feature(sign, "label", STRING)
    cas = cassis.Cas(typesystem=types)
    cas.sofa_string = first
    plain = cas.create_view("plain")
    plain.sofa_string, plain.sofa_mime = "Denies pain.", "text/plain"
    plain.add(sign(begin=7, end=11, label="SIGN"))
    if first:
        cas.add(sign(begin=3, end=7, label="SIGN"))
    types.to_xml(tmp_path / "TypeSystem.xml")
    (cas.to_xmi if kind == "xmi" else cas.to_json)(tmp_path / f"n1.{kind}")
    (record,), left_out = read_counted(tmp_path / f"n1.{kind}")
    assert record.text == (first or "Denies pain.")
    assert mentions(record) == [("Pain" if first else "pain", "SIGN")]
    assert left_out == ({"further views": 1} if first else {})


@pytest.mark.parametrize(("begin", "end"), [("1", "9"), ("5", "900")])
@pytest.mark.filterwarnings("error")
def test_offsets_inside_a_character_or_beyond_the_text(
    tmp_path: Path, begin: str, end: str
) -> None:
    path = inception(tmp_path / "in") / "n1.xmi"
    xmi = path.read_text(encoding="utf-8")
    place = 'begin="6" end="10" label="SIGN"'
    assert xmi.count(place) == 1
    changed = f'begin="{begin}" end="{end}" label="SIGN"'
    path.write_text(xmi.replace(place, changed), encoding="utf-8")
    with pytest.raises(FormatError, match=r"SC010.*an offset that is beyond the text or inside"):
        list(read(path))
