"""One-sentence cases of assertion: the rules, negspacy and a trained pipeline in one run.

    python benchmarks/assertion_cases.py                  # pip install "spacy-clinical[context]"
    python benchmarks/assertion_cases.py --model FOLDER   # a pipeline with clinical_assertion
    python benchmarks/assertion_cases.py --medspacy PYTHON   # one that has medspaCy 1.3.1
    python benchmarks/assertion_cases.py --wrong          # and show the cases that are wrong
    python benchmarks/assertion_cases.py TABLE --language zh   # a table of one's own

Everybody gets the same mentions. Right is whoever says all that holds of a mention and nothing
else. negspacy knows absent or not only: its second figure counts the mentions that are absent or
present; the third is F1 of each value.
"""

import argparse
import json
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from spacy_clinical.docs import get_assertions, set_mentions

FOLDER = Path(__file__).parents[1] / "assets" / "assertion_cases"
TABLES = {
    "english": "en",
    "english_held_out": "en",
    "english_kinds": "en",
    "english_kinds_held_out": "en",
    "english_phrases": "en",
    "english_notes": "en",
    "english_notes_held_out": "en",
    "english_rounds": "en",
    "english_rounds_held_out": "en",
    "english_dictated": "en",
    "english_dictated_held_out": "en",
    "english_conditions": "en",
    "english_conditions_held_out": "en",
    "english_natures": "en",
    "english_natures_held_out": "en",
    "chinese": "zh",
    "chinese_kinds": "zh",
    "chinese_kinds_held_out": "zh",
    "chinese_notes": "zh",
    "chinese_notes_held_out": "zh",
    "chinese_records": "zh",
    "chinese_records_held_out": "zh",
    "chinese_plans": "zh",
    "chinese_plans_held_out": "zh",
    "german": "de",
    "german_held_out": "de",
    "german_letters": "de",
    "german_letters_held_out": "de",
    "german_notes": "de",
    "german_notes_held_out": "de",
    "spanish": "es",
    "spanish_held_out": "es",
    "spanish_letters": "es",
    "spanish_letters_held_out": "es",
    "spanish_notes": "es",
    "spanish_notes_held_out": "es",
}
WITH_NEGSPACY = ("en", "es")  # it has terms of no other language here
VALUES = ("present", "absent", "possible", "hypothetical", "historical", "family")
LABEL = "CONDITION"
Said = frozenset[str]


class Case(NamedTuple):
    """A sentence, its mentions, and what holds of them.

    text (str): Without the brackets.
    mentions (tuple[tuple[int, int], ...]): Their characters.
    values (tuple[frozenset[str], ...]): All that holds of each.
    note (str): What the case is about.
    """

    text: str
    mentions: tuple[tuple[int, int], ...]
    values: tuple[Said, ...]
    note: str


def read_cases(path: Path) -> list[Case]:
    """Read a table of cases. Raises ValueError with the line's number where one can't be read."""
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
    kept = [(f"{path}, line {n}", line) for n, line in lines if line and line[0] != "#"]
    return [_read_case(where, *line.split("\t")) for where, line in kept]


def _read_case(where: str, marked: str, values: str, note: str) -> Case:
    text, *rest = marked.split("[")
    mentions = []
    for part in rest:
        inside, after = part.split("]")
        mentions.append((len(text), len(text) + len(inside)))
        text += inside + after
    said = [frozenset(cell.split()) for cell in values.split("|")]
    said = said * len(mentions) if len(said) == 1 else said
    if len(said) != len(mentions) or not all(one and one <= set(VALUES) for one in said):
        raise ValueError(f"{where}: no such values, or not one set for each mention")
    return Case(text, tuple(mentions), tuple(said), note)


def with_mentions(nlp: Language, cases: Sequence[Case], label: str = LABEL) -> list[Doc]:
    """Tokenise cases and store their mentions, in `doc.ents` too."""
    docs = []
    for case in cases:
        doc = nlp.make_doc(case.text)
        spans = [doc.char_span(*m, label=label, alignment_mode="expand") for m in case.mentions]
        set_mentions(doc, [span for span in spans if span])
        docs.append(doc)
    return docs


def run(nlp: Language, docs: Sequence[Doc]) -> list[Doc]:
    """Run all components of a pipeline but those that would replace the mentions."""
    done = list(docs)
    for name, component in nlp.pipeline:
        if "doc.ents" not in nlp.get_pipe_meta(name).assigns:
            done = [component(doc) for doc in done]
    return done


def make_rules(language: str = "en") -> Language:
    """RETURNS (Language): The three components of the rules."""
    nlp = spacy.blank(language)
    nlp.add_pipe("clinical_sentences")
    nlp.add_pipe("clinical_sections", config={"rules": [language]})
    nlp.add_pipe("clinical_context", config={"rules": [language]})
    return nlp


def by_rules(cases: Sequence[Case], language: str = "en") -> list[list[Said]]:
    """RETURNS (list[list[Said]]): What `clinical_context` says of each mention of each case."""
    nlp = make_rules(language)
    return [values(doc) for doc in run(nlp, with_mentions(nlp, cases))]


