"""HL7 v2: reports of ORU and MDM, whatever stands in them."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spacy_clinical.batch.note_formats.hl7 import read_hl7
from spacy_clinical.batch.note_formats.hl7_escapes import Marks, unescape
from spacy_clinical.batch.note_formats.note_rows import Row

MARKS = Marks("|", "^", "~", "\\", "&")
SOURCE = Path("feed.hl7")


def rows_of(text: str, passed_over: Counter[str] | None = None) -> list[Row]:
    counts: Counter[str] = Counter() if passed_over is None else passed_over
    return list(read_hl7(text.splitlines(keepends=True), SOURCE, "text", counts))


def message(*segments: str, kind: str = "ORU^R01", charset: str = "") -> str:
    head = rf"MSH|^~\&|RIS|WEST|EHR|WEST|20240212090000||{kind}|M1|P|2.5.1||||||{charset}"
    return "\r".join([head, *segments]) + "\r"


PATIENT = ("PID|1||P7^^^WEST^MR~X9^^^US^SS||Doe^J", "PV1|1|I|||||||||||||||||V3^^^WEST")
ORDER = "OBR|1|A1|F2^RIS|71020^Chest X-ray^L|||20240211101500-0500" + "|" * 18 + "F"


def test_report() -> None:
    (row,) = rows_of(
        message(
            *PATIENT,
            ORDER,
            "OBX|1|TX|GDT^Report||Heart size normal.||||||F",
            r"OBX|2|TX|GDT^Report||No effusion \T\ no mass.~Lungs clear.||||||F",
        )
    )
    assert row.fields == {
        "text": "Heart size normal.\nNo effusion & no mass.\nLungs clear.",
        "patient": "P7",
        "encounter": "V3",
        "message": "M1",
        "date": "2024-02-11T10:15:00-05:00",
        "type": "Chest X-ray",
        "document": "F2",
        "status": "F",
    }
    assert (row.place, row.fault) == ("feed.hl7:1", "")


def test_document_of_mdm() -> None:
    (row,) = rows_of(
        message(
            "EVN|T02|20240301",
            PATIENT[0],
            "TXA|1|DS^Discharge summary|TX|202403011200||20240301||||||D44^^ADT|||||AU||AV",
            r"OBX|1|FT|8648-8^Hospital course||Improved.\.br\Discharged.\.sp2\Home.",
            kind="MDM^T02",
        )
    )
    text = "Improved.\nDischarged.\n\nHome."
    expected = {"date": "2024-03-01T12:00", "type": "Discharge summary", "document": "D44"}
    assert row.fields["text"] == text
    assert expected.items() <= row.fields.items()


def test_answers_to_several_questions_are_named() -> None:
    (row,) = rows_of(
        message(
            ORDER,
            "OBX|1|ST|94500-6^SARS-CoV-2 RNA||not detected||||||F",
            "OBX|2|TX|IMP^Impression||No pneumonia.||||||F",
            "OBX|3|TX|IMP^Impression||Old scar.||||||F",
        )
    )
    assert row.fields["text"] == (
        "SARS-CoV-2 RNA: not detected\nImpression:\nNo pneumonia.\nOld scar."
    )


def test_several_reports_and_patients() -> None:
    second = ("PID|2||P8", "OBR|2||F3|B^Biopsy", "OBX|1|TX|X||Benign.||||||F")
    first = (ORDER, "OBX|1|TX|X||Clear.||||||F", "OBR|3||F9|C", "OBX|1|TX|X||Normal.||||||C")
    rows = rows_of(message(*PATIENT, *first, *second) + message(ORDER, "OBX|1|TX|X||More."))
    assert [(r.place, r.fields["text"], r.fields.get("patient")) for r in rows] == [
        ("feed.hl7:1.1", "Clear.", "P7"),
        ("feed.hl7:1.2", "Normal.", "P7"),
        ("feed.hl7:1.3", "Benign.", "P8"),
        ("feed.hl7:2", "More.", None),
    ]
    assert "encounter" not in rows[2].fields


def test_what_is_withdrawn_or_no_text_is_counted() -> None:
    passed_over: Counter[str] = Counter()
    (row,) = rows_of(
        message(
            ORDER,
            "OBX|1|TX|X||Fracture of the wrong patient.||||||W",
            "OBX|2|TX|X||Deleted.||||||D",
            "OBX|3|TX|X||No fracture.||||||C",
            "OBX|4|NM|Y||7.2|mmol/L|||||F",
            "OBX|5|ED|Z||^application^pdf^Base64^JVBERi0=||||||F",
            'OBX|6|TX|X||""||||||F',
            "NTE|1||Comment",
            "OBR|2||F3",
        )
        + message("EVN|A01", kind="ADT^A01")
        + message("TXA|1|DS|" + "|" * 16 + "CA", "OBX|1|TX|X||Gone.", kind="MDM^T02"),
        passed_over,
    )
    assert row.fields["text"] == "No fracture."
    assert passed_over == {
        "HL7 OBX of status W": 1,
        "HL7 OBX of status D": 1,
        "HL7 OBX of type NM": 1,
        "HL7 OBX of type ED": 1,
        "HL7 NTE segments": 1,
        "HL7 reports without text": 1,
        "HL7 messages ADT": 1,
        "HL7 documents of status CA": 1,
    }


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("FT|X||{\\E\\rtf1 No {\\E\\deleted old }rash.}", "No rash."),
        ("ED|X||^text^plain^A^No rash.", "No rash."),
        ("ED|X||^TEXT^HTML^Base64^PHA+Tm8gcmFzaC48L3A+", "No rash."),
        ("ED|X||^text^plain^Hex^4E6F20726173682E", "No rash."),
    ],
)
def test_texts_in_other_forms(value: str, text: str) -> None:
    (row,) = rows_of(message(ORDER, f"OBX|1|{value}||||||F"))
    assert (row.fields["text"], row.fault) == (text, "")


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_line_ends_frames_and_envelopes(end: str) -> None:
    one = message(ORDER, "OBX|1|TX|X||Line one", "line two.||||||F").replace("\r", end)
    batch = f"FHS|^~\\&|A{end}BHS|^~\\&|A{end}{one}\x0b{one}\x1c{end}BTS|2{end}FTS|1{end}"
    assert [row.fields["text"] for row in rows_of(batch)] == ["Line one\nline two."] * 2


def test_marks_of_its_own() -> None:
    text = "MSH#*!/%#A##B##20240101##ORU*R01#M1#P#2.3\rOBX#1#TX#X##a|b^c /F/ d!e\r"
    assert rows_of(text)[0].fields["text"] == "a|b^c # d\ne"


def test_character_sets() -> None:
    latin = message(ORDER, "OBX|1|FT|X||H\udce4matom \\XE4\\||||||F", charset="8859/1")
    assert rows_of(latin)[0].fields["text"] == "Hämatom ä"
    unknown = message(ORDER, "OBX|1|TX|X||a", charset="ISO IR6~8859/1")
    assert "[SC572]" in rows_of(unknown)[0].fault and "MSH-18" in rows_of(unknown)[0].fault


@pytest.mark.parametrize(
    ("bad", "found"),
    [
        ("PID|1||P7\rOBX|1|TX|X||secretword\r", "no MSH"),
        (r"MSH|^~|RIS" + "\rOBX|1|TX|X||secretword\r", "MSH-2"),
        ("MSH\r", "MSH-2"),
        (message("PID|1", "secretword without a segment"), "no segment, after 2"),
        (message(ORDER, "OBX|1|ED|X||^text^plain^Base64^secretword!"), "base64"),
        (message(ORDER, "OBX|1|ED|X||^text^plain^Hex^secretword"), "hexadecimal"),
        (message(ORDER, r"OBX|1|FT|X||{\E\rtf1 secretword"), "cut off"),
    ],
)
def test_a_bad_message_stops_no_other(bad: str, found: str) -> None:
    good = message(ORDER, "OBX|1|TX|X||Clear.||||||F")
    first, second = rows_of(bad + good)
    assert first.fault.startswith("[SC572] 'feed.hl7', message 1: ") and found in first.fault
    assert "secretword" not in first.fault
    assert second.fields["text"] == "Clear."


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (r"\F\\S\\T\\R\\E\\P\ ".rstrip(), "|^&~\\#"),
        (r"a\.br\b\.sp\c\.sp2\d\.ce\e", "a\nb\nc\n\nd\ne"),
        (r"\H\bold\N\ \.in+4\x\.ti-2\y\.fi\z\.nf\ \.sk3\w", "bold  x yz    w"),
        (r"\X4142\\X0D0A\c", "AB\nc"),
        (r"C:\temp\new", r"C:\temp\new"),
        (r"a\b", r"a\b"),
        ("\\\\", "\\\\"),
        (r"x\ \T\ y", r"x\ & y"),
        (r"\Zlocal\ ".rstrip(), r"\Zlocal\ ".rstrip()),
    ],
)
def test_escapes(text: str, plain: str) -> None:
    assert unescape(text, MARKS, "utf-8") == plain


ESCAPED = {"|": r"\F\ ", "^": r"\S\ ", "&": r"\T\ ", "~": r"\R\ ", "\\": r"\E\ ", "\n": r"\.br\ "}


@settings(max_examples=80)
@given(st.lists(st.text("ab |^&~\\\nXFé\U0001f600.", min_size=1), min_size=1, max_size=4))
def test_written_and_read(texts: list[str]) -> None:
    """Any text, its marks escaped, in a repetition each: it comes back."""

    def escape(text: str) -> str:
        return "".join(
            ESCAPED.get(sign, sign).rstrip() if sign in ESCAPED else sign for sign in text
        )

    value = "~".join(map(escape, texts))
    whole = "\n".join(texts).strip()
    found: list[Any] = [row.fields for row in rows_of(message(f"OBX|1|FT|X||{value}||||||F"))]
    assert [fields["text"] for fields in found] == [whole] * bool(whole)


@pytest.mark.parametrize("lost", ["", "MSH\x00|", "\r"])
def test_a_message_never_becomes_the_text_of_another(lost: str) -> None:
    """The end of a message, or the name of MSH, is lost: patients aren't mixed."""
    first = message(PATIENT[0], ORDER, "OBX|1|TX|X||Clear.||||||F").rstrip("\r") + lost
    second = message("PID|1||P8", ORDER, "OBX|1|TX|X||Fracture.||||||F")
    rows = rows_of(first + (second if lost == "\r" else second.replace("MSH|", lost or "MSH|", 1)))
    found = {row.fields.get("patient"): row.fields["text"] for row in rows if not row.fault}
    assert found["P7"] == "Clear."
    assert found.get("P8", "Fracture.") == "Fracture."


