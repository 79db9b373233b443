"""PubTator files: what a line becomes, what is refused, and what survives."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given

from spacy_clinical.errors import FormatError
from spacy_clinical.formats import read_pubtator, write_pubtator
from spacy_clinical.records import Attribute, ConceptRelation, Entity, Record, Relation

from .strategies import FEW, pubtator_records

BLOCK = [
    "7|t|Aspirin | pain",
    "7|a|Renal and hepatic pain.",
    "7\t0\t7\tAspirin\tChemical\tD1",
    "7\t15\t37\tRenal and hepatic pain\tDisease\tD2|D3\tRenal pain|hepatic pain",
    "7\tCID\tD1\tc|DEL|12|\tNovel",
    "7\tCID\tD1\tD3",
]
RECORD = Record(
    "7",
    "Aspirin | pain\nRenal and hepatic pain.",
    (
        Entity("T1", "Chemical", ((0, 7),), "D1"),
        Entity("T2", "Disease", ((15, 37),), "D2|D3"),
    ),
    (),
    (Attribute("T2", "individual_mentions", "Renal pain|hepatic pain"),),
    (ConceptRelation("D1", "c|DEL|12|", "CID", "Novel"), ConceptRelation("D1", "D3", "CID")),
)


def make_file(folder: Path, *lines: str, end: str = "\n") -> Path:
    path = folder / "a.pubtator"
    path.write_bytes("".join(line + end for line in lines).encode())
    return path


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_blocks(tmp_path: Path, end: str) -> None:
    path = make_file(tmp_path, "", "", *BLOCK, "", " ", *BLOCK, "", "8|t|Alone", "8|a|", end=end)
    assert list(read_pubtator(path)) == [RECORD, RECORD, Record("8", "Alone")]


def test_a_file_is_given_back(tmp_path: Path) -> None:
    path = make_file(tmp_path, *BLOCK, "", "8|t|Alone", "8|a|", "8\t0\t5\tAlone\tX", "")
    assert write_pubtator(read_pubtator(path), tmp_path / "b.pubtator") == 2
    assert (tmp_path / "b.pubtator").read_bytes() == path.read_bytes()


def test_an_annotation_may_reach_past_a_title_without_abstract(tmp_path: Path) -> None:
    (record,) = read_pubtator(make_file(tmp_path, "8|t|Alone", "8|a|", "8\t0\t6\tAlone \tX\t-1\t"))
    assert record == Record("8", "Alone\n", (Entity("T1", "X", ((0, 6),), "-1"),))
    write_pubtator([record], tmp_path / "b.pubtator")
    assert list(read_pubtator(tmp_path / "b.pubtator")) == [record]


MALFORMED = [
    (["7|t|Secret"], "SC010", 1),
    (["7|a|Secret", "7|t|Secret"], "SC010", 1),
    (["7|t|Secret", "7\t0\t6\tSecret\tX\tD1"], "SC010", 2),
    (["7|t|Secret", "8|a|Secret"], "SC010", 2),
    (["7 Secret", "7|a|Secret"], "SC010", 1),
    (["7|t|Secret", "7|a|", "7|t|Secret"], "SC010", 3),
    (["7|t|Secret", "7|a|", "8\t0\t6\tSecret\tX\tD1"], "SC010", 3),
    (["7|t|Secret", "7|a|", "7\t0\t6\tSecret"], "SC010", 3),
    (["7|t|Secret", "7|a|", "7\t0\t6\tSecret\t\tD1"], "SC010", 3),
    (["7|t|Secret", "7|a|", "7\t0\tsix\tSecret\tX\tD1"], "SC010", 3),
    (["7|t|Secret", "7|a|", "7\t0\t6\tSecret\tX\tD1\tm\tmore"], "SC010", 3),
    (["7|t|Secret", "7|a|", "7\tCID\tD1"], "SC010", 3),
    (["7|t|Secret", "7|a|", "7\tCID\tD1\t"], "SC010", 3),
    (["7|t|Secret", "7|a|", "7\tCID\tD1\tD2\tNo\tmore"], "SC010", 3),
    (["7|t|Secret", "7|a|", "7\t0\t5\tSecret\tX\tD1"], "SC011", 3),
    (["7|t|Secret", "7|a|", "7\t0\t6\tSecreT\tX\tD1"], "SC011", 3),
    (["7|t|Secret", "7|a|", "7\t0\t9\tSecret\tX\tD1"], "SC012", 1),
    (["7|t|Secret", "7|a|", "7\t3\t3\t\tX\tD1"], "SC012", 1),
]


@pytest.mark.parametrize("lines, code, number", MALFORMED)
def test_a_malformed_line_is_named_and_not_quoted(
    tmp_path: Path, lines: list[str], code: str, number: int
) -> None:
    path = make_file(tmp_path, *BLOCK, "", *lines)
    with pytest.raises(
        FormatError, match=rf"\[{code}\] .*a\.pubtator, line {7 + number}: "
    ) as caught:
        list(read_pubtator(path))
    assert "ecre" not in str(caught.value)


def test_what_comes_before_a_malformed_line_is_read(tmp_path: Path) -> None:
    records = read_pubtator(make_file(tmp_path, *BLOCK, "", "nonsense"))
    assert next(records) == RECORD
    with pytest.raises(FormatError, match=r"line 8: "):
        next(records)


def test_mismatches_are_kept_and_listed_on_request(tmp_path: Path) -> None:
    path = make_file(tmp_path, *BLOCK, "7\t0\t7\taspirin\tChemical\tD1")
    (record,) = read_pubtator(path, strict=False)
    assert record.meta == {"text_mismatches": ["T3"]}
    assert record.entities[2].fragments == ((0, 7),)
    with pytest.raises(FormatError, match=r"line 7: entity 'T3' at 0-7 .* first at number 1\."):
        list(read_pubtator(path))


def test_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "a.pubtator").write_bytes(b"7|t|a\n7|a|\xe9\n")
    with pytest.raises(FormatError, match=r"SC015.*line 2"):
        list(read_pubtator(tmp_path / "a.pubtator"))


@FEW
@given(pubtator_records())
def test_what_is_written_is_read(record: Record) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.pubtator"
        assert write_pubtator([record, record], path) == 2
        assert list(read_pubtator(path)) == [record, record]


X = Entity("T1", "X", ((0, 1),))
REFUSED = [
    (Record("x", "ab\nc\nd"), "line end inside"),
    (Record("x", "a\rb"), "line end inside"),
    (Record("x", "ab\n"), "line end after the title"),
    (Record("", "ab"), "this id"),
    (Record("a b", "ab"), "this id"),
    (Record("a|b", "ab"), "this id"),
    (Record("x", "abc", (replace(X, fragments=((0, 1), (2, 3))),)), "discontinuous entity 'T1'"),
    (Record("x", "ab", (X,), (Relation("T1", "T1", "R"),)), "relation 'R' from mention 'T1'"),
    (Record("x", "ab", (X,), (), (Attribute("T1", "Neg", "no"),)), "'Neg' of entity 'T1'"),
    (Record("x", "ab", (X,), (), (Attribute("T1", "individual_mentions"),)), "individual_mentions"),
    (Record("x", "ab", (replace(X, label="a\tb"),)), "tab or line end"),
    (Record("x", "ab", (replace(X, concept="a\nb"),)), "tab or line end"),
    (Record("x", "ab", concept_relations=(ConceptRelation("a", "b", "12"),)), "relation '12'"),
    (Record("x", "ab", concept_relations=(ConceptRelation("", "b", "R"),)), "relation 'R'"),
]


@pytest.mark.parametrize("record, what", REFUSED)
def test_what_cant_be_held_is_refused_and_leaves_nothing(
    tmp_path: Path, record: Record, what: str
) -> None:
    with pytest.raises(
        FormatError, match=rf"\[SC020\] Document '{record.id}'.*{what}".replace("|", ".")
    ):
        write_pubtator([RECORD, record], tmp_path / "new.pubtator")
    assert not list(tmp_path.iterdir())


def test_a_stream_that_breaks_leaves_the_old_file(tmp_path: Path) -> None:
    def broken() -> Iterator[Record]:
        yield RECORD
        raise KeyError("broken")

    (tmp_path / "a").write_text("old")
    with pytest.raises(KeyError, match="broken"):
        write_pubtator(broken(), tmp_path / "a")
    assert [file.name for file in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_text() == "old"


CORPORA = [
    (
        "bc5cdr/CDR_TrainingSet.PubTator.txt",
        500,
        {"Chemical": 5203, "Disease": 4182},
        {"CID": 1038},
    ),
    (
        "bc5cdr/CDR_DevelopmentSet.PubTator.txt",
        500,
        {"Chemical": 5347, "Disease": 4244},
        {"CID": 1012},
    ),
    (
        "ncbi_disease/NCBItrainset_corpus.txt",
        593,  # one of the 592 documents stands twice
        {"SpecificDisease": 2972, "Modifier": 1289, "DiseaseClass": 769, "CompositeMention": 115},
        {},
    ),
    (
        "ncbi_disease/NCBIdevelopset_corpus.txt",
        100,
        {"SpecificDisease": 412, "Modifier": 214, "DiseaseClass": 126, "CompositeMention": 35},
        {},
    ),
    (
        "biored/Train.PubTator",
        347,
        {
            "GeneOrGeneProduct": 4221,
            "DiseaseOrPhenotypicFeature": 3106,
            "ChemicalEntity": 1928,
            "OrganismTaxon": 1210,
            "SequenceVariant": 875,
            "CellLine": 100,
        },
        {
            "Association": 2088,
            "Positive_Correlation": 918,
            "Negative_Correlation": 580,
            "Bind": 60,
            "Cotreatment": 15,
            "Comparison": 10,
            "Drug_Interaction": 8,
            "Conversion": 3,
        },
    ),
    (
        "biored/Dev.PubTator",
        84,
        {
            "GeneOrGeneProduct": 1042,
            "DiseaseOrPhenotypicFeature": 807,
            "ChemicalEntity": 497,
            "OrganismTaxon": 300,
            "SequenceVariant": 241,
            "CellLine": 20,
        },
        {
            "Association": 519,
            "Positive_Correlation": 291,
            "Negative_Correlation": 149,
            "Bind": 19,
            "Cotreatment": 3,
        },
    ),
]


@pytest.mark.corpora
@pytest.mark.parametrize("name, docs, labels, relations", CORPORA, ids=[row[0] for row in CORPORA])
def test_corpora(
    corpora: Path, tmp_path: Path, name: str, docs: int, labels: object, relations: object
) -> None:
    records = list(read_pubtator(corpora / name, strict="NCBItrain" not in name))
    assert len(records) == docs
    assert Counter(item.label for record in records for item in record.entities) == labels
    concepts = (item for record in records for item in record.concept_relations)
    assert Counter(item.label for item in concepts) == relations
    mismatches = {record.id: record.meta for record in records if record.meta}
    known = {"10923035": {"text_mismatches": ["T8"]}} if "NCBItrain" in name else {}
    assert mismatches == known
    assert write_pubtator(records, tmp_path / "new") == docs
    assert list(read_pubtator(tmp_path / "new")) == [replace(item, meta={}) for item in records]


@pytest.mark.corpora
def test_ncbi_repeats_a_document_and_misquotes_a_mention(corpora: Path) -> None:
    path = corpora / "ncbi_disease" / "NCBItrainset_corpus.txt"
    ids = Counter(record.id for record in read_pubtator(path, strict=False))
    assert len(ids) == 592
    with pytest.raises(FormatError, match=r"\[SC011\].* entity 'T8' at 711-761"):
        list(read_pubtator(path))
