"""PubTator files: what a line becomes, what is refused, and what survives."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given

from spacy_clinical.errors import FormatError
from spacy_clinical.formats import Reject, guess_format, read, read_pubtator, write_pubtator
from spacy_clinical.records import Attribute, ConceptRelation, Entity, Event, Record, Relation

from .strategies import FEW, loose_records, pubtator_records

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


RASH = Entity("T1", "Sign", ((0, 4),), "D5")
READ = [
    (["7|t|Rash", "7\t0\t4\tRash\tSign\tD5"], [Record("7", "Rash", (RASH,))]),
    (["7|t|Rash"], [Record("7", "Rash")]),
    (["7|t|Rash", "8|t|Pain", "8|a|"], [Record("7", "Rash"), Record("8", "Pain")]),
    (["7|t|Rash", "", "7|a|", "", "7\t0\t4\tRash\tSign\tD5"], [Record("7", "Rash", (RASH,))]),
    (["7|t|Rash", "7|a|", "7|t|Rash"], [Record("7", "Rash")] * 2),
    (["##HEAD", "7|t|Rash"], [Record("7", "Rash")]),
]


@pytest.mark.parametrize("lines, expected", READ)
def test_titles_alone_and_blocks_that_break(
    tmp_path: Path, lines: list[str], expected: list[Record]
) -> None:
    path = make_file(tmp_path, *lines)
    assert guess_format(path) == "pubtator"
    assert list(read_pubtator(path)) == expected


FURTHER = [
    ("p|SUB|V|66|M\tRSID:6265", {"dbSNP": "RSID:6265"}),
    ("p|SUB|V|66|M\trs6265\t\tx", {"dbSNP": "rs6265", "column9": "x"}),
    ("D1|D2\ta|b\tmore", {"individual_mentions": "a|b", "column8": "more"}),
    ("tmVar:p|SUB|V|66|M;HGVS:p.V66M;RS#:6265", {}),
]


@pytest.mark.parametrize("columns, expected", FURTHER)
def test_further_columns_are_attributes(
    tmp_path: Path, columns: str, expected: dict[str, str]
) -> None:
    path = make_file(tmp_path, "7|t|V66M", "7|a|", f"7\t0\t4\tV66M\tProteinMutation\t{columns}", "")
    (record,) = read_pubtator(path)
    assert record.entities[0].concept == columns.split("\t")[0]
    assert {a.name: a.value for a in record.attributes} == expected
    write_pubtator([record], tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == path.read_bytes()


def test_all_malformed_lines_of_a_block_are_told(tmp_path: Path) -> None:
    path = make_file(tmp_path, "7|t|Rash", "7|a|", "7\t0", "7\t0\t4\tRush\tX", "7\tCID\t\tD1")
    with pytest.raises(FormatError) as caught:
        list(read_pubtator(path))
    assert re.findall(r"line (\d)", str(caught.value)) == ["3", "5", "4"]


MALFORMED = [
    (["7|a|Secret", "7|t|Secret"], "SC010", 1),
    (["7|t|Secret", "8|a|Secret"], "SC010", 2),
    (["7 Secret", "7|a|Secret"], "SC010", 1),
    (["7|t|Secret", "7|a|", "8\t0\t6\tSecret\tX\tD1"], "SC010", 3),
    (["7|t|Secret", "7|a|", "7\t0\t6\tSecret"], "SC010", 3),
    (["7|t|Secret", "7|a|", "7\t0\t6\tSecret\t\tD1"], "SC010", 3),
    (["7|t|Secret", "7|a|", "7\t0\tsix\tSecret\tX\tD1"], "SC010", 3),
    (["7|t|Secret", "7|a|", "7\tCID\tD1"], "SC010", 3),
    (["7|t|Secret", "7|a|", "7\tCID\tD1\t"], "SC010", 3),
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
    left_out = Counter[str]()
    (same,) = read(path, left_out=left_out, strict=False)
    assert same == record
    assert left_out == {"words of mentions, other than the text's at their offsets": 1}
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


@FEW
@given(loose_records())
def test_what_isnt_held_is_counted(record: Record) -> None:
    left_out: Counter[str] = Counter()
    rejects: list[Reject] = []
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.pubtator"
        written = write_pubtator([record], path, left_out=left_out, rejects=rejects)
        again = list(read_pubtator(path))
    assert written + len(rejects) == 1
    if written:
        assert len(again[0].text) in (len(record.text), len(record.text) - 1)
        kept = [e for e in record.entities if len(e.fragments) == 1]
        assert [(e.label, e.fragments, e.concept) for e in again[0].entities] == [
            (e.label, e.fragments, e.concept) for e in kept
        ]
        assert left_out["relations"] == len(record.relations)
    if written and not left_out:
        names = {e.id: f"T{n}" for n, e in enumerate(record.entities, 1)}
        entities = tuple(replace(e, id=names[e.id]) for e in record.entities)
        assert again == [replace(record, entities=entities, attributes=again[0].attributes)]


def test_line_ends_are_spaces_at_the_same_place(tmp_path: Path) -> None:
    record = Record("x", "Pain.\nNo\r\nrash.\n", (Entity("T1", "Sign", ((10, 14),)),))
    left_out: Counter[str] = Counter()
    write_pubtator([record], tmp_path / "a.pubtator", left_out=left_out)
    assert left_out == {"line ends in texts, written as spaces": 1}
    assert list(read_pubtator(tmp_path / "a.pubtator")) == [
        replace(record, text="Pain.\nNo  rash. ")
    ]


X = Entity("T1", "X", ((0, 1),))
REFUSED = [
    (Record("x", "ab\nc\nd"), "line ends in texts"),
    (Record("x", "a\rb"), "line ends in texts"),
    (Record("x", "ab\n"), "line ends in texts"),
    (Record("##x", "ab"), "this id"),
    (Record("x", "ab", meta={"split": "dev"}), "meta fields"),
    (Record("x", "ab", (replace(X, score=0.5),)), "scores of mentions"),
    (Record("x", "ab", (X,), events=(Event("E1", "T1"),)), "events"),
    (Record("", "ab"), "this id"),
    (Record("a b", "ab"), "this id"),
    (Record("a|b", "ab"), "this id"),
    (Record("x", "abc", (replace(X, fragments=((0, 1), (2, 3))),)), "discontinuous mentions"),
    (Record("x", "ab", (X,), (Relation("T1", "T1", "R"),)), "relations"),
    (Record("x", "ab", (X,), (), (Attribute("T1", "Neg", "no"),)), "attributes"),
    (Record("x", "ab", (X,), (), (Attribute("T1", "individual_mentions"),)), "attributes"),
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
    left_out: Counter[str] = Counter()
    assert write_pubtator(records, tmp_path / "new", left_out=left_out) == docs
    assert left_out == ({"meta fields": 1} if known else {})
    assert list(read_pubtator(tmp_path / "new")) == [replace(item, meta={}) for item in records]


@pytest.mark.corpora
def test_ncbi_repeats_a_document_and_misquotes_a_mention(corpora: Path) -> None:
    path = corpora / "ncbi_disease" / "NCBItrainset_corpus.txt"
    ids = Counter(record.id for record in read_pubtator(path, strict=False))
    assert len(ids) == 592
    with pytest.raises(FormatError, match=r"\[SC011\].* entity 'T8' at 711-761"):
        list(read_pubtator(path))
