"""`clinical_sentences`, `clinical_sections`, `clinical_context` in a pipeline."""

import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin, Span
from thinc.api import Config

from spacy_clinical.docs import Assertion, get_assertions, set_assertions, set_mentions
from spacy_clinical.errors import ContextError
from spacy_clinical.pipeline.rules.clinical_context import ClinicalContext
from spacy_clinical.pipeline.rules.clinical_sections import ClinicalSections
from spacy_clinical.training.string_pruning import without_texts

TEXT = "Seen by Dr. Carter. No fever.\nFamily History: stroke\nPlan: aspirin"
PATTERNS = [{"label": "SYMPTOM", "pattern": "fever"}, {"label": "CONDITION", "pattern": "stroke"}]


@pytest.fixture()
def nlp() -> Language:
    """The pipeline of rules, with an entity ruler."""
    nlp = spacy.blank("en")
    nlp.add_pipe("clinical_sentences")
    nlp.add_pipe("clinical_sections")
    nlp.add_pipe("entity_ruler").add_patterns(PATTERNS)  # type: ignore[attr-defined]
    nlp.add_pipe("clinical_context")
    return nlp


def facts(doc: Doc) -> list[tuple[object, ...]]:
    return [
        (e.text, e._.assertion, e._.assertion_cue and e._.assertion_cue.text, e._.section_category)
        for e in doc.ents
    ]


EXPECTED = [
    ("fever", "absent", "No", None),
    ("stroke", "family", "Family History:", "family_history"),
]


def test_whole(nlp: Language) -> None:
    doc = nlp(TEXT)
    assert facts(doc) == EXPECTED
    assert [e._.is_negated for e in doc.ents] == [True, False]
    assert [e._.is_family for e in doc.ents] == [False, True]
    assert [s.text for s in doc.spans["sections"]] == ["Family History: stroke\n", "Plan: aspirin"]
    assert [s.text.strip() for s in doc.sents] == [
        "Seen by Dr. Carter.", "No fever.", "Family History: stroke", "Plan: aspirin"
    ]  # fmt: skip
    assert nlp.analyze_pipes()["problems"]["clinical_context"] == []


def test_every_way(nlp: Language) -> None:
    """Alone, in a batch, in processes, stored and copied: the same."""
    doc = nlp(TEXT)
    ways = [
        *nlp.pipe([TEXT, TEXT]),
        *nlp.pipe([TEXT] * 2, n_process=2),
        *DocBin(docs=[doc]).get_docs(nlp.vocab),
        Doc(nlp.vocab).from_bytes(doc.to_bytes()),
        pickle.loads(pickle.dumps(doc)),
        doc.copy(),
    ]
    assert all(facts(way) == EXPECTED for way in ways)


@pytest.mark.parametrize("text", ["", " ", "\n", "No headings here", "x" * 3000])
def test_odd_notes(nlp: Language, text: str) -> None:
    doc = nlp(text)
    assert doc.ents == ()
    assert len(doc.spans["sections"]) == 0
    assert list(doc.spans["clinical"]) == []


def test_saved_rules_need_no_file(nlp: Language, tmp_path: Path) -> None:
    """Rules of a user's are in the saved pipeline, and it loads where their file isn't."""
    mine, headings = tmp_path / "mine.tsv", tmp_path / "headings.tsv"
    mine.write_text("sans\tabsent\tforward\nno\tpossible\tforward\n", encoding="utf-8")
    headings.write_text("kin\tfamily_history\tfamily\n", encoding="utf-8")
    nlp.replace_pipe("clinical_context", "clinical_context", config={"rules": ["en", str(mine)]})
    nlp.replace_pipe("clinical_sections", "clinical_sections", config={"rules": [str(headings)]})
    text = "Sans fever. No fever.\nKin: stroke\nFamily History: stroke"
    expected = [
        ("fever", "absent"),
        ("fever", "possible"),
        ("stroke", "family"),
        ("stroke", "family"),
    ]
    assert [fact[:2] for fact in facts(nlp(text))] == expected
    without_texts(nlp).to_disk(tmp_path / "saved")
    data = nlp.to_bytes()
    mine.unlink()
    headings.unlink()
    code = (
        "import spacy, sys; nlp = spacy.load(sys.argv[1]); "
        "print([(e.text, e._.assertion) for e in nlp(sys.argv[2]).ents])"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "saved"), text]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(expected)
    loaded = spacy.blank("en").from_config(nlp.config).from_bytes(data)
    for name in ("clinical_context", "clinical_sections"):
        assert loaded.get_pipe(name).rules == nlp.get_pipe(name).rules  # type: ignore[attr-defined]


def test_a_missing_file_is_named_when_it_is_needed(tmp_path: Path) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("clinical_context", config={"rules": ["en", str(tmp_path / "gone.tsv")]})
    with pytest.raises(ContextError, match=r"SC320.*gone\.tsv"):
        nlp("No fever.")


def test_a_path_in_a_list_that_a_package_forgot(tmp_path: Path) -> None:
    """confection 1.3.4 makes "null" of `${paths.ward}` in a list where the path is null: the saved
    rules hold, and where there are none it is a missing file."""
    ward = tmp_path / "ward.tsv"
    ward.write_text("sans\tabsent\tforward\n", encoding="utf-8")
    config = Config(
        {
            "paths": {"ward": str(ward)},
            "nlp": {"lang": "en", "pipeline": ["context"]},
            "components": {
                "context": {"factory": "clinical_context", "rules": ["en", "${paths.ward}"]}
            },
        }
    )
    nlp = spacy.util.load_model_from_config(config, auto_fill=True)
    rules = nlp.get_pipe("context").rules  # type: ignore[attr-defined]
    nlp.to_disk(tmp_path / "saved")
    file = tmp_path / "saved" / "config.cfg"
    file.write_text(file.read_text().replace(json.dumps(str(ward)), "null"), encoding="utf-8")
    loaded = spacy.load(tmp_path / "saved")
    assert loaded.get_pipe("context").rules == rules  # type: ignore[attr-defined]
    fresh = spacy.util.load_model_from_config(spacy.util.load_config(file))
    with pytest.raises(ContextError, match="SC320"):
        fresh("No fever.")


