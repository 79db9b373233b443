"""The ADE corpus in sentences of our own: offsets in abstracts that aren't there."""

from pathlib import Path

import pytest

from spacy_clinical.errors import FormatError
from spacy_clinical.formats import guess_format, read, write
from spacy_clinical.formats.rejected_documents import Reject

from .samples import mentions, put, read_counted, relations

RASH = "Rash after loxatil: the rash, then fever, went with loxatil."
DOSE = "A girl took tarex 20 mg | day and had hives."


def corpus(folder: Path) -> Path:
    put(
        folder / "DRUG-AE.rel",
        f"101|{RASH}|rash|124|128|loxatil|152|159",
        f"101|{RASH}|fever|135|140|loxatil|152|159",
        f"102|{DOSE}|hives|38|43|tarex|12|17",
        "",
    )
    put(folder / "DRUG-DOSE.rel", f"102|{DOSE}|20 mg|18|23|tarex|12|17")
    put(folder / "ADE-NEG.txt", "101 NEG Loxatil is NEG here.", "103 NEG No drug was given.", "")
    return folder


def test_sentences_with_their_mentions(tmp_path: Path) -> None:
    """The second "rash" and the second "loxatil" by the offsets: the sentence begins at 100."""
    found, left_out = read_counted(corpus(tmp_path))
    assert guess_format(tmp_path) == "ade"
    assert left_out == {}
    assert [(r.id, r.text) for r in found] == [
        ("101-1", "Loxatil is NEG here."),
        ("103-1", "No drug was given."),
        ("101-2", RASH),
        ("102-1", DOSE),
    ]
    assert [e.fragments for e in found[2].entities] == [((24, 28),), ((35, 40),), ((52, 59),)]
    assert relations(found[2]) == [("loxatil", "DRUG-AE", "rash"), ("loxatil", "DRUG-AE", "fever")]
    assert mentions(found[3]) == [
        ("hives", "Adverse-Effect"),
        ("20 mg", "Dose"),
        ("tarex", "Drug"),
    ]
    assert relations(found[3]) == [("tarex", "DRUG-AE", "hives"), ("tarex", "DRUG-DOSE", "20 mg")]


@pytest.mark.parametrize(
    ("sentence", "mentions", "extents", "guessed"),
    [
        # Offsets count from another place for all: they still tell which one.
        ("ab x ab y", [("ab", 905), ("y", 908)], [(5, 7), (8, 9)], []),
        # They fit nothing: the first place, and it is told.
        ("ab x ab y", [("ab", 1), ("y", 900)], [(0, 2), (8, 9)], ["T1"]),
        # A whole word before a part of one, whatever the offsets say.
        ("painful pain", [("pain", 50)], [(8, 12)], []),
        # As it is written before another case; then another case and spacing.
        ("AB ab", [("ab", 7)], [(3, 5)], []),
        ("Acute  Liver failure", [("acute liver", 7)], [(0, 12)], []),
    ],
)
def test_places_by_text(
    tmp_path: Path,
    sentence: str,
    mentions: list[tuple[str, int]],
    extents: list[tuple[int, int]],
    guessed: list[str],
) -> None:
    (first, start), *rest = mentions
    other, at = rest[0] if rest else (first, start)
    row = f"5|{sentence}|{first}|{start}|{start + 1}|{other}|{at}|{at + 1}"
    (record,) = read(put(tmp_path / "DRUG-AE.rel", row))
    assert sorted({e.fragments[0] for e in record.entities}) == sorted(extents)
    assert record.meta.get("ade", {}).get("places_guessed", []) == guessed


def test_what_is_not_in_its_sentence_is_counted(tmp_path: Path) -> None:
    row = f"101|{RASH}|ataxia|124|128|loxatil|152|159"
    (record,), left_out = read_counted(put(tmp_path / "DRUG-AE.rel", row))
    assert (mentions(record), record.relations) == ([("loxatil", "Drug")], ())
    assert left_out == {"mentions that aren't in their sentence": 1}


def test_wrong_lines_are_named_at_once_and_set_aside(tmp_path: Path) -> None:
    corpus(tmp_path)
    put(tmp_path / "ADE-NEG.txt", "no number", "104 NEG Fine.")
    put(tmp_path / "DRUG-DOSE.rel", f"102|{DOSE}|20|x|29|tarex|12|17", f"102|{DOSE}||1|2|tarex|1|2")
    with pytest.raises(FormatError, match=r"SC027.*3 documents") as caught:
        list(read(tmp_path))
    for place in ("ADE-NEG.txt, line 1", "DRUG-DOSE.rel, line 1", "DRUG-DOSE.rel, line 2"):
        assert place in str(caught.value)
    assert "tarex" not in str(caught.value)
    rejects: list[Reject] = []
    assert len(list(read(tmp_path, rejects=rejects))) == 3
    assert [reject.code for reject in rejects] == ["SC010"] * 3


def test_files_alone_and_other_files(tmp_path: Path) -> None:
    corpus(tmp_path)
    assert guess_format(tmp_path / "DRUG-DOSE.rel") == "ade"
    assert [r.id for r in read(tmp_path / "ADE-NEG.txt")] == ["101-1", "103-1"]
    put(tmp_path / "notes" / "DRUG-AE.txt", "a note")
    with pytest.raises(FormatError, match="SC024"):
        guess_format(tmp_path / "notes")
    with pytest.raises(FormatError, match=r"SC018.*ADE"):
        write([], tmp_path / "new", "ade")
