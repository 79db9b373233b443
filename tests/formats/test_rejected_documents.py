"""One bad document never stops the others: named all at once, or set aside."""

from collections import Counter
from pathlib import Path

import pytest

from spacy_clinical.errors import Errors, FormatError
from spacy_clinical.formats import Reject, read, write
from spacy_clinical.formats.file_reading import check_losses
from spacy_clinical.formats.rejected_documents import MOST_NAMED, describe, kinds_of, settle
from spacy_clinical.records import Entity, Record

GOOD = '{"text": "fine"}'
LINES = {
    "jsonl": [GOOD, "{", GOOD, '{"text": 3}', GOOD],
    "pubtator": ["1|t|a", "1|a|", "", "2|t|b", "2|a|b", "2\t0", "", "3|t|c", "3|a|", ""],
}
READ = {"jsonl": ["fine"] * 3, "pubtator": ["a", "c"], "brat": ["one", "three"]}
CODES = {
    "jsonl": {"SC010": 1, "SC017": 1},
    "pubtator": {"SC010": 1},
    "brat": {"SC010": 1, "SC023": 2, "SC015": 1, "SC001": 1},
}


def make_corpus(folder: Path, format: str) -> Path:
    path = folder / f"corpus.{format}"
    if format != "brat":
        path.write_text("\n".join(LINES[format]), encoding="utf-8")
        return path
    path.mkdir()
    for name, text in (("a", "one"), ("b", "two"), ("c", "three"), ("d", "four"), ("e", "five")):
        (path / f"{name}.txt").write_text(text)
        (path / f"{name}.ann").write_text("")
    (path / "b.ann").write_text("T1 X 0 3 two")
    (path / "d.ann").write_bytes(b"\xff")
    (path / "e.ann").write_text("T1\tX 2 2\t")
    (path / "f.txt").write_text("alone")
    (path / "g.ann").write_text("T1\tX 0 3\tall")
    return path


@pytest.mark.parametrize("format", [*sorted(LINES), "brat"])
def test_the_others_are_read_and_each_bad_one_has_its_kind(tmp_path: Path, format: str) -> None:
    rejects: list[Reject] = []
    path = make_corpus(tmp_path, format)
    assert [record.text for record in read(path, format, rejects=rejects)] == READ[format]
    assert Counter(reject.code for reject in rejects) == CODES[format]
    assert all(reject.where.startswith(str(path)) for reject in rejects)


@pytest.mark.parametrize("format", ["jsonl", "brat"])
def test_all_are_named_at_once(tmp_path: Path, format: str) -> None:
    path = make_corpus(tmp_path, format)
    with pytest.raises(FormatError, match=r"\[SC027\] \d documents") as caught:
        list(read(path, format))
    message = str(caught.value)
    assert all(message.count(f"[{code}]") >= n for code, n in CODES[format].items())
    assert kinds_of([Reject("", line) for line in message.split("\n")[1:]]) in message


def test_a_lone_one_speaks_for_itself(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"^\[SC010\] .*line 6"):
        list(read(make_corpus(tmp_path, "pubtator")))


def test_good_ones_come_before_the_error(tmp_path: Path) -> None:
    records = read(make_corpus(tmp_path, "jsonl"))
    assert [next(records).text for _ in range(3)] == ["fine"] * 3
    with pytest.raises(FormatError, match="SC027"):
        next(records)


def test_what_the_system_refuses_has_a_code() -> None:
    def fail() -> Record:
        raise PermissionError(13, "Permission denied")

    rejects: list[Reject] = []
    assert list(settle([("a.txt", fail)], rejects)) == []
    assert rejects == [Reject("a.txt", "[SC028] a.txt: can't be read: Permission denied.")]


def test_very_many_are_named_up_to_a_number_and_counted() -> None:
    rejects = [Reject("", f"[SC010] {i}") for i in range(MOST_NAMED)]
    rejects += [Reject("", "[SC012] x: [SC001] y")] * 5
    message = describe(rejects)
    assert f"{MOST_NAMED + 5} documents" in message
    assert message.endswith("\nand 5 more: 5 SC001")


def test_the_innermost_code_is_the_kind() -> None:
    assert Reject("", Errors.SC012.format(where="a", error=Errors.SC002)).code == "SC002"


@pytest.mark.parametrize("format", ["brat", "pubtator", "jsonl"])
def test_one_that_cant_be_written_is_set_aside(tmp_path: Path, format: str) -> None:
    bad = Record("b", "x\ud800")
    rejects: list[Reject] = []
    path = tmp_path / "new"
    assert write([Record("a", "x"), bad, Record("c", "y")], path, format, rejects=rejects) == 2
    assert [(reject.where, reject.code) for reject in rejects] == [("b", "SC026")]
    assert [record.id for record in read(path, format)] == ["a", "c"]


def test_losses_are_counted_or_refused() -> None:
    left_out: Counter[str] = Counter(scores=1)
    check_losses("d", "X", Counter(scores=2), left_out)
    assert left_out == {"scores": 3}
    check_losses("d", "X", Counter(), None)
    with pytest.raises(FormatError, match=r"SC020.*'d': X can't hold cues \(1\), scores \(2\)"):
        check_losses("d", "X", Counter(scores=2, cues=1), None)


def test_a_file_of_a_known_format_is_named_whatever_it_is_read_as(tmp_path: Path) -> None:
    record = Record("7", "ab", (Entity("T1", "X", ((0, 2),)),))
    for name in ("brat", "pubtator"):
        write([record], tmp_path / name, name)
    for name, title in (("pubtator", "PubTator"), ("brat", "brat standoff")):
        with pytest.raises(FormatError, match=rf"SC029.*is {title}, not .*--format {name}"):
            read(tmp_path / name, "jsonl")
    (tmp_path / "pubtator").rename(tmp_path / "a.jsonl")
    assert list(read(tmp_path / "a.jsonl")) == [record]