def test_a_malformed_file_is_named_at_once(tmp_path: Path) -> None:
    path = tmp_path / "mine.tsv"
    path.write_text("no\tabsent\tleft\n", encoding="utf-8")
    with pytest.raises(ContextError, match=r"SC322.*mine\.tsv, line 1"):
        spacy.blank("en").add_pipe("clinical_context", config={"rules": [str(path)]})


def test_rules_are_added(nlp: Language, tmp_path: Path) -> None:
    path = tmp_path / "mine.tsv"
    path.write_text("sans\tabsent\tforward\n", encoding="utf-8")
    context, sections = nlp.get_pipe("clinical_context"), nlp.get_pipe("clinical_sections")
    assert isinstance(context, ClinicalContext)
    assert isinstance(sections, ClinicalSections)
    context.add_rules(str(path))
    assert facts(nlp("Sans fever"))[0][:2] == ("fever", "absent")
    assert "absent" in context.labels
    assert "family_history" in sections.labels


def make_doc(nlp: Language) -> Doc:
    """Four mentions after "No", of which a model has asserted the first two."""
    doc = nlp.make_doc("No fever, cough, rash, pain")
    spans = [
        Span(doc, i, i + 1, label=label) for i, label in ((1, "A"), (3, "A"), (5, "A"), (7, "B"))
    ]
    set_mentions(doc, spans)
    given = [[Assertion("assertion", "possible", score)] for score in (0.9, 0.4)]
    set_assertions(doc, [*given, [Assertion("severity", "mild")], []])
    return doc


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({}, ["possible", "possible", "absent", "absent"]),
        ({"overwrite": True}, ["absent"] * 4),
        ({"min_score": 0.5}, ["possible", "absent", "absent", "absent"]),
        ({"labels": ["B"]}, ["possible", "possible", None, "absent"]),
        ({"labels": ["A"], "overwrite": True}, ["absent", "absent", "absent", None]),
        ({"attribute": "context"}, ["possible", "possible", "absent", "absent"]),
    ],
)
def test_beside_a_model(config: dict[str, object], expected: list[str | None]) -> None:
    nlp = spacy.blank("en")
    context = nlp.add_pipe("clinical_context", config=config)
    doc = context(make_doc(nlp))  # type: ignore[operator]
    assert [span._.assertion for span in doc.spans["clinical"]] == expected
    rows = get_assertions(doc)
    assert Assertion("severity", "mild") in rows[2]
    if config.get("attribute"):
        assert [row[-1].value for row in rows] == ["absent"] * 4


def test_a_model_may_be_sure_where_no_rule_speaks() -> None:
    nlp = spacy.blank("en")
    context = nlp.add_pipe("clinical_context", config={"min_score": 0.5})
    doc = nlp.make_doc("Some fever")
    set_mentions(doc, [Span(doc, 1, 2, label="A")])
    set_assertions(doc, [[Assertion("assertion", "possible", 0.2)]])
    assert context(doc).spans["clinical"][0]._.assertion == "possible"  # type: ignore[operator]


def test_sentences_are_left_or_replaced() -> None:
    nlp = spacy.blank("en")
    doc = nlp.make_doc("Dr. Wu saw. Him")
    doc[2].is_sent_start = True
    keep = nlp.add_pipe("clinical_sentences")
    replace = nlp.add_pipe("clinical_sentences", "again", config={"overwrite": True})
    assert [s.start for s in keep(doc).sents] == [0, 2]  # type: ignore[operator]
    assert [s.text for s in replace(doc).sents] == ["Dr. Wu saw.", "Him"]  # type: ignore[operator]


def test_retokenised_white_space_belongs_to_the_sentence_before() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("clinical_sentences")
    assert [s.text for s in nlp("One.\n\n\nTwo.  Three.\n").sents] == [
        "One.\n\n\n",
        "Two.  ",
        "Three.\n",
    ]


def test_a_border_inside_a_token_moves_to_its_begin() -> None:
    """spaCy's English tokenizer keeps ",PLAN" together."""
    nlp = spacy.blank("en")
    nlp.add_pipe("clinical_sections")
    doc = nlp("PMH:, Gout.,PLAN:, Rest.")
    assert [span.text for span in doc.spans["sections"]] == ["PMH:, Gout.", ",PLAN:, Rest."]
    assert [list(h) for h in doc.spans["sections"].attrs["headings"]] == [[0, 3], [12, 16]]


def test_only_the_rules_that_count_are_built(monkeypatch: pytest.MonkeyPatch) -> None:
    nlp = spacy.blank("en")
    component: Any = nlp.add_pipe("clinical_context")
    built = []
    build = type(component).build
    monkeypatch.setattr(
        type(component), "build", lambda self, rules: built.append(rules) or build(self, rules)
    )
    component.rules = [rule for rule in component.rules if rule.category == "absent"]
    kept = component.rules
    nlp("No fever.")
    nlp("No cough.")
    assert built == [kept]
