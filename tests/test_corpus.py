"""Stored Docs to Examples."""

import zlib
from pathlib import Path

import pytest
import spacy
import srsly
from spacy.language import Language
from spacy.tokens import Doc, DocBin

from spacy_clinical.corpus import make_corpus, read_docs
from spacy_clinical.docs import get_relation_rows, to_doc
from spacy_clinical.errors import CorpusError

from .conftest import make_record


@pytest.fixture(scope="module")
def nlp() -> Language:
    return spacy.blank("en")


@pytest.fixture()
def folder(tmp_path: Path, nlp: Language) -> Path:
    """Ten documents in three files, one of them in a subfolder."""
    (tmp_path / "b").mkdir()
    for name, numbers in (("a", range(4)), ("b/b", range(4, 8)), ("c", range(8, 10))):
        docs = [to_doc(make_record(i), nlp.make_doc) for i in numbers]
        DocBin(docs=docs).to_disk(tmp_path / f"{name}.spacy")
    (tmp_path / "readme.txt").write_text("not a corpus", encoding="utf-8")
    return tmp_path


def number(doc: Doc) -> int:
    return int(doc.spans["clinical"].attrs["doc"]["id"].removeprefix("doc"))


def numbers(folder: Path, nlp: Language, **settings: int) -> list[int]:
    return [number(eg.reference) for eg in make_corpus(folder, **settings)(nlp)]


def test_folder(folder: Path, nlp: Language) -> None:
    assert numbers(folder, nlp) == list(range(10))


def test_file(folder: Path, nlp: Language) -> None:
    assert numbers(folder / "b" / "b.spacy", nlp) == [4, 5, 6, 7]
    assert numbers(str(folder / "c.spacy"), nlp) == [8, 9]  # type: ignore[arg-type]


@pytest.mark.parametrize(("limit", "count"), [(0, 10), (1, 1), (5, 5), (99, 10)])
def test_limit(folder: Path, nlp: Language, limit: int, count: int) -> None:
    assert numbers(folder, nlp, limit=limit) == list(range(count))


def test_examples(folder: Path, nlp: Language) -> None:
    for example in make_corpus(folder)(nlp):
        assert example.predicted.text == example.reference.text
        assert "clinical" not in example.predicted.spans
        assert not example.predicted.has_annotation("ENT_IOB")
        assert example.reference.vocab is nlp.vocab
        expected = [(0, 1, "TREATS", None)] if number(example.reference) % 2 == 0 else []
        assert get_relation_rows(example.reference) == expected


def test_shuffle_is_decided_by_the_seed(folder: Path, nlp: Language) -> None:
    readers = [make_corpus(folder, shuffle=True, seed=seed) for seed in (1, 1, 2)]
    passes = [[[number(eg.reference) for eg in read(nlp)] for _ in range(2)] for read in readers]
    assert passes[0] == passes[1] != passes[2]
    assert passes[0][0] != passes[0][1]
    assert all(sorted(order) == list(range(10)) for both in passes for order in both)


def test_no_path() -> None:
    with pytest.raises(CorpusError, match="SC401"):
        make_corpus(None)


@pytest.mark.parametrize("name", ["missing.spacy", "empty"])
def test_no_file(tmp_path: Path, nlp: Language, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(CorpusError, match=f"SC402.*{name}"):
        list(make_corpus(tmp_path / name)(nlp))


@pytest.mark.parametrize("content", ["garbage", "cut", "zipped garbage", "nothing"])
def test_corrupt_file(folder: Path, nlp: Language, content: str) -> None:
    path = folder / "c.spacy"
    whole = path.read_bytes()
    contents = {
        "garbage": b"aspirin",
        "cut": whole[: len(whole) // 2],
        "zipped garbage": zlib.compress(b"aspirin"),
        "nothing": b"",
    }
    path.write_bytes(contents[content])
    with pytest.raises(CorpusError, match=r"SC403.*c\.spacy"):
        list(read_docs(path, nlp))


@pytest.mark.parametrize(
    "change",
    [
        {"strings": []},
        {"cats": []},
        {"span_groups": [b"junk"] * 2},
        {"user_data": [b"junk"] * 2},
        {"attrs": [1, 2, "Quxwort"]},
        {"lengths": b"junk"},
        {"tokens": b"\0" * 80},
        {"spaces": b""},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_file_whose_parts_are_damaged(folder: Path, change: dict[str, object]) -> None:
    path = folder / "c.spacy"
    stored = srsly.msgpack_loads(zlib.decompress(path.read_bytes()))
    path.write_bytes(zlib.compress(srsly.msgpack_dumps({**stored, **change})))
    with pytest.raises(CorpusError, match=r"SC403.*c\.spacy"):
        list(read_docs(path, spacy.blank("en")))
