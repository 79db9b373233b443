"""The sample corpus of assets/sample: complete, consistent, with eval notes that are held out."""

import importlib
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from spacy_clinical.evaluation.regression_cases import read_cases
from spacy_clinical.formats.jsonl import read_jsonl
from spacy_clinical.records import Record

SAMPLE = Path(__file__).parents[2] / "assets" / "sample"
LEAST_NOTES = {"train": 14, "dev": 8, "eval": 24}
# Measured with seed 0: 0.2 % of the 5-grams and 5 % of the 3-grams of eval occur in train.
MOST_SHARED = {3: 0.10, 5: 0.01}
PROBE = "the patient was diagnosed with type 2 diabetes and prescribed metformin"


@pytest.fixture(scope="module")
def sample() -> Iterator[dict[str, ModuleType]]:
    """The modules of assets/sample, which are no package."""
    names = ("markup", "generator", "build")
    hidden = {name: sys.modules.pop(name) for name in names if name in sys.modules}
    sys.path.insert(0, str(SAMPLE))
    try:
        yield {name: importlib.import_module(name) for name in names}
    finally:
        sys.path.remove(str(SAMPLE))
        for name in names:
            sys.modules.pop(name, None)
        sys.modules.update(hidden)


@pytest.fixture(scope="module")
def splits(sample: dict[str, ModuleType]) -> dict[str, list[Record]]:
    built: dict[str, list[Record]] = sample["build"].build(seed=0, generated=260)
    return built


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def sentences(records: Iterable[Record]) -> set[str]:
    """All lines and sentences of five words or more, without case and punctuation."""
    parts = (re.split(r"(?<=[.!?:;])\s+|\n+", record.text) for record in records)
    split = (words(part) for some in parts for part in some)
    return {" ".join(found) for found in split if len(found) >= 5}


def ngrams(records: Iterable[Record], size: int) -> list[tuple[str, ...]]:
    found = []
    for record in records:
        tokens = words(record.text)
        found += [tuple(tokens[i : i + size]) for i in range(len(tokens) - size + 1)]
    return found


def mentions(records: Iterable[Record], label: str) -> set[str]:
    return {
        record.text[entity.start : entity.end].lower()
        for record in records
        for entity in record.entities
        if entity.label == label
    }


def hand_written(records: Iterable[Record]) -> list[Record]:
    return [record for record in records if not record.id.startswith("gen-")]


@pytest.mark.parametrize("split", LEAST_NOTES)
def test_there_are_enough_hand_written_notes(splits: dict[str, list[Record]], split: str) -> None:
    notes = hand_written(splits[split])
    assert len(notes) >= LEAST_NOTES[split]
    assert len({record.id for record in splits[split]}) == len(splits[split])
    assert all(record.meta["kind"] for record in splits[split])


def test_eval_is_hand_written_and_has_long_notes(splits: dict[str, list[Record]]) -> None:
    lengths = [len(record.text.split()) for record in splits["eval"]]
    assert hand_written(splits["eval"]) == splits["eval"]
    assert sum(length >= 400 for length in lengths) >= 2
    assert min(lengths) >= 60


def test_generated_notes_have_their_lengths(splits: dict[str, list[Record]]) -> None:
    generated = [record for record in splits["train"] if record.id.startswith("gen-")]
    mean = sum(len(record.text.split()) for record in generated) / len(generated)
    short = sum(record.meta["kind"] == "single" for record in generated) / len(generated)
    assert 85 <= mean <= 115
    assert 0.08 <= short <= 0.25


def test_a_seed_gives_the_same_notes_and_another_seed_others(
    sample: dict[str, ModuleType],
) -> None:
    generate = sample["generator"].generate
    assert generate(12, 5) == generate(12, 5)
    assert generate(12, 5) == generate(20, 5)[:12]
    ours, others = generate(12, 5), generate(12, 6)
    assert not {record.text for record in ours} & {record.text for record in others}


