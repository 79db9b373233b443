"""The Chinese sample corpus: the English one's labels, with evaluation notes that are held out."""

import importlib
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from spacy.lang.zh import Chinese

from spacy_clinical.evaluation.regression_cases import read_cases
from spacy_clinical.formats.jsonl import read_jsonl
from spacy_clinical.records import Record

ASSETS = Path(__file__).parents[2] / "assets"
NOTES = {"train": 60, "dev": 6, "eval": 20}
SPECIALTIES = {
    "cardiology",
    "endocrinology",
    "respiratory",
    "gastroenterology",
    "neurology",
    "nephrology",
    "orthopaedics",
    "obstetrics",
    "paediatrics",
    "oncology",
}
# Measured: of the sequences of letters and digits in eval, 9 % of 4 occur in train, 0.2 % of 8.
MOST_SHARED = {4: 0.10, 8: 0.003}
TIMES = "\u00d7"
TRADITIONAL = re.compile("[診檢發無壓腫]")
Splits = dict[str, list[Record]]


@pytest.fixture(scope="module")
def modules() -> Iterator[dict[str, ModuleType]]:
    """The scripts that write it; other folders have a `build` too."""
    folders = [str(ASSETS / "sample_zh"), str(ASSETS / "sample")]
    kept = {name: sys.modules.pop(name) for name in ("markup", "build") if name in sys.modules}
    sys.path[:0] = folders
    try:
        yield {name: importlib.import_module(name) for name in ("markup", "build")}
    finally:
        for folder in folders:
            sys.path.remove(folder)
        for name in ("markup", "build"):
            sys.modules.pop(name, None)
        sys.modules.update(kept)


@pytest.fixture(scope="module")
def splits(modules: dict[str, ModuleType]) -> Splits:
    built: Splits = modules["build"].build()
    return built


def every(splits: Splits) -> list[Record]:
    return [record for records in splits.values() for record in records]


def surfaces(records: Iterable[Record], label: str) -> set[str]:
    return {r.text[e.start : e.end] for r in records for e in r.entities if e.label == label}


def signs(record: Record) -> str:
    return "".join(sign for sign in record.text if sign.isalnum())


def grams(records: Iterable[Record], size: int) -> list[str]:
    texts = [signs(record) for record in records]
    return [text[i : i + size] for text in texts for i in range(len(text) - size + 1)]


def clauses(records: Iterable[Record]) -> set[str]:
    parts = (part for r in records for part in re.split(r"[，。；：;:\n]", r.text))
    return {part for part in parts if len(part) >= 7}


def test_there_are_the_notes(splits: Splits) -> None:
    assert {split: len(records) for split, records in splits.items()} == NOTES
    assert len({record.id for record in every(splits)}) == sum(NOTES.values())
    assert all(150 <= len(record.text) <= 460 for record in every(splits))


@pytest.mark.parametrize("split", ["train", "eval"])
def test_all_specialties_and_kinds_occur(splits: Splits, split: str) -> None:
    assert {record.meta["specialty"] for record in splits[split]} >= SPECIALTIES
    kinds = Counter(record.meta["kind"] for record in splits[split])
    assert min(kinds["入院记录"], kinds["出院小结"]) >= NOTES[split] // 6
    assert len(kinds) >= 6


@pytest.mark.parametrize("split", NOTES)
def test_labels_assertions_and_relations_are_the_english_ones(
    modules: dict[str, ModuleType], splits: Splits, split: str
) -> None:
    markup, records = modules["markup"], splits[split]
    assert {e.label for r in records for e in r.entities} == set(markup.LABELS.values())
    assert {rel.label for r in records for rel in r.relations} == set(markup.ARGUMENTS)
    assert {a.value for r in records for a in r.attributes} == set(markup.ASSERTIONS)


@pytest.mark.parametrize(("split", "least"), [("train", 30), ("eval", 20)])
def test_each_assertion_is_there_often_enough(splits: Splits, split: str, least: int) -> None:
    values = Counter(a.value for r in splits[split] for a in r.attributes)
    assert min(values.values()) >= least, values


def test_mentions_are_their_text_trimmed_and_apart(splits: Splits) -> None:
    for record in every(splits):
        end = 0
        for entity in record.entities:
            text = record.text[entity.start : entity.end]
            assert len(entity.fragments) == 1
            assert entity.start >= end, (record.id, text)
            assert text and text == text.strip(" 　，。；：、\n"), (record.id, text)
            assert not re.search(r"[{}\n。；]", text), (record.id, text)
            end = entity.end


def test_a_source_says_what_the_record_says(splits: Splits) -> None:
    """The note without its braces is the text, and the words in braces are the mentions."""
    for split, records in splits.items():
        for record in records:
            path = (
                ASSETS / "sample_zh" / "notes" / split / f"{record.id.removeprefix(split)[1:]}.txt"
            )
            body = path.read_text("utf8").split("\n\n", 1)[1].split("\n---\n")[0]
            inside = re.findall(r"\{\S+ ([^}]*)\}", body)
            assert [record.text[e.start : e.end] for e in record.entities] == inside
            assert re.sub(r"\{\S+ ([^}]*)\}", r"\1", body) == record.text


