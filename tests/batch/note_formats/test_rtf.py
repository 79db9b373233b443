"""RTF: the body's text, and nothing that was deleted or hidden."""
# ruff: noqa: RUF001 (signs in other fonts)

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spacy_clinical.batch.note_formats.base64_and_charsets import UnreadableError
from spacy_clinical.batch.note_formats.rtf import is_rtf, rtf_to_text


def rtf(body: str) -> bytes:
    head = r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}}{\info{\title Letter}}"
    return f"{head}{body}}}".encode("latin-1")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"No fever.\par Pulse 80.", "No fever.\nPulse 80."),
        (r"{\b No} rash, {\deleted no }cough", "No rash, cough"),
        (r"{\deleted\plain denies }pain", "pain"),
        (r"on {\deleted aspirin{\par and} more\u8364?}{\revised warfarin}", "on warfarin"),
        (r"seen{\v  by nobody} today \v not\v0  here", "seen today  here"),
        (r"\v unseen\plain seen", "seen"),
        (r"t{\'e9}l\'e9 \u8804?3 \u-10179?\u-8704?", "télé ≤3 \U0001f600"),
        ("t\xe9l\xe9", "télé"),
        (r"a{\*\generator Some Program;}{\header Name}{\footer page 1}b", "ab"),
        (r'{\field{\*\fldinst{HYPERLINK "http://x"}}{\fldrslt{see here}}}', "see here"),
        (r"a{\pict\bin5 }}}}}}b", "ab"),
        (r"a\~b\_c\-d \{x\} \\", "a\xa0b\u2011c\xadd {x} \\"),
        (r"\trowd\cellx1 Na\cell 140\cell\row K\cell 4.1\cell\row", "Na|140|\nK|4.1|"),
    ],
)  # fmt: skip
def test_text(body: str, text: str) -> None:
    assert rtf_to_text(rtf(body)) == text


FONTS = (
    r"{\f0\fswiss Arial;}{\f1\froman\fcharset2\fprq2{\*\panose 05050102010706020507}Symbol;}"
    r"{\f2\fnil\fcharset2 Wingdings;}{\f3\fnil Segoe UI Symbol;}{\f12\fnil Symbolic;}"
)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"Fentanyl 50 {\f1 m}g, 5 mg", "Fentanyl 50 µg, 5 mg"),
        (r"50 \f1 m\f0 g; INR {\f1\'b3} 3, K {\f1\'a3}\f0 5", "50 µg; INR ≥ 3, K ≤5"),
        (r"50 {\f1\u-3987\'6d}g daily", "50 µg daily"),
        (r"50 {\f1\u-3987 mD}g {\f1\uc0\u-3988}s", "50 µΔg λs"),
        (r"50 {\f1\uc2\u-3987\'6d\'6d}g", "50 µg"),
        (r"{\f1\u945?b\u8805\'b3}x", "αβ≥x"),
        (r"{\f1 a\plain a{\f1\par b}} \u-3987?", "αa\nβ \uf06d"),
        (r"{\f1\'b7\tab}pain {\b\f1 D}S", "•\tpain ΔS"),
        (r"{\f2\'a8} yes {\f2\'fe} no {\f2\'4a}", "☐ yes ☑ no •"),
        (r"{\f3 m}{\f12 m}g", "mmg"),
        (r"\f1 \{\}\~", "{}\xa0"),
    ],
)
def test_fonts_of_signs(body: str, text: str) -> None:
    data = rf"{{\rtf1\ansi\deff0{{\fonttbl{FONTS}}}{body}}}".encode("latin-1")
    assert rtf_to_text(data) == text.strip()


def test_signs_are_adobes() -> None:
    """Positions of the Symbol encoding vector, counted from its published table."""
    expected = {0x44: "Δ", 0x57: "Ω", 0x61: "α", 0x73: "σ", 0xAD: "↑", 0xAF: "↓", 0xB0: "°"}
    expected |= {0xB1: "±", 0xB4: "×", 0xBB: "≈", 0xD7: "⋅", 0xDE: "⇒", 0xE5: "∑", 0xF2: "∫"}
    for code, sign in expected.items():
        data = rf"{{\rtf1{{\fonttbl{FONTS}}}{{\f1\'{code:02x}}}}}".encode()
        assert rtf_to_text(data) == sign


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"Plain text.", "other bytes"),
        (b"", "other bytes"),
        (rtf("a whole letter")[:-1], "cut off"),
        (rtf("a {whole letter")[:-1], "cut off"),
        (rtf(r"a\bin99 b"), "cut off"),
        (rtf("{" * 2000 + "}" * 2000), "deep"),
        (rtf(r"{\fonttbl{\f1\fcharset128 M;}}\f1 \'81"), "UnicodeDecodeError"),
    ],
)
def test_damaged(data: bytes, found: str) -> None:
    with pytest.raises(UnreadableError, match=found):
        rtf_to_text(data)


def test_told_by_its_beginning() -> None:
    assert is_rtf(b"\xef\xbb\xbf\n{\\rtf1 a}")
    assert not is_rtf(b"see {\\rtf1}")


SIGNS = st.characters(codec="utf-16", exclude_categories=["Cc", "Zs", "Zl", "Zp"])
MARKS = st.sampled_from(["", r"\deleted", r"\v"])


@settings(max_examples=60)
@given(st.lists(st.tuples(st.text(SIGNS, min_size=1), MARKS), max_size=6))
def test_what_is_seen_comes_back(parts: list[tuple[str, str]]) -> None:
    """Any characters, some of them deleted or hidden: those that are seen come back, in order."""

    def written(text: str) -> str:
        units = text.encode("utf-16-le")
        codes = [
            int.from_bytes(units[i : i + 2], "little", signed=True) for i in range(0, len(units), 2)
        ]
        return "".join(f"\\u{code}?" for code in codes)

    body = "".join(f"{{{mark}{written(text)}}}" for text, mark in parts)
    expected = "".join(text for text, mark in parts if not mark)
    assert rtf_to_text(rtf(body)) == expected.replace("\0", "").strip()


def test_time_is_linear_in_hostile_letters() -> None:
    body = r"{\field{\*\fldinst{HYPERLINK " * 40_000
    with pytest.raises(UnreadableError):
        rtf_to_text(rtf(body))
    links = r'{\field{\*\fldinst{HYPERLINK "http://x"}}{\fldrslt{y }}}' * 5_000
    assert re.fullmatch("(y )+y", rtf_to_text(rtf(links)))


@pytest.mark.parametrize(
    ("head", "text"),
    [
        (r"\mac", "é"),
        (r"\pc", "Ä"),
        (r"\pca", "Ä"),
        (r"\ansi", "Ž"),
        (r"\ansi\ansicpg1252\macros", "Ž"),
    ],
)
def test_character_sets_that_the_head_names(head: str, text: str) -> None:
    assert rtf_to_text(rf"{{\rtf1{head} \'8e}}".encode()) == text
