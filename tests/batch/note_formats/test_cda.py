"""CDA: the narrative of all sections, and what the header says."""

from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spacy_clinical.batch.note_formats.base64_and_charsets import UnreadableError
from spacy_clinical.batch.note_formats.cda import read_cda

HEADER = """
  <id root="2.16.840.1" extension="D9"/>
  <code code="34133-9" displayName="Summary of episode"/>
  <title>Discharge
    summary</title>
  <effectiveTime value="20240301120000+0000"/>
  <recordTarget><patientRole><id extension="P7" root="1.2"/></patientRole></recordTarget>
  <componentOf><encompassingEncounter><id extension="V3"/></encompassingEncounter></componentOf>
"""


def document(body: str, header: str = HEADER) -> bytes:
    xml = f'<ClinicalDocument xmlns="urn:hl7-org:v3">{header}{body}</ClinicalDocument>'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<?xml-stylesheet href="CDA.xsl"?>{xml}'.encode()
    )


def body(*sections: str) -> str:
    inner = "".join(f"<component>{section}</component>" for section in sections)
    return f"<component><structuredBody>{inner}</structuredBody></component>"


def section(title: str, text: str, *inner: str) -> str:
    inside = "".join(f"<component>{part}</component>" for part in inner)
    return f"<section><title>{title}</title><text>{text}</text>{inside}</section>"


def test_sections_and_header() -> None:
    medications = """
      <table border="1"><thead><tr><th>Drug</th><th>Dose</th></tr></thead>
        <tbody><tr><td><content ID="m1">metformin</content></td><td>500 mg</td></tr>
        <tr><td>aspirin</td><td/></tr></tbody></table>"""
    findings = section("Lungs", "<paragraph>Clear.</paragraph>")
    text, meta = read_cda(
        document(
            body(
                section("Medications", medications),
                section("Physical exam", "Alert.\n   Oriented.", findings),
                section("Allergies", "<list><item>penicillin: <sub>2</sub></item><item>none else"
                        '</item></list><content revised="delete">latex</content>'),
                "<section><title>Plan</title></section>",
            )
        )
    )  # fmt: skip
    assert text == (
        "Medications\nDrug | Dose\nmetformin | 500 mg\naspirin |\n\n"
        "Physical exam\nAlert.\nOriented.\n\nLungs\nClear.\n\n"
        "Allergies\n- penicillin: 2\n- none else\n\nPlan"
    )
    assert meta == {
        "patient": "P7",
        "date": "2024-03-01T12:00:00+00:00",
        "type": "Summary of episode",
        "encounter": "V3",
        "document": "D9",
        "title": "Discharge summary",
    }


def test_what_the_header_doesnt_say() -> None:
    header = '<id root="1.2.3"/><recordTarget><patientRole><id nullFlavor="UNK" extension="x"/>'
    header += "</patientRole></recordTarget><effectiveTime value='soon'/>"
    assert read_cda(document(body(section("A", "b")), header))[1] == {"document": "1.2.3"}


NESTED = "<section><component>" * 300 + "</component></section>" * 300


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"<ClinicalDocument>", "another root|breaks at line 1"),
        (document(body(section("A", "secretword")))[:-30], "breaks at line"),
        (b"<x>secretword</x>", "another root"),
        (document(""), "no section with text$"),
        (document(body("<section><text/></section>")), "no section with text$"),
        (document('<component><nonXMLBody><text mediaType="application/pdf">JVBERi0=</text>'
                  "</nonXMLBody></component>"), "a body of the kind application/pdf"),
        (document(body(NESTED)), "more than 200 deep"),
        (b'<!DOCTYPE a [<!ENTITY b "secretword">]><ClinicalDocument xmlns="urn:hl7-org:v3"/>',
         "document type declaration"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/hostname"><a/>', "document type declaration"),
        (b'<?xml version="1.0" encoding="rot13"?><a/>', "can't be used|breaks"),
        ("<a>\udcff</a>".encode("utf-8", "surrogateescape"), "breaks"),
        (b"", "breaks"),
        (b"<a>" * 100_000, "breaks"),
    ],
)  # fmt: skip
def test_damaged(data: bytes, found: str) -> None:
    with pytest.raises(UnreadableError, match=found) as caught:
        read_cda(data)
    assert "secretword" not in str(caught.value)


WORDS = st.lists(st.text("ab<>&é\U0001f600", min_size=1), min_size=1, max_size=3).map(" ".join)


@settings(max_examples=40)
@given(st.lists(st.tuples(WORDS, st.lists(WORDS, min_size=1, max_size=3)), min_size=1, max_size=3))
def test_no_word_is_lost(parts: list[tuple[str, list[str]]]) -> None:
    sections = [
        section(escape(title), "".join(f"<paragraph>{escape(line)}</paragraph>" for line in lines))
        for title, lines in parts
    ]
    expected = "\n\n".join("\n".join([title, *lines]) for title, lines in parts)
    assert read_cda(document(body(*sections)))[0] == expected


def test_a_footnote_is_no_part_of_the_word_before_it() -> None:
    text, _ = read_cda(
        document(body(section("Drugs", "<p>lisinopril<footnote>held</footnote></p>")))
    )
    assert text == "Drugs\nlisinopril held"


@pytest.mark.parametrize(
    ("attributes", "inside", "text"),
    [
        ('mediaType="text/plain"', "No rash.\nÖdem.", "No rash.\nÖdem."),
        ("", "No rash.", "No rash."),
        ('mediaType="text/plain" representation="B64"', "Tm8gcmFz\naC4=", "No rash."),
        ('mediaType="text/html"', "&lt;p&gt;No &lt;b&gt;rash&lt;/b&gt;.&lt;/p&gt;", "No rash."),
        ('mediaType="text/rtf"', r"{\rtf1\ansi No\b  rash\b0 .}", "No rash."),
    ],
)
def test_a_body_that_isnt_xml(attributes: str, inside: str, text: str) -> None:
    other = f"<component><nonXMLBody><text {attributes}>{inside}</text></nonXMLBody></component>"
    assert read_cda(document(other))[0] == text


@pytest.mark.parametrize(
    ("attributes", "inside", "found"),
    [
        ('mediaType="application/pdf" representation="B64"', "JVBERi0=", "kind application/pdf"),
        ('mediaType="text/plain" compression="DF"', "AAAA", "kind text/plain"),
        ('mediaType="text/plain" representation="B64"', "!", "data that isn't base64"),
    ],
)
def test_a_body_that_is_no_text(attributes: str, inside: str, found: str) -> None:
    other = f"<component><nonXMLBody><text {attributes}>{inside}</text></nonXMLBody></component>"
    with pytest.raises(UnreadableError, match=f"{found}$"):
        read_cda(document(other))