def test_every_mention_fits_tokens_of_one_character(splits: Splits) -> None:
    nlp = Chinese()
    for record in every(splits):
        doc = nlp.make_doc(record.text)
        assert all(doc.char_span(e.start, e.end) for e in record.entities), record.id


def test_conditions_and_symptoms_have_exactly_one_assertion(splits: Splits) -> None:
    for record in every(splits):
        targets = [attribute.target for attribute in record.attributes]
        needed = {e.id for e in record.entities if e.label in ("CONDITION", "SYMPTOM")}
        assert len(targets) == len(set(targets))
        assert needed <= set(targets)


def test_no_relation_speaks_of_something_absent(splits: Splits) -> None:
    for record in every(splits):
        absent = {a.target for a in record.attributes if a.value == "absent"}
        for rel in record.relations:
            if rel.label in ("TREATS", "CAUSES", "INDICATES"):
                assert rel.tail not in absent, (record.id, rel)


def test_results_and_doses_belong_to_something(splits: Splits) -> None:
    """Each value to a test, each strength, dose, frequency and route to a drug."""
    for record in every(splits):
        joined = {rel.tail for rel in record.relations if rel.label.startswith("HAS_")}
        joined |= {rel.head for rel in record.relations if rel.label == "RESULT_OF"}
        for entity in record.entities:
            if entity.label in ("LAB_VALUE", "STRENGTH", "DOSAGE", "FREQUENCY", "ROUTE"):
                assert entity.id in joined, (record.id, record.text[entity.start : entity.end])


def test_a_word_of_absence_stands_by_what_is_absent(splits: Splits) -> None:
    said = re.compile(
        r"[无無没沒未非不停禁忌]|否认|否認|排除|除外|阴性|陰性|[（(]-[）)]|避免|拒绝|可能性小|消失|剔除|勿"
    )
    for record in every(splits):
        for attribute in record.attributes:
            (entity,) = [e for e in record.entities if e.id == attribute.target]
            if attribute.value == "absent":
                before = re.split(r"[。；\n]", record.text[: entity.start])[-1]
                behind = re.split(r"[。；\n]", record.text[entity.end :])[0]
                assert said.search(before + behind), (record.id, before + behind)


def test_eval_shares_no_clause_and_few_sequences_with_train(splits: Splits) -> None:
    assert not clauses(splits["eval"]) & clauses(splits["train"])
    for size, most in MOST_SHARED.items():
        known, found = set(grams(splits["train"], size)), grams(splits["eval"], size)
        assert sum(gram in known for gram in found) / len(found) <= most


@pytest.mark.parametrize(("label", "least"), [("CONDITION", 400), ("SYMPTOM", 300), ("TEST", 200)])
def test_eval_has_new_words(splits: Splits, label: str, least: int) -> None:
    known, found = surfaces(splits["train"], label), surfaces(splits["eval"], label)
    assert len(known) >= least
    assert 0.1 <= len(found & known) / len(found) <= 0.4


def test_widths_scripts_and_latin_are_mixed(splits: Splits) -> None:
    for split, least in (("train", 3), ("eval", 2)):
        texts = [record.text for record in splits[split]]
        assert sum(bool(TRADITIONAL.search(text)) for text in texts) >= least
        together = "\n".join(texts)
        for form in (
            r"[（(][+-]+[)）]",
            r"CT\S",
            rf"mm{TIMES}\d+mm",
            rf"{TIMES}10\S?[⁹9]/L",
            r"\d%",
            r"\dg",
        ):
            assert re.search(form, together), (split, form)
    assert re.search("[\uff0b\uff0d\uff5e]", "\n".join(record.text for record in splits["train"]))


def test_the_command_line_writes_the_three_files(
    modules: dict[str, ModuleType], splits: Splits, tmp_path: Path
) -> None:
    assert modules["build"].main([str(tmp_path / "out")]) == 0
    assert {p.stem for p in (tmp_path / "out").iterdir()} == set(NOTES)
    assert list(read_jsonl(tmp_path / "out" / "eval.jsonl")) == splits["eval"]


def test_the_cases_can_be_read() -> None:
    cases = read_cases(ASSETS / "sample_zh" / "cases.yml")
    assert len(cases) >= 8
    assert sum(len(case["wanted"]) for case in cases) > 8
    assert sum(len(case["forbidden"]) for case in cases) >= 8


def test_demo_notes_share_no_clause_with_the_corpus(splits: Splits) -> None:
    demo = [
        Record(p.stem, p.read_text("utf8"))
        for p in (ASSETS / "sample_zh" / "demo_notes").glob("*.txt")
    ]
    assert len(demo) == 2
    assert not clauses(demo) & clauses(every(splits))
