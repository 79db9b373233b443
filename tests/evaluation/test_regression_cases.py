"""Cases, graded: each grade by hand; what `package` does with them; bad files."""

import json
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from spacy_clinical.cli import app
from spacy_clinical.docs import Assertion, set_assertions, set_mentions, set_relations
from spacy_clinical.errors import CommandError
from spacy_clinical.evaluation.regression_cases import Graded, read_cases, regress
from spacy_clinical.packaging.wheel import PackageSettings, package

from ..commands import run

TEXT = "No high fever after oral naproxen or aspirin ."


def find(doc: Doc) -> Doc:
    """Fever with its adjective, absent; naproxen as a route; aspirin; aspirin causes fever."""
    starts = {token.text: token.i for token in doc}
    if "fever" not in starts:
        return doc
    fever, drug, other = starts["fever"], starts["naproxen"], starts["aspirin"]
    spans = [doc[fever - 1 : fever + 1], doc[drug : drug + 1], doc[other : other + 1]]
    for span, label in zip(spans, ("SIGN", "ROUTE", "DRUG"), strict=True):
        span.label_ = label
    set_mentions(doc, spans)
    set_assertions(doc, [[Assertion("assertion", "absent")], [], []])
    set_relations(doc, [(2, 0, "CAUSES", 0.9)])
    return doc


Language.component("test_find_for_cases", func=find)


@pytest.fixture(scope="module")
def nlp() -> Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("test_find_for_cases")
    return nlp


def grade(nlp: Language, kind: str, item: dict[str, Any]) -> Graded | None:
    rows = regress(nlp, [{"text": TEXT, kind: [item]}]).graded
    return rows[0] if rows else None


@pytest.mark.parametrize(
    ("item", "expected", "found"),
    [
        ({"text": "high fever", "label": "SIGN"}, "identical", "high fever, SIGN, absent"),
        ({"text": "high fever", "label": "SIGN", "assertion": "absent"}, "identical", None),
        ({"text": "high fever", "label": "SIGN", "assertion": "present"}, "other assertion", None),
        ({"text": "fever", "label": "SIGN"}, "bigger span", "high fever, SIGN, absent"),
        ({"text": "oral naproxen", "label": "ROUTE"}, "smaller span", "naproxen, ROUTE"),
        ({"text": "naproxen", "label": "DRUG"}, "other label", "naproxen, ROUTE"),
        ({"text": "aspirin", "label": "DRUG", "assertion": "present"}, "identical", None),
        ({"text": "oral", "label": "ROUTE"}, "missing", ""),
    ],
)
def test_mentions(nlp: Language, item: dict[str, Any], expected: str, found: str | None) -> None:
    row = grade(nlp, "wanted", item)
    assert row is not None and row.grade == expected and row.passed == (expected == "identical")
    assert found is None or row.found == found
    accepted = grade(nlp, "wanted", {**item, "accept": [expected]})
    assert accepted is not None and accepted.passed


@pytest.mark.parametrize(
    ("item", "found"),
    [
        ({"text": "fever", "label": "SIGN", "assertion": "present"}, False),
        ({"text": "fever", "assertion": "absent"}, True),
        ({"label": "ROUTE"}, True),
        ({"text": "oral"}, False),
        ({"text": "naproxen", "label": "DRUG"}, False),
        ({"assertion": "present"}, True),
    ],
)
def test_forbidden(nlp: Language, item: dict[str, Any], found: bool) -> None:
    row = grade(nlp, "forbidden", item)
    assert (row is not None) == found
    assert row is None or (row.grade, row.passed) == ("forbidden found", False)


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"head": "aspirin", "label": "CAUSES", "tail": "fever"}, "identical"),
        ({"head": "aspirin", "label": "TREATS", "tail": "fever"}, "other label"),
        ({"head": "naproxen", "label": "CAUSES", "tail": "fever"}, "missing"),
        ({"head": "fever", "label": "CAUSES", "tail": "aspirin"}, "missing"),
    ],
)
def test_relations(nlp: Language, item: dict[str, Any], expected: str) -> None:
    row = grade(nlp, "relations", item)
    assert row is not None and row.grade == expected
    unwanted = grade(nlp, "no_relations", item)
    assert (unwanted is not None) == (expected == "identical")
    assert grade(nlp, "no_relations", {"label": "CAUSES"}) is not None


def test_words_that_stand_twice(nlp: Language) -> None:
    """The best place counts."""
    case = {"text": "fever , " + TEXT, "wanted": [{"text": "fever", "label": "SIGN"}]}
    assert regress(nlp, [case]).counts == {"bigger span": 1}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("a: b: c", "file"),
        ("[]", "no list of cases"),
        ("text: x", "no list of cases"),
        ("- name: x", "case 1: no text"),
        ("- text: x\n- text: 3", "case 2: no text"),
        ("- {text: x, wnated: []}", "field number 2 isn't known"),
        ("- {text: x, wanted: [x]}", "not a mapping"),
        ("- {text: x, wanted: [{text: x}]}", "text and label"),
        ("- {text: x, wanted: [{text: y, label: A}]}", "don't stand in the text"),
        ("- {text: x, forbidden: [{}]}", "needs something"),
        ("- {text: x, relations: [{head: x}]}", "head and label and tail"),
        ("- {text: x, wanted: [{text: x, label: A, accept: [almost]}]}", "accept"),
    ],
)
def test_bad_cases(content: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "c.yml").write_text(content)
    with pytest.raises(CommandError, match="SC950") as caught:
        read_cases(tmp_path / "c.yml")
    assert told in str(caught.value) and "wnated" not in str(caught.value)


def test_the_command(nlp: Language, tmp_path: Path) -> None:
    nlp.to_disk(tmp_path / "model")
    good = [{"name": "first", "text": TEXT, "wanted": [{"text": "aspirin", "label": "DRUG"}]}]
    bad = [*good, {"text": TEXT, "forbidden": [{"text": "naproxen"}]}]
    (tmp_path / "good.json").write_text(json.dumps(good))
    (tmp_path / "bad.json").write_text(json.dumps(bad))
    done = run(app, "regress", tmp_path / "model", tmp_path / "good.json", "--all")
    assert done.exit_code == 0 and "first" in done.output
    done = run(app, "regress", tmp_path / "model", tmp_path / "bad.json")
    assert done.exit_code == 2 and "case 2" in done.output and "forbidden found" in done.output
    assert run(app, "regress", tmp_path / "model", tmp_path / "none.yml").exit_code == 1


def test_a_package_whose_cases_fail_isnt_written(nlp: Language, tmp_path: Path) -> None:
    settings = PackageSettings("cases", "1.0", ("none",))
    bad = [{"text": TEXT, "wanted": [{"text": "naproxen", "label": "DRUG"}]}]
    with pytest.raises(CommandError, match=r"SC951.*1 of the cases(?s:.*)other label"):
        package(nlp, tmp_path / "packages", settings, cases=bad)
    assert not (tmp_path / "packages").exists()