@pytest.mark.parametrize("split", ["train", "eval"])
def test_all_labels_and_assertions_occur(
    sample: dict[str, ModuleType], splits: dict[str, list[Record]], split: str
) -> None:
    markup, records = sample["markup"], splits[split]
    assert {e.label for r in records for e in r.entities} == set(markup.LABELS.values())
    assert {rel.label for r in records for rel in r.relations} == set(markup.ARGUMENTS)
    assert {a.value for r in records for a in r.attributes} == set(markup.ASSERTIONS)


def test_conditions_and_symptoms_have_exactly_one_assertion(
    splits: dict[str, list[Record]],
) -> None:
    for record in splits["train"] + splits["dev"] + splits["eval"]:
        targets = [attribute.target for attribute in record.attributes]
        needed = {e.id for e in record.entities if e.label in ("CONDITION", "SYMPTOM")}
        assert len(targets) == len(set(targets))
        assert needed <= set(targets)


def test_relations_join_what_they_may_join(
    sample: dict[str, ModuleType], splits: dict[str, list[Record]]
) -> None:
    arguments = sample["markup"].ARGUMENTS
    for record in splits["train"] + splits["dev"] + splits["eval"]:
        labels = {entity.id: entity.label for entity in record.entities}
        for rel in record.relations:
            heads, tails = arguments[rel.label]
            assert labels[rel.head] in heads, (record.id, rel)
            assert labels[rel.tail] in tails, (record.id, rel)


def test_no_relation_speaks_of_something_absent(splits: dict[str, list[Record]]) -> None:
    for record in splits["train"] + splits["dev"] + splits["eval"]:
        absent = {a.target for a in record.attributes if a.value == "absent"}
        for rel in record.relations:
            if rel.label in ("TREATS", "CAUSES", "INDICATES"):
                assert rel.tail not in absent, (record.id, rel)


def test_mentions_are_continuous_trimmed_and_do_not_overlap(
    splits: dict[str, list[Record]],
) -> None:
    for record in splits["train"] + splits["dev"] + splits["eval"]:
        end = 0
        for entity in record.entities:
            text = record.text[entity.start : entity.end]
            assert len(entity.fragments) == 1
            assert entity.start >= end
            assert text == text.strip()
            assert "\n" not in text
            end = entity.end


def test_nothing_is_left_of_patterns_and_markup(splits: dict[str, list[Record]]) -> None:
    for record in splits["train"] + splits["dev"]:
        if record.id.startswith("gen-"):
            assert not re.search(r"[{}$&\[\]#@]|\\n|  |\.\.", record.text), record.text


def test_eval_shares_no_sentence_with_train(splits: dict[str, list[Record]]) -> None:
    assert not sentences(splits["eval"]) & sentences(splits["train"])


@pytest.mark.parametrize("size", MOST_SHARED)
def test_eval_shares_few_word_sequences_with_train(
    splits: dict[str, list[Record]], size: int
) -> None:
    known, found = set(ngrams(splits["train"], size)), ngrams(splits["eval"], size)
    assert sum(gram in known for gram in found) / len(found) <= MOST_SHARED[size]


def test_eval_does_not_hold_the_probe_sentence(splits: dict[str, list[Record]]) -> None:
    assert not any(PROBE in " ".join(words(record.text)) for record in splits["eval"])


def test_demo_notes_share_no_sentence_with_the_corpus(
    splits: dict[str, list[Record]],
) -> None:
    demo = [Record(p.stem, p.read_text("utf8")) for p in (SAMPLE / "demo_notes").glob("*.txt")]
    assert len(demo) == 2
    for records in splits.values():
        assert not sentences(demo) & sentences(records)


@pytest.mark.parametrize(
    ("label", "least", "most"),
    [("MEDICATION", 200, 0.80), ("CONDITION", 350, 0.80), ("SYMPTOM", 150, 0.85)],
)
def test_vocabulary_is_varied_and_eval_has_new_words(
    splits: dict[str, list[Record]], label: str, least: int, most: float
) -> None:
    known, found = mentions(splits["train"], label), mentions(splits["eval"], label)
    assert len(known) >= least
    assert 0.3 <= len(found & known) / len(found) <= most