def test_a_message_without_report_is_counted() -> None:
    passed_over: Counter[str] = Counter()
    assert rows_of(message("PID|1"), passed_over) == []
    assert passed_over == {"HL7 messages without report": 1}


@pytest.mark.parametrize(
    ("bad", "found"),
    [
        ("OBX|1|ED|X||^text^plain^Base64^secretword!", "base64"),
        ("OBX|1|ED|X||^text^plain^Hex^secretword", "hexadecimal"),
        (r"OBX|1|FT|X||{\E\rtf1 secretword", "cut off"),
    ],
)
def test_a_bad_report_stops_no_other_of_its_message(bad: str, found: str) -> None:
    good = "OBX|1|TX|X||Clear.||||||F"
    rows = rows_of(message(*PATIENT, ORDER, good, "OBR|2||F3", bad, good, "OBR|3||F4", good))
    assert [row.place for row in rows] == ["feed.hl7:1.1", "feed.hl7:1.2", "feed.hl7:1.3"]
    assert [row.fields.get("text") for row in rows] == ["Clear.", None, "Clear."]
    assert rows[1].fault.startswith("[SC572] 'feed.hl7', message 1.2: ")
    assert found in rows[1].fault and "secretword" not in rows[1].fault
    assert rows[2].fields["patient"] == "P7"


