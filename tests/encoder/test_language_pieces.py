"""Which pieces of a vocabulary languages keep."""

import pytest

from spacy_clinical.encoder.language_pieces import keep_pieces, known_languages, script_of
from spacy_clinical.errors import EncoderError

PIECES = [
    "<s>",
    "▁",
    "患者",
    "▁发热",
    "発熱する",
    "▁no",
    "naïve",
    "ï",
    "μ",
    "αλλά",
    "ж",
    "жар",
    "3%",
    "(+)",
    "한국",
]


def kept(*languages: str) -> list[str]:
    return [PIECES[i] for i in keep_pieces(PIECES, languages, [0]).tolist()]


@pytest.mark.parametrize(
    ("languages", "more"),
    [
        (["zh"], ["患者", "▁发热"]),
        (["en"], ["▁no"]),
        (["fr"], ["▁no", "naïve"]),
        (["zh", "en"], ["患者", "▁发热", "▁no"]),
        (["ja"], ["患者", "▁发热", "発熱する"]),
        (["ru"], ["ж", "жар"]),
        (["el"], ["αλλά"]),
        (["ko"], ["患者", "▁发热", "한국"]),
    ],
)
def test_a_language_keeps_its_scripts(languages: list[str], more: list[str]) -> None:
    always = ["<s>", "▁", "ï", "μ", "3%", "(+)"]  # special, space, single letters, signs
    assert kept(*languages) == [piece for piece in PIECES if piece in {*always, *more}]


def test_no_language_keeps_all() -> None:
    assert kept() == PIECES
    with pytest.raises(EncoderError, match=r"\[SC252\].*'xx'"):
        kept("zh", "xx")


def test_every_script_of_the_table_is_one_of_unicode() -> None:
    known = {script_of(chr(code)) for code in range(0x20, 0x30000)}
    assert {s for row in known_languages().values() for s in row[1].split()} <= known