def by_negspacy(cases: Sequence[Case], language: str = "en") -> list[list[Said]]:
    """RETURNS (list[list[Said]]): What negspacy says, absent or present, by its clinical terms."""
    from negspacy.negation import Negex  # noqa: F401
    from negspacy.termsets import termset

    terms = termset(f"{language}_clinical").get_patterns()
    nlp = spacy.blank(language)
    nlp.add_pipe("clinical_sentences")
    nlp.add_pipe("negex", config={"neg_termset": terms})
    docs = run(nlp, with_mentions(nlp, cases))
    words = {True: frozenset({"absent"}), False: frozenset({"present"})}
    return [[words[bool(ent._.negex)] for ent in doc.ents] for doc in docs]


def by_medspacy(cases: Sequence[Case], python: str) -> list[list[Said]]:
    """RETURNS (list[list[Said]]): What medspaCy says, run by a Python that has it."""
    script = Path(__file__).with_name("medspacy_context.py")
    with tempfile.TemporaryDirectory() as folder:
        given, got = Path(folder) / "cases.json", Path(folder) / "said.json"
        rows = [{"text": case.text, "mentions": case.mentions} for case in cases]
        given.write_text(json.dumps(rows), encoding="utf-8")
        subprocess.run([python, str(script), str(given), str(got)], check=True)
        said = json.loads(got.read_text(encoding="utf-8"))
    return [[frozenset(one) for one in row] for row in said]


def by_model(cases: Sequence[Case], model: str, label: str = LABEL) -> list[list[Said]]:
    """RETURNS (list[list[Said]]): What a trained pipeline says of the same mentions."""
    nlp = spacy.load(model)
    return [values(doc) for doc in run(nlp, with_mentions(nlp, cases, label))]


def values(doc: Doc) -> list[Said]:
    """RETURNS (list[Said]): All that is said of each mention, present where nothing is."""
    rows = get_assertions(doc)
    return [frozenset(a.value for a in row if a.name == "assertion") or PRESENT for row in rows]


PRESENT = frozenset({"present"})
Pairs = list[tuple[Said, Said]]


def pairs(cases: Sequence[Case], found: Iterable[Sequence[Said]]) -> Pairs:
    """RETURNS (Pairs): What holds of each mention, and what was said of it."""
    both = zip(cases, found, strict=True)
    return [pair for case, said in both for pair in zip(case.values, said, strict=True)]


def accuracy(rows: Pairs) -> float:
    """RETURNS (float): The share of mentions of which just what holds was said, in percent."""
    return 100 * sum(gold == said for gold, said in rows) / max(1, len(rows))


def f1(rows: Pairs, value: str) -> float:
    """RETURNS (float): F1 of one value, in percent."""
    right = sum(value in gold and value in said for gold, said in rows)
    told = sum((value in gold) + (value in said) for gold, said in rows)
    return 200 * right / told if told else 100.0


def main() -> None:
    """Print accuracies, and with --wrong the cases that are not right."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", help="A pipeline with clinical_assertion")
    parser.add_argument("--label", default=LABEL, help="The entity label of the mentions")
    parser.add_argument("--medspacy", help="A Python that has medspaCy")
    parser.add_argument("--wrong", action="store_true", help="Show the cases that are wrong")
    parser.add_argument("tables", nargs="*", type=Path, help="Tables, instead of ours")
    parser.add_argument("--language", default="en", help="The language of the tables given")
    arguments = parser.parse_args()
    tables = dict.fromkeys(arguments.tables, arguments.language)
    for path, language in (tables or {FOLDER / f"{t}.tsv": x for t, x in TABLES.items()}).items():
        cases = read_cases(path)
        found = {"rules": by_rules(cases, language)}
        if language in WITH_NEGSPACY:
            found["negspacy"] = by_negspacy(cases, language)
        if language == "en":
            if arguments.medspacy:
                found["medspaCy"] = by_medspacy(cases, arguments.medspacy)
            if arguments.model:
                found["model"] = by_model(cases, arguments.model, arguments.label)
        report(path.stem, cases, found, arguments.wrong)


def report(table: str, cases: list[Case], found: dict[str, list[list[Said]]], wrong: bool) -> None:
    """Print one table's figures."""
    for who, said in found.items():
        rows = pairs(cases, said)
        polar = [row for row in rows if row[0] in (PRESENT, frozenset({"absent"}))]
        print(f"{table:24}{who:10}{accuracy(rows):6.1f} % of {len(rows)}", end="")
        print(f"{accuracy(polar):7.1f} % of {len(polar)} present or absent; F1", end="")
        print("".join(f"  {value} {f1(rows, value):.1f}" for value in VALUES[1:]))
        for case, values in zip(cases, said, strict=True):
            if wrong and list(case.values) != values:
                shown = [
                    " | ".join(" ".join(sorted(one)) for one in x) for x in (case.values, values)
                ]
                print(f"    {shown[0]} -> {shown[1]}: {case.text} {list(case.mentions)}")


if __name__ == "__main__":
    main()
