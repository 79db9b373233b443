"""brat folders: what a line becomes, what is refused, and what survives."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given

from spacy_clinical.errors import FormatError
from spacy_clinical.event_mentions import flatten
from spacy_clinical.formats import Reject, guess_format, read_brat, write_brat
from spacy_clinical.records import (
    Attribute,
    ConceptRelation,
    Entity,
    Equivalence,
    Event,
    Fragments,
    Record,
    Relation,
)

from .strategies import FEW, brat_records, loose_records

TEXT = "Left and right\nrenal pain 😀\u2009after aspirin."
LEFT, RENAL, PAIN, DRUG = "0 4", "15 20", "21 25", "34 41"
LINES = {
    "T1": f"T1\tSign {LEFT};{PAIN}\tLeft pain",
    "T2": "T2\tSign 9 14;15 25\tright renal pain",
    "T3": f"T3\tDrug {DRUG}\taspirin",
}


def make_folder(folder: Path, ann: str, text: str = TEXT, name: str = "a") -> Path:
    (folder / f"{name}.txt").write_bytes(text.encode())
    (folder / f"{name}.ann").write_bytes(ann.encode())
    return folder


def read_one(folder: Path, *lines: str) -> Record:
    (record,) = read_brat(make_folder(folder, "\n".join([*LINES.values(), *lines]) + "\n"))
    return record


def test_mentions_keep_fragments_and_order(tmp_path: Path) -> None:
    record = read_one(tmp_path)
    assert (record.id, record.text, record.meta) == ("a", TEXT, {})
    assert [entity.fragments for entity in record.entities] == [
        ((0, 4), (21, 25)),
        ((9, 25),),
        ((34, 41),),
    ]
    assert [entity.label for entity in record.entities] == ["Sign", "Sign", "Drug"]


RELATIONS = [
    (["R1\tTREATS Arg1:T3 Arg2:T1\t"], ["T3 TREATS T1"]),
    (["R1\tTREATS Arg2:T1 Arg1:T3"], ["T3 TREATS T1"]),
    (["R1\tTREATS Agent:T3 Patient:T1"], ["T3 TREATS T1"]),
    (["R7\tTREATS Arg1:E2 Arg2:E1", "E1\tSign:T1 ", "E2\tDrug:T3 "], ["E2 TREATS E1"]),
    (["R1\tSURE Arg1:R2 Arg2:T1", "R2\tX Arg1:T1 Arg2:T2\t"], ["R2 SURE T1", "T1 X T2"]),
]


@pytest.mark.parametrize("lines, expected", RELATIONS)
def test_relations(tmp_path: Path, lines: list[str], expected: list[str]) -> None:
    record = read_one(tmp_path, *lines)
    assert [f"{rel.head} {rel.label} {rel.tail}" for rel in record.relations] == expected


def test_events_and_equivalences_stay_what_they_are(tmp_path: Path) -> None:
    lines = ["E5\tDrug:T3 Theme:T1 Theme2:E6", "*\tSAME T1 E5 T2", "E6\tDrug:T3", "M2\tNeg E6"]
    record = read_one(tmp_path, *lines, "R9\tX To:T1 From:E5", "A7\tSure R9 no")
    assert record.events == (
        Event("E5", "T3", (("Theme", "T1"), ("Theme2", "E6"))),
        Event("E6", "T3"),
    )
    assert record.equivalences == (Equivalence("SAME", ("T1", "E5", "T2")),)
    assert record.relations == (Relation("T1", "E5", "X", roles=("To", "From")),)
    assert record.attributes == (Attribute("E6", "Neg"), Attribute("R9", "Sure", "no"))
    write_brat([record], tmp_path / "new")
    assert written(tmp_path / "new") == written(tmp_path)
    (again,) = read_brat(tmp_path / "new")
    assert [thing.id for thing in (*again.relations, *again.attributes)] == ["R9", "M2", "A7"]


def written(folder: Path) -> list[str]:
    lines = (folder / "a.ann").read_text(encoding="utf-8").split("\n")
    return sorted(line.rstrip() for line in lines if line.strip())


ATTRIBUTES = [
    ("A1\tNegated T1", ("T1", "Negated", "")),
    ("M1\tNegated T1 ", ("T1", "Negated", "")),
    ("A1\tCertainty E1 quite low", ("E1", "Certainty", "quite low")),
    ("#1\tAnnotatorNotes E1\tsee\tabove", ("E1", "#AnnotatorNotes", "see\tabove")),
    ("#1\tAnnotatorNotes T2", ("T2", "#AnnotatorNotes", "")),
]


@pytest.mark.parametrize("line, expected", ATTRIBUTES)
def test_attributes_and_notes(tmp_path: Path, line: str, expected: tuple[str, str, str]) -> None:
    record = read_one(tmp_path, line, "E1\tDrug:T3")
    assert record.attributes == (Attribute(*expected),)


def test_concepts_and_their_names(tmp_path: Path) -> None:
    lines = ["N1\tReference E1 UMLS:C1\tAspirin", "N2\tReference E1 RxNorm:1\t"]
    record = read_one(tmp_path, *lines, "E1\tDrug:T3", "N3\tReference T1 concept:D1\t")
    assert [entity.concept for entity in record.entities] == ["D1", "", "UMLS:C1|RxNorm:1"]
    kept = {"lines": [*lines, "N3\tReference T1 concept:D1\t"]}
    assert record.meta == {"brat": kept}
    write_brat([record], tmp_path / "new")
    assert written(tmp_path / "new") == written(tmp_path)


def test_names_of_concepts_go_with_the_concepts(tmp_path: Path) -> None:
    record = read_one(tmp_path, "N4\tReference T1 X:1\tone", "#1\tNote N4\tsure?")
    write_brat([record], tmp_path / "new")
    assert written(tmp_path / "new") == written(tmp_path)
    other = replace(record, entities=(replace(record.entities[0], concept="X:2"),))
    left_out: Counter[str] = Counter()
    write_brat([other], tmp_path / "other", left_out=left_out)
    assert left_out == {"names of concepts, and notes on them": 2}
    assert written(tmp_path / "other")[0] == "N1\tReference T1 X:2"


def test_the_form_of_bionlp_2013(tmp_path: Path) -> None:
    lines = [
        "N1\tReference Annotation:T1 Referent:OBT:7",
        "N2\tReference Referent:X:8 Annotation:T2",
    ]
    record = read_one(tmp_path, *lines)
    assert [entity.concept for entity in record.entities] == ["OBT:7", "X:8", ""]
    write_brat([record], tmp_path / "new")
    assert written(tmp_path / "new") == written(tmp_path)


def test_partial_files_of_bionlp(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Pain eased.")
    (tmp_path / "a.a1").write_text("T1\tSign 0 4\tPain\n")
    (tmp_path / "a.a2").write_text("T2\tEase 5 10\teased\nE1\tEase:T2 Theme:T1\n")
    assert guess_format(tmp_path) == "brat"
    (record,) = read_brat(tmp_path)
    assert record.events == (Event("E1", "T2", (("Theme", "T1"),)),)


def test_what_is_said_of_relations_and_attributes_is_kept(tmp_path: Path) -> None:
    lines = ["#9\tNote A2\twhy", "A2\tSure R5", "R5\tX Arg1:T1 Arg2:T2", "A1\tNeg T1"]
    record = read_one(tmp_path, *lines, "#1\tNote A1\twho")
    assert record.attributes == (
        Attribute("A2", "#Note", "why"),
        Attribute("R5", "Sure"),
        Attribute("T1", "Neg"),
        Attribute("A1", "#Note", "who"),
    )
    write_brat([record], tmp_path / "new")
    assert written(tmp_path / "new") == written(tmp_path)


FOUND = [
    ("T4\tSign 21 25;0 4\tpain Left", ((0, 4), (21, 25))),
    ("T4\tSign 0 4;21 25\tLeftpain", ((0, 4), (21, 25))),
    ("T4\tSign 0 4\tLeft\t", ((0, 4),)),
    ("T4\tSign 0 4\tLeft ", ((0, 4),)),
    ("T4\tSign 0 4\tLeft\tseen twice", ((0, 4),)),
    ("T4\tSign 0 4", ((0, 4),)),
    ("T4\tSign 0 4 \tLeft", ((0, 4),)),
    ("T4\tSign 9 14;15 20\tright renal", ((9, 20),)),
    ("T4\tSign 9 20\tright renal", ((9, 20),)),
    ("T4\tSign 5 8;9 14\tand right", ((5, 8), (9, 14))),
]


@pytest.mark.parametrize("line, expected", FOUND)
def test_fragments_and_what_follows(tmp_path: Path, line: str, expected: Fragments) -> None:
    record = read_one(tmp_path, line)
    assert record.entities[3].fragments == expected
    tails = {"T4": "\tseen twice"} if "seen" in line else None
    assert record.meta == ({"brat": {"tails": tails}} if tails else {})


ENDS = [
    ("Pain in\nboth knees", (0, 12), "0 7;8 12"),
    ("Pain in \n\n  both knees", (0, 16), "0 7;12 16"),
    ("Pain in\tboth knees", (0, 12), "0 7;8 12"),
    ("Pain in\r\nboth\tknees", (0, 19), "0 7;9 13;14 19"),
    ("Pain in\u2028both\x85knees", (0, 18), "0 7;8 12;13 18"),
    ("Pain in  both knees", (0, 13), "0 13"),
]


@pytest.mark.parametrize("text, extent, offsets", ENDS)
def test_a_mention_over_line_ends_is_one(
    tmp_path: Path, text: str, extent: tuple[int, int], offsets: str
) -> None:
    record = Record("a", text, (Entity("T1", "Sign", (extent,)),))
    write_brat([record], tmp_path / "new")
    assert list(read_brat(tmp_path / "new")) == [record]
    (line,) = written(tmp_path / "new")
    assert line.split("\t")[1] == f"Sign {offsets}"


COUNTED = [
    ("Pain.\r\nNo rash.\r\n", "T1\tSign 9 13\trash", "rash"),
    ("Pain.\r\nNo rash.\r\n", "T1\tSign 10 14\trash", "rash"),
    ("Pain\r\nof both\r\nknees", "T1\tSign 0 4;5 12\tPain of both", "Pain\r\nof both"),
    ("\ufeffPain, rash", "T1\tSign 6 10\trash", "rash"),
    ("\ufeffPain, rash", "T1\tSign 7 11\trash", "rash"),
    ("\U0001f600 and \U0001f915: rash\r\n", "T1\tSign 11 15\trash", "rash"),
    ("\ufeff\U0001f600\r\nrash", "T1\tSign 3 7\trash", "rash"),
]


@pytest.mark.parametrize("text, line, expected", COUNTED)
def test_what_offsets_count_is_found_by_the_texts(
    tmp_path: Path, text: str, line: str, expected: str
) -> None:
    (record,) = read_brat(make_folder(tmp_path, line, text))
    (entity,) = record.entities
    assert record.text == text
    assert text[entity.start : entity.end] == expected
    write_brat([record], tmp_path / "new")
    assert list(read_brat(tmp_path / "new")) == [record]


def test_all_malformed_lines_of_a_document_are_told_and_not_what_follows_from_them(
    tmp_path: Path,
) -> None:
    with pytest.raises(FormatError) as caught:
        read_one(
            tmp_path, "T9\tSign 0", "R1\tX Arg1:T9 Arg2:T1", "A1\tNeg R1", "nothing", "A2\tX T7"
        )
    assert re.findall(r"line (\d)", str(caught.value)) == ["7", "4", "8"]


def test_line_ends_of_the_text_are_counted_and_those_of_the_lines_are_not(tmp_path: Path) -> None:
    make_folder(tmp_path, "\ufeffT1\tSign 3 7\tb  c\r\n\r\nA1\tNeg T1\r\n", "a\r\nb\r\nc")
    (record,) = read_brat(tmp_path)
    assert record.text[3:7] == "b\r\nc"
    assert record.attributes == (Attribute("T1", "Neg"),)


MALFORMED = [
    ("notes on a patient", "SC010"),
    ("T4 Sign 0 4 Left", "SC010"),
    ("Q1\tSign 0 4\tLeft", "SC010"),
    ("T4\tSign 0\tLeft", "SC010"),
    ("T4\tSign 0 4;\tLeft", "SC010"),
    ("T4\tSign -4 4\tLeft", "SC010"),
    ("T4\tSign 0 5\tLeft", "SC011"),
    ("T4\tSign 0 4\tLeft and", "SC011"),
    ("T4\tSign 400 404\tLeft", "SC011"),
    ("T1\tSign 0 4\tLeft", "SC014"),
    ("E1\tSign", "SC010"),
    ("E1\tDrug:T1", "SC010"),
    ("E1\tSign:T8", "SC013"),
    ("E1\tSign:T1 Theme:T8", "SC013"),
    ("R1\tX Arg1:T1", "SC010"),
    ("R1\t", "SC010"),
    ("R1\tX Arg1:T1 Arg2:T2 Arg3:T3", "SC010"),
    ("R1\tX Arg1:T1 Arg2:T8", "SC013"),
    ("R1\tX Arg1:T1 Arg2:N1", "SC013"),
    ("R1\tX Arg1:T1 Arg2:patient", "SC010"),
    ("*\tSAME T1", "SC010"),
    ("*\tSAME T1 T8", "SC013"),
    ("A1\tNeg", "SC010"),
    ("A1\tNeg T8", "SC013"),
    ("A1\t#Neg T1", "SC010"),
    ("N1\tReference T1", "SC010"),
    ("N1\tReference T8 X:1\t", "SC013"),
    ("#1\tNote\tmore", "SC010"),
    ("#1\tNote T8\tmore", "SC013"),
    ("#1\tModelScore T1\thigh", "SC010"),
    ("#1\tModelScore A8\t0.5", "SC013"),
]


@pytest.mark.parametrize("line, code", MALFORMED)
def test_a_malformed_line_is_named_and_not_quoted(tmp_path: Path, line: str, code: str) -> None:
    with pytest.raises(FormatError, match=rf"\[{code}\] .*a\.ann, line 4: ") as caught:
        read_one(tmp_path, line)
    assert not any(word in str(caught.value) for word in ("Left", "patient", "more", "high"))


@pytest.mark.parametrize(
    "offsets, given", [("4 4", ""), ("4 8;0 5", " and Left "), ("0 4;2 4", "Left ft")]
)
def test_offsets_that_contradict_themselves(tmp_path: Path, offsets: str, given: str) -> None:
    with pytest.raises(FormatError, match=r"\[SC012\] .*a\.ann: \[SC00[14]\].*'T4'"):
        read_one(tmp_path, f"T4\tSign {offsets}\t{given}")


def test_files_that_are_missing_or_not_utf8(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"SC023.*nowhere"):
        list(read_brat(tmp_path / "nowhere"))
    (tmp_path / "b.txt").write_bytes(b"\xe9")
    with pytest.raises(FormatError, match=r"SC023.*b\.ann"):
        list(read_brat(tmp_path))
    (tmp_path / "b.ann").write_bytes(b"")
    with pytest.raises(FormatError, match=r"SC015.*b\.txt"):
        list(read_brat(tmp_path))
    (tmp_path / "b.txt").write_bytes(b"")
    (tmp_path / "b.ann").write_bytes(b"\n#1\tNote T1\t\xe9")
    with pytest.raises(FormatError, match=r"SC015.*b\.ann, line 2"):
        list(read_brat(tmp_path))
    (tmp_path / "b.txt").unlink()
    with pytest.raises(FormatError, match=r"SC023.*b\.txt"):
        list(read_brat(tmp_path))


@FEW
@given(brat_records())
def test_what_is_written_is_read(record: Record) -> None:
    with TemporaryDirectory() as folder:
        assert write_brat([record], folder) == 1
        assert list(read_brat(folder)) == [record]


@FEW
@given(loose_records())
def test_what_isnt_held_is_counted(record: Record) -> None:
    left_out: Counter[str] = Counter()
    rejects: list[Reject] = []
    with TemporaryDirectory() as folder:
        written = write_brat([record], folder, left_out=left_out, rejects=rejects)
        again = list(read_brat(folder))
    assert written + len(rejects) == 1
    if written and not left_out:
        assert again[0] == renumbered(record, again[0])
    assert left_out.total() >= sum(a.cue is not None for a in record.attributes) * written


def renumbered(record: Record, like: Record) -> Record:
    """A document with the names that another one gives to the same mentions and events."""
    pairs = [(record.entities, like.entities), (record.events, like.events)]
    names = {a.id: b.id for x, y in pairs for a, b in zip(x, y, strict=True)}
    assert len(names) == len(set(names.values()))
    return replace(
        record,
        entities=tuple(replace(e, id=names[e.id]) for e in record.entities),
        relations=tuple(
            replace(r, head=names[r.head], tail=names[r.tail]) for r in record.relations
        ),
        attributes=tuple(replace(a, target=names[a.target]) for a in record.attributes),
        events=tuple(
            Event(names[e.id], names[e.trigger], tuple((r, names[i]) for r, i in e.arguments))
            for e in record.events
        ),
        equivalences=tuple(
            Equivalence(e.label, tuple(names[i] for i in e.members)) for e in record.equivalences
        ),
    )


def test_written_lines(tmp_path: Path) -> None:
    entities = (
        Entity("a", "Sign", ((0, 4), (21, 25)), "D1|UMLS:C1", 0.5),
        Entity("b", "Sign", ((9, 20),)),
    )
    record = Record("x", TEXT, entities, (Relation("a", "b", "R"),), (Attribute("b", "Neg", "no"),))
    write_brat([record], tmp_path / "new")
    assert (tmp_path / "new" / "x.txt").read_bytes() == TEXT.encode()
    assert (tmp_path / "new" / "x.ann").read_text().splitlines() == [
        "T1\tSign 0 4;21 25\tLeft pain",
        "T2\tSign 9 14;15 20\tright renal",
        "R1\tR Arg1:T1 Arg2:T2",
        "N1\tReference T1 concept:D1\t",
        "N2\tReference T1 UMLS:C1\t",
        "A1\tNeg T2 no",
        "#1\tModelScore T1\t0.5",
    ]


T1 = (Entity("T1", "Sign", ((0, 1),)),)
REFUSED = [
    (Record("x", "ab", (Entity("T1", "Two words", ((0, 1),)),)), "SC020.*'Two words'"),
    (Record("x", "ab", T1, (Relation("T1", "T1", ""),)), "SC020.*relation"),
    (Record("x", "ab", T1, (), (Attribute("T1", "#"),)), "SC020.*note"),
    (Record("x", "ab", T1, (), (Attribute("T1", "a b"),)), "SC020.*'a b'"),
    (Record("x", "ab", T1, (), (Attribute("T1", "a", "b\tc"),)), "SC020.*tabs in values"),
    (Record("x", "ab", T1, (), (Attribute("T1", "#a", "b\nc"),)), "SC020.*line ends .*in values"),
    (Record("x", "\n", T1), "SC020.*'T1'"),
    (Record("x", "ab", T1, (), (Attribute("T1", "a", cue=(0, 1)),)), "SC020.*cues"),
    (Record("x", "ab", T1, (Relation("T1", "T1", "X", roles=("a", "a")),)), "SC020.*arguments"),
    (Record("x", "ab", T1, equivalences=(Equivalence("X", ("T1",)),)), "SC020.*less than two"),
    (Record("x", "ab", T1, events=(Event("E1", "T1", (("a b", "T1"),)),)), "SC020.*'a b'"),
    (
        Record("x", "ab", T1, (), (Attribute("T1", "a"),), events=(Event("E1", "T1"),)),
        "SC020.*that tell events",
    ),
    (Record("x", "ab", meta={"brat": {"lines": "N1"}}), "SC020.*lines"),
    (Record("x", "ab", T1, (), (Attribute("T1", "#ModelScore", "1"),)), "SC020.*for scores"),
    (Record("x", "ab", (Entity("T1", "S", ((0, 1),), "a\nb"),)), "SC020.*white space"),
    (Record("x", "ab", concept_relations=(ConceptRelation("a", "b", "c"),)), "SC020.*concepts"),
    (Record("x", "ab", meta={"brat": 3}), r"SC020.*meta\['brat'\]"),
    (Record("x", "a\ud800"), "SC026.*surrogate"),
    (Record("", "ab"), "SC021"),
    (Record("a/b", "ab"), "SC021.*'a/b'"),
    (Record("..", "ab"), "SC021"),
    (Record("a\nb", "ab"), "SC021"),
    (Record("a ", "ab"), "SC021"),
    (Record("é" * 101, "ab"), "SC021"),
    (Record("good", "ab"), "SC025.*'good'"),
]


@pytest.mark.parametrize("record, message", REFUSED)
def test_what_cant_be_held_is_refused_and_leaves_nothing(
    tmp_path: Path, record: Record, message: str
) -> None:
    with pytest.raises(FormatError, match=message):
        write_brat([Record("good", "text"), record], tmp_path / "new")
    assert not list(tmp_path.iterdir())


def test_a_stream_that_breaks_leaves_nothing(tmp_path: Path) -> None:
    def broken() -> Iterator[Record]:
        yield Record("good", "text")
        raise KeyError("broken")

    with pytest.raises(KeyError, match="broken"):
        write_brat(broken(), tmp_path / "new")
    assert not list(tmp_path.iterdir())


def test_only_new_or_empty_folders_are_written(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert write_brat([Record("x", "ab")], tmp_path / "empty") == 1
    for path in (tmp_path / "empty", tmp_path / "empty" / "x.txt"):
        with pytest.raises(FormatError, match="SC022"):
            write_brat([Record("y", "ab")], path)
    assert sorted(file.name for file in tmp_path.rglob("*")) == ["empty", "x.ann", "x.txt"]


@pytest.mark.corpora
def test_maccrobat(corpora: Path, tmp_path: Path) -> None:
    records = list(read_brat(corpora / "maccrobat2020"))
    assert len(records) == 140
    assert sum(len(record.entities) for record in records) == 17495
    assert len({entity.label for record in records for entity in record.entities}) == 41
    assert sum(len(record.relations) for record in records) == 11367
    assert sum(len(record.equivalences) for record in records) == 1381
    told = [flatten(record) for record in records]
    labels = Counter(rel.label for record, _ in told for rel in record.relations)
    assert (sum(labels.values()), labels["OVERLAP"]) == (11367 + 6060, 6060)
    assert sum((lost for _, lost in told), Counter()) == {}
    names = Counter(item.name for record in records for item in record.attributes)
    assert names == {"POLARITY": 888, "TREND": 110, "#AnnotatorNotes": 234}
    assert not any(record.meta for record in records)
    assert write_brat(records, tmp_path / "new") == 140
    assert list(read_brat(tmp_path / "new")) == records


def test_n2c2_2018_track_2(tmp_path: Path) -> None:
    """The challenge's form, a note of our own: drugs, their details, fragments over a line end."""
    text = "Given metoprolol 25 mg\nPO for rapid heart\nrate."
    (tmp_path / "100.txt").write_text(text, encoding="utf-8")
    lines = (
        "T1\tDrug 6 16\tmetoprolol",
        "T2\tStrength 17 22\t25 mg",
        "R1\tStrength-Drug Arg1:T2 Arg2:T1",
        "T3\tReason 30 41;42 46\trapid heart rate",
        "R2\tReason-Drug Arg1:T3 Arg2:T1",
    )
    (tmp_path / "100.ann").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (record,) = read_brat(tmp_path)
    assert [entity.label for entity in record.entities] == ["Drug", "Strength", "Reason"]
    assert [(rel.head, rel.label, rel.tail) for rel in record.relations] == [
        ("T2", "Strength-Drug", "T1"),
        ("T3", "Reason-Drug", "T1"),
    ]