def test_lexicon_and_patterns_are_large(sample: dict[str, ModuleType]) -> None:
    lexicon, patterns = sample["generator"].Lexicon(), sample["generator"].read_patterns()
    assert len(lexicon.drugs) >= 150
    assert len(lexicon.words("conditions")) >= 200
    assert len(lexicon.words("symptoms")) >= 110
    assert len(lexicon.data["tests"]) + len(lexicon.data["qualitative"]) >= 80
    assert len(lexicon.data["procedures"]) >= 70
    assert len(lexicon.words("anatomy")) + len(lexicon.words("limbs")) >= 70
    assert sum(len(lines) for lines in patterns.groups.values()) >= 180


def test_the_command_line_writes_the_three_files(
    sample: dict[str, ModuleType], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sample["build"].main([str(tmp_path / "out"), "--seed", "3", "--generated", "5"]) == 0
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["dev.jsonl", "eval.jsonl", "train.jsonl"]
    records = list(read_jsonl(tmp_path / "out" / "train.jsonl"))
    assert records == sample["build"].build(seed=3, generated=5)["train"]


HEAD = "kind: progress note\n\n"


@pytest.mark.parametrize(
    ("source", "line", "expected"),
    [
        (HEAD + "No {s1 fever.", 3, "expected a mention such as"),
        (HEAD + "One.\nNo fever}.", 4, "expected a mention such as"),
        (HEAD + "No {s1:absent }.", 3, "expected a mention such as"),
        (HEAD + "No {z1 fever}.", 3, "expected an id starting with one of"),
        (HEAD + "No {s1:gone fever}.", 3, "expected one of present, absent"),
        (HEAD + "A {t1:absent CT}.", 3, "expected one of present, absent"),
        (HEAD + "{s1 Fever}\n{s1 cough}", 4, "expected a new id, s1 is taken"),
        (HEAD + "{s1 Fever}\n---\nTREATS m1 s1", 5, "expected the id of a mention"),
        (HEAD + "{s1 Fever} {m1 x}\n---\nHELPS m1 s1", 5, "expected one of HAS, TREATS"),
        (HEAD + "{s1 Fever} {m1 x}\n---\nTREATS s1 m1", 5, "expected TREATS from MEDICATION"),
        (HEAD + "{s1 Fever} {m1 x}\n---\nTREATS m1", 5, "expected 'LABEL head tail'"),
        (HEAD + "{s1 Fever} {m1 x}\n---\nTREATS", 5, "expected 'LABEL head tail'"),
        ("The kind\n\nText", 1, "expected a header line"),
        ("kind: note", 2, "expected the note's text"),
    ],
)
def test_bad_markup_is_reported_with_file_and_line(
    sample: dict[str, ModuleType], source: str, line: int, expected: str
) -> None:
    with pytest.raises(sample["markup"].MarkupError) as caught:
        sample["markup"].read_note(source, "note", "notes/train/note.txt")
    assert f"notes/train/note.txt, line {line}: " in str(caught.value)
    assert expected in str(caught.value)


def test_a_note_becomes_a_record(sample: dict[str, ModuleType]) -> None:
    source = HEAD + "{m1 Aspirin} {g1 75 mg} for {s1 pain}, no {s fever}.\n---\n"
    source = source.replace("{s fever}", "{s:absent fever}") + "TREATS m1 s1\nHAS m1 g1\n"
    record = sample["markup"].read_note(source, "note")
    assert record.text == "Aspirin 75 mg for pain, no fever."
    assert [entity.label for entity in record.entities] == [
        "MEDICATION",
        "STRENGTH",
        "SYMPTOM",
        "SYMPTOM",
    ]
    assert [(rel.head, rel.tail, rel.label) for rel in record.relations] == [
        ("T1", "T3", "TREATS"),
        ("T1", "T2", "HAS_STRENGTH"),
    ]
    assert [(a.target, a.value) for a in record.attributes] == [("T3", "present"), ("T4", "absent")]
    assert record.meta == {"kind": "progress note"}


def test_the_cases_can_be_read() -> None:
    cases = read_cases(SAMPLE / "cases.yml")
    assert len(cases) >= 8
    assert sum(len(case["wanted"]) for case in cases) > 8
    assert sum(len(case["forbidden"]) for case in cases) > 8
