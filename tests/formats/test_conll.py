"""CoNLL: schemes, columns, offsets, documents."""

from collections import Counter
from pathlib import Path

import pytest

from spacy_clinical.errors import FormatError
from spacy_clinical.formats import guess_format, read, write
from spacy_clinical.formats.conll_layout import spans_of
from spacy_clinical.records import Entity, Record

from .samples import mentions, put, read_counted


@pytest.mark.parametrize(
    ("tags", "spans"),
    [
        ("O B-X I-X O", [(1, 2, "X")]),
        ("I-X I-X B-X I-Y", [(0, 1, "X"), (2, 2, "X"), (3, 3, "Y")]),
        ("B-X L-X U-Y U-Y", [(0, 1, "X"), (2, 2, "Y"), (3, 3, "Y")]),
        ("B-X I-X E-X S-X", [(0, 2, "X"), (3, 3, "X")]),
        ("B-X M-X E-X W-X", [(0, 2, "X"), (3, 3, "X")]),
        ("B I O B", [(0, 1, "ENTITY"), (3, 3, "ENTITY")]),
        ("O I-X O E-Y", [(1, 1, "X"), (3, 3, "Y")]),
    ],
)
def test_schemes(tags: str, spans: list[tuple[int, int, str]]) -> None:
    assert list(spans_of(tags.split())) == spans


def test_sentences_without_offsets(tmp_path: Path) -> None:
    path = put(tmp_path / "a.conll", "Chest\tB-SIGN\npain\tI-SIGN\n.\tO\n\nNo\tO\nfever\tB-SIGN\n")
    (record,) = read(path)
    assert guess_format(path) == "conll"
    assert record.text == "Chest pain .\nNo fever"
    assert mentions(record) == [("Chest pain", "SIGN"), ("fever", "SIGN")]


def test_columns_between_are_counted_and_documents_parted(tmp_path: Path) -> None:
    lines = "-DOCSTART- -X- O O\n\nSepsis NN B-NP B-DX\n\n-DOCSTART- -X- O O\n\nGout NN B-NP B-DX\n"
    records, left_out = read_counted(put(tmp_path / "a.txt", lines))
    assert [(r.id, mentions(r)) for r in records] == [
        ("a.txt:1", [("Sepsis", "DX")]),
        ("a.txt:2", [("Gout", "DX")]),
    ]
    assert left_out == {"further columns of tokens": 4}


@pytest.mark.parametrize(
    "order", ["B-DX {s} {e} Gout", "Gout {s} {e} B-DX", "Gout f.txt {s} {e} B-DX"]
)
def test_offsets_place_the_tokens(tmp_path: Path, order: str) -> None:
    """The first form is that of brat's anntoconll.py."""
    row = order.replace(" ", "\t")
    rows = [row.format(s=2, e=6), row.format(s=7, e=11)]
    (record,) = read(put(tmp_path / "a.conll", *rows, "", row.format(s=13, e=17)))
    assert record.text == "  Gout Gout\n Gout"
    assert [e.fragments for e in record.entities] == [((2, 6),), ((7, 11),), ((13, 17),)]


def test_the_text_that_stands_beside(tmp_path: Path) -> None:
    put(tmp_path / "a.txt", "Gout,\t\tgout")
    (record,) = read(put(tmp_path / "a.conll", "Gout\t0\t4\tB-DX", "gout\t7\t11\tB-DX"))
    assert record.text == "Gout,\t\tgout"


def test_a_token_that_is_a_number_sign(tmp_path: Path) -> None:
    (record,) = read(put(tmp_path / "a.conll", "# sent_id = 1", "#\tO", "2\tB-N"))
    assert (record.text, mentions(record)) == ("# 2", [("2", "N")])


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("Gout B-DX\nSecretname\n", r"line 2: found a line of 1 columns"),
        ("a\t0\t1\tO\nb\t0\t1\tB-X\n", r"line 2: found a token that begins at 0"),
    ],
)
def test_what_is_no_conll(tmp_path: Path, lines: str, message: str) -> None:
    with pytest.raises(FormatError, match=message) as caught:
        list(read(put(tmp_path / "a.conll", lines), "conll"))
    assert "Secretname" not in str(caught.value)


def test_what_is_written(tmp_path: Path) -> None:
    record = Record(
        "n 1",
        "Type 2\ndiabetes.",
        (
            Entity("T1", "DX", ((0, 15),)),
            Entity("T2", "DX", ((7, 15),)),
            Entity("T3", "N", ((5, 6),)),
        ),
    )
    left_out: Counter[str] = Counter()
    write([record], tmp_path / "a.conll", left_out=left_out)
    assert (tmp_path / "a.conll").read_text().splitlines() == [
        "-DOCSTART- n 1",
        "",
        "Type\t0\t4\tB-DX",
        "2\t5\t6\tI-DX",
        "diabetes\t7\t15\tI-DX",
        ".\t15\t16\tO",
        "",
    ]
    assert left_out == {
        "mentions that share characters with longer ones": 2,
        "texts that lose white space": 1,
    }
