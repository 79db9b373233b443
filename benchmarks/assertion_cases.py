"""One-sentence cases of assertion: the rules, negspacy and a trained pipeline in one run.

    python benchmarks/assertion_cases.py                  # pip install "spacy-clinical[context]"
    python benchmarks/assertion_cases.py --model FOLDER   # a pipeline with clinical_assertion
    python benchmarks/assertion_cases.py --wrong          # and show the cases that are wrong

Everybody gets the same mention. negspacy knows absent or not only: its second figure counts the
cases whose value is absent or present.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from spacy_clinical.docs import set_mentions

FOLDER = Path(__file__).parents[1] / "assets" / "assertion_cases"
TABLES = {"english": "en", "english_held_out": "en", "chinese": "zh"}
VALUES = ("present", "absent", "possible", "hypothetical", "historical", "family")
LABEL = "CONDITION"


class Case(NamedTuple):
    """A sentence, its mention, and what holds of it.

    text (str): Without the brackets.
    start, end (int): The mention's characters.
    value (str): What holds.
    note (str): What the case is about.
    """

    text: str
    start: int
    end: int
    value: str
    note: str


def read_cases(path: Path) -> list[Case]:
    """Read a table of cases. Raises ValueError with the line's number where one can't be read."""
    cases = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line and not line.startswith("#"):
            marked, value, note = line.split("\t")
            before, inside, after = (part for half in marked.split("[") for part in half.split("]"))
            start, end = len(before), len(before) + len(inside)
            if value not in VALUES:
                raise ValueError(f"{path}, line {number}: no such value")
            cases.append(Case(before + inside + after, start, end, value, note))
    return cases


def with_mentions(nlp: Language, cases: Sequence[Case], label: str = LABEL) -> list[Doc]:
    """Tokenise cases and store their mentions, in `doc.ents` too."""
    docs = []
    for case in cases:
        doc = nlp.make_doc(case.text)
        span = doc.char_span(case.start, case.end, label=label, alignment_mode="expand")
        set_mentions(doc, [span] if span else [])
        docs.append(doc)
    return docs


def run(nlp: Language, docs: Sequence[Doc]) -> list[Doc]:
    """Run all components of a pipeline but those that would replace the mentions."""
    done = list(docs)
    for name, component in nlp.pipeline:
        if "doc.ents" not in nlp.get_pipe_meta(name).assigns:
            done = [component(doc) for doc in done]
    return done


def by_rules(cases: Sequence[Case], language: str = "en") -> list[str]:
    """RETURNS (list[str]): What `clinical_context` says."""
    nlp = spacy.blank(language)
    nlp.add_pipe("clinical_sentences")
    nlp.add_pipe("clinical_sections", config={"rules": [language]})
    nlp.add_pipe("clinical_context", config={"rules": [language]})
    return [values(doc)[0] for doc in run(nlp, with_mentions(nlp, cases))]


def by_negspacy(cases: Sequence[Case]) -> list[str]:
    """RETURNS (list[str]): What negspacy says, absent or present."""
    from negspacy.negation import Negex  # noqa: F401

    nlp = spacy.blank("en")
    nlp.add_pipe("clinical_sentences")
    nlp.add_pipe("negex")
    docs = run(nlp, with_mentions(nlp, cases))
    return ["absent" if doc.ents[0]._.negex else "present" for doc in docs]


def by_model(cases: Sequence[Case], model: str, label: str = LABEL) -> list[str]:
    """RETURNS (list[str]): What a trained pipeline says of the same mentions."""
    nlp = spacy.load(model)
    return [values(doc)[0] for doc in run(nlp, with_mentions(nlp, cases, label))]


def values(doc: Doc) -> list[str]:
    """RETURNS (list[str]): The assertion of each mention, present where there is none."""
    spans: list[Span] = list(doc.spans["clinical"])
    return [span._.assertion or "present" for span in spans]


def accuracy(cases: Sequence[Case], found: Sequence[str]) -> float:
    """RETURNS (float): The share that is right, in percent."""
    return 100 * sum(c.value == f for c, f in zip(cases, found, strict=True)) / len(cases)


def main() -> None:
    """Print accuracies, and with --wrong the cases that are not right."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", help="A pipeline with clinical_assertion")
    parser.add_argument("--label", default=LABEL, help="The entity label of the mentions")
    parser.add_argument("--wrong", action="store_true", help="Show the cases that are wrong")
    arguments = parser.parse_args()
    for table, language in TABLES.items():
        cases = read_cases(FOLDER / f"{table}.tsv")
        found = {"rules": by_rules(cases, language)}
        if language == "en":
            found["negspacy"] = by_negspacy(cases)
            if arguments.model:
                found["model"] = by_model(cases, arguments.model, arguments.label)
        report(table, cases, found, arguments.wrong)


def report(table: str, cases: list[Case], found: dict[str, list[str]], wrong: bool) -> None:
    """Print one table's figures."""
    polar = [i for i, case in enumerate(cases) if case.value in ("present", "absent")]
    for who, said in found.items():
        two = accuracy([cases[i] for i in polar], [said[i] for i in polar])
        print(f"{table:18}{who:10}{accuracy(cases, said):6.1f} % of {len(cases)}", end="")
        print(f"{two:8.1f} % of {len(polar)} present or absent")
        for case, value in zip(cases, said, strict=True):
            if wrong and value != case.value:
                print(f"    {case.value} -> {value}: {case.text} [{case.start}-{case.end}]")


if __name__ == "__main__":
    main()