def test_a_cancelled_document_that_is_damaged_is_no_failure() -> None:
    passed_over: Counter[str] = Counter()
    head = "TXA|1|DS|" + "|" * 16 + "CA"
    damaged = "OBX|1|ED|X||^text^plain^Base64^a!"
    assert rows_of(message(head, damaged, kind="MDM^T02"), passed_over) == []
    assert passed_over == {"HL7 documents of status CA": 1}


@pytest.mark.parametrize("letters", ["лёгкие ≥ 5 мм", "肺部清晰", "té\U0001f642", "a\u0301"])
@pytest.mark.parametrize(
    "value",
    [
        r"FT|X||{\E\rtf1\E\ansi\E\ansicpg1252 %s\E\par end}",
        r"FT|X||{\E\rtf1\E\ansi\E\uc1 \E\u8805%s}",
        r"ED|X||^text^rtf^A^{\E\rtf1\E\ansi\E\ansicpg1251 %s}",
        '<?xml version="1.0" encoding="ISO-8859-1"?>%s',
    ],
)
def test_letters_of_any_kind_in_other_forms(value: str, letters: str) -> None:
    """They were decoded with the message: no code page of RTF's and no declaration holds."""
    expected = {"par": f"{letters}\nend", "uc1": "≥" + letters[1:]}
    wanted = next((text for key, text in expected.items() if key in value), letters)
    if "xml" in value:
        section = f"<section><text>{letters}</text></section>"
        body = f"<structuredBody><component>{section}</component></structuredBody>"
        root = '<ClinicalDocument xmlns="urn:hl7-org:v3">'
        value = f"ED|X||^text^xml^A^{value % root}<component>{body}</component></ClinicalDocument>"
    else:
        value = value % letters
    (row,) = rows_of(message(ORDER, f"OBX|1|{value}||||||F"))
    assert (row.fields.get("text"), row.fault) == (wanted, "")


def test_bytes_in_rtf_are_of_its_code_page() -> None:
    value = "{\\E\\rtf1\\E\\ansi\\E\\ansicpg1251 \udceb\udce5\udce3\udcea\udce8\udce5}"
    (row,) = rows_of(message(ORDER, f"OBX|1|FT|X||{value}||||||F"))
    assert row.fields["text"] == "легкие"


def test_a_line_behind_a_segment_whose_text_is_over_is_told_of() -> None:
    good = message(ORDER, "OBX|1|TX|||First line", "second line||||||F")
    bad = message(ORDER, "OBX|1|TX|||No rash.||||||F", "no segment at all")
    first, second, third = rows_of(good + bad + good)
    assert first.fields["text"] == third.fields["text"] == "First line\nsecond line"
    assert "a line that is no segment, after 3 of them" in second.fault
    assert "no segment at all" not in second.fault
