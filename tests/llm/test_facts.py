"""Facts that a language model gives: asked over a real server, taken where the note has them."""

import json
import socket
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.language import Language
from spacy.util import load_config

from spacy_clinical.batch.worker_pool import annotate_notes
from spacy_clinical.docs import get_assertions, get_name, get_relations, name_doc, set_mentions
from spacy_clinical.errors import LanguageModelError
from spacy_clinical.formats.jsonl import write_jsonl
from spacy_clinical.llm.answer_grounding import Answer, read_answer
from spacy_clinical.llm.facts_task import read_counts
from spacy_clinical.llm.few_shot import FewShot
from spacy_clinical.llm.note_pieces import cut_note
from spacy_clinical.llm.openai_server import check_host, make_openai_server
from spacy_clinical.llm.prompt import show
from spacy_clinical.llm.self_consistency import agree
from spacy_clinical.note import Note
from spacy_clinical.schema import Schema

from ..conftest import asserted, make_record
from .recorded_teacher import Faults, Teacher, serve

pytest.importorskip("spacy_llm", reason="the extra `llm`")
SCHEMA = {
    "entities": ["DRUG", "SIGN"],
    "relations": {"TREATS": {"head": ["DRUG"], "tail": ["SIGN"]}},
    "attributes": {"assertion": ["present", "absent"]},
}
GOLD = [asserted(make_record(i)) for i in range(2)]
READ = Schema.from_dict(SCHEMA)


def make_pipeline(url: str, task: dict[str, Any] | None = None, **model: Any) -> Language:
    nlp = spacy.blank("en")
    settings: dict[str, Any] = {"url": url, "name": "tiny", "context_length": 8192, "retries": 0}
    config = {
        "task": {"@llm_tasks": "spacy-clinical.LLMFacts.v1", "schema": SCHEMA, **(task or {})},
        "model": {"@llm_models": "spacy-clinical.OpenAICompatible.v1", **settings, **model},
    }
    nlp.add_pipe("llm", config=config)
    return nlp


def test_a_faithful_teacher() -> None:
    """Mentions, assertions and relations come as they were annotated, with the source."""
    teacher = Teacher(GOLD, Faults(), ["DRUG", "SIGN"])
    with serve(teacher) as url:
        docs = list(make_pipeline(url).pipe([record.text for record in GOLD]))
    assert [[(s.text, s.label_) for s in doc.spans["clinical"]] for doc in docs] == [
        [("aspirin", "DRUG"), ("pain", "SIGN")],
        [("fever", "SIGN"), ("aspirin", "DRUG")],
    ]
    assert [(r.head.text, r.label, r.tail.text) for r in get_relations(docs[0])] == [
        ("aspirin", "TREATS", "pain")
    ]
    assert [[a.value for a in row] for row in get_assertions(docs[1])] == [["absent"], ["absent"]]
    assert docs[0].spans["clinical"].attrs["sources"] == ["llm", "llm"]
    assert [ent._.score for ent in docs[0].ents] == [1.0, 1.0]
    assert read_counts(docs) == {"answers": 2}


def test_samples_that_agree_are_the_score() -> None:
    """Eight samples with other seeds; a mention that a third of them miss scores what is left."""
    teacher = Teacher(GOLD, Faults(missed=0.3), ["DRUG", "SIGN"])
    with serve(teacher) as url:
        doc = make_pipeline(url, {"samples": 8}, temperature=0.7)(GOLD[0].text)
    assert sorted(request["seed"] for request in teacher.requests) == list(range(8))
    scores = doc.spans["clinical"].attrs["scores"]
    assert scores and all(score * 8 == int(score * 8) and score >= 0.5 for score in scores)


def test_long_notes_are_cut_and_no_piece_is_lost() -> None:
    text = " ".join(record.text for record in GOLD * 10)
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    doc = nlp(text)
    pieces = list(cut_note(doc, 200, 200))
    assert [token.i for piece in pieces for token in piece] == list(range(len(doc)))
    assert len(pieces) > 4 and max(len(piece.text) for piece in pieces) <= 100
    assert all(piece.text.endswith(".") for piece in pieces)
    with pytest.raises(LanguageModelError, match="SC858"):
        list(cut_note(doc, 400, 200))
    assert list(cut_note(nlp(""), 0, None)) == []


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        ([{"id": "1", "label": "DRUG", "quote": "insulin"}], "invented"),
        ([{"id": "1", "label": "DRUG", "quote": "  "}], "invented"),
        ([{"id": "1", "label": "PLACE", "quote": "aspirin"}], "unknown_label"),
        ([{"id": "1", "label": "SIGN", "quote": "pai"}], "inside_tokens"),
        ([{"id": "1", "label": "DRUG", "quote": "aspirin", "occurrence": 3}], "unclear_place"),
        ([{"id": "1", "label": "DRUG", "quote": "aspirin"}], "unclear_place"),
    ],
)
def test_what_is_dropped_is_counted(rows: list[dict], count: str) -> None:
    doc = spacy.blank("en")("No aspirin. Then aspirin for pain.")
    counts: Counter[str] = Counter()
    found = read_answer(json.dumps({"mentions": rows}), doc[:], READ, counts)
    assert found == Answer({}, set())
    assert counts[count] == 1


def test_relations_that_the_schema_forbids() -> None:
    doc = spacy.blank("en")("Aspirin for pain.")
    mentions = [
        {"id": "a", "label": "DRUG", "quote": "Aspirin", "assertion": "present"},
        {"id": "b", "label": "SIGN", "quote": "pain", "assertion": None},
    ]
    pairs = [("b", "a"), ("a", "c"), ("a", "a"), ("a", "b")]
    relations = [{"head": h, "label": "TREATS", "tail": t} for h, t in pairs]
    counts: Counter[str] = Counter()
    text = json.dumps({"mentions": mentions, "relations": relations})
    found = read_answer(f"Sure! {text}", doc[:], READ, counts)
    assert found is not None
    assert found.relations == {((0, 1, "DRUG"), "TREATS", (2, 3, "SIGN"))}
    assert counts == {"answers": 1, "mended": 1, "wrong_relation": 3}


@pytest.mark.parametrize(
    ("word", "said", "dropped"),
    [
        ("negated", "absent", 0),
        ("Absent", "absent", 0),
        ("affirmed", "present", 0),
        (None, "", 0),
        ("", "", 0),
        ("perhaps", None, 1),
        ("possible", None, 1),  # known, but the schema has no word for it
        (False, None, 1),
        (["absent"], None, 1),
    ],
)
def test_words_of_assertion(word: Any, said: str | None, dropped: int) -> None:
    """In the schema's words; a mention with a word that nobody knows goes with its relations."""
    doc = spacy.blank("en")("Aspirin for pain.")
    rows = [
        {"id": "a", "label": "DRUG", "quote": "Aspirin", "assertion": "present"},
        {"id": "b", "label": "SIGN", "quote": "pain", "assertion": word},
    ]
    relation = {"head": "a", "label": "TREATS", "tail": "b"}
    counts: Counter[str] = Counter()
    text = json.dumps({"mentions": rows, "relations": [relation]})
    found = read_answer(text, doc[:], READ, counts)
    assert found is not None and found.mentions.get((2, 3, "SIGN")) == said
    assert len(found.relations) == 1 - dropped
    assert (counts["unknown_assertion"], counts["wrong_relation"]) == (dropped, dropped)


@pytest.mark.parametrize("answer", ["", "none", "[1]", '{"mentions": [', "{" * 100_000 + "}"])
def test_broken_answers(answer: str) -> None:
    counts: Counter[str] = Counter()
    assert read_answer(answer, spacy.blank("en")("a")[:], READ, counts) is None
    assert counts["broken"] == 1


def test_a_line_end_within_the_words() -> None:
    doc = spacy.blank("en")("He has chest\n pain.")
    schema = Schema(entities=("SIGN",))
    row = {"id": "1", "label": "SIGN", "quote": "chest pain"}
    found = read_answer(json.dumps({"mentions": [row]}), doc[:], schema, Counter())
    assert found is not None and [doc[s:e].text for s, e, _ in found.mentions] == ["chest\n pain"]


def test_agreement_by_hand() -> None:
    """Three answers: a in all, b in two of them, c in one; two of three see a as absent."""
    a, b, c = ((i, i + 1, "X") for i in range(3))
    first = Answer({a: "absent", b: ""}, {(a, "R", b)})
    second = Answer({a: "present", b: "absent", c: ""}, {(a, "R", b), (a, "R", c)})
    third = Answer({a: "absent"}, set())
    found = agree([first, second, third], 0.5)
    assert found.mentions == {a: 1.0, b: 2 / 3}
    assert found.assertions[a] == ("absent", 2 / 3)
    assert found.relations == {(a, "R", b): 2 / 3}


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        (("present", "absent"), "absent"),
        (("absent", "present"), "absent"),
        (("", "absent"), "absent"),
        (("", "present"), "present"),
        (("present", "possible", "absent", "possible"), "possible"),
    ],
)
def test_answers_in_equal_number(values: tuple[str, ...], kept: str) -> None:
    """The order of the answers decides nothing: what denies weighs more."""
    place = (0, 1, "X")
    found = agree([Answer({place: value}, set()) for value in values], 0.5)
    assert found.assertions[place][0] == kept


def test_examples_are_near_and_never_the_note_itself(tmp_path: Path) -> None:
    choice = FewShot(GOLD, n=2)
    assert [shown.text for shown in choice.choose("A fever .")] == [GOLD[0].text, GOLD[1].text]
    assert [shown.text for shown in choice.choose(GOLD[1].text)] == [GOLD[0].text]
    assert [shown.text for shown in choice.choose("other", id="doc0")] == [GOLD[1].text]
    write_jsonl(GOLD, tmp_path / "gold.jsonl")
    few = {"@misc": "spacy-clinical.FewShot.v1", "corpus": str(tmp_path / "gold.jsonl"), "n": 1}
    teacher = Teacher(GOLD, Faults(), ["DRUG", "SIGN"])
    with serve(teacher) as url:
        make_pipeline(url, {"few_shot": few})(GOLD[0].text)
    (request,) = teacher.requests
    assert show(GOLD[1]).answer in request["messages"][0]["content"]


def test_a_note_in_other_words_is_no_example_for_itself(tmp_path: Path) -> None:
    """By its name, which a corpus's document has, and one of a run is told; the name stays."""
    write_jsonl(GOLD, tmp_path / "gold.jsonl")
    few = {"@misc": "spacy-clinical.FewShot.v1", "corpus": str(tmp_path / "gold.jsonl"), "n": 2}
    text = f"{GOLD[0].text} Seen again."
    for run in (False, True):
        teacher = Teacher([replace(GOLD[0], text=text)], Faults(), ["DRUG", "SIGN"])
        with serve(teacher) as url:
            nlp = make_pipeline(url, {"few_shot": few})
            if run:
                annotate_notes(nlp, [Note("doc0", text)])
            else:
                doc = nlp.make_doc(text)
                set_mentions(doc, [])
                name_doc(doc, "doc0", {"ward": 3})
                assert get_name(nlp(doc)) == ("doc0", {"ward": 3})
        (request,) = teacher.requests
        content = request["messages"][0]["content"]
        assert show(GOLD[1]).answer in content and show(GOLD[0]).answer not in content


def test_answers_are_kept_in_private(tmp_path: Path) -> None:
    """A second run asks nothing; a folder that others may read is refused."""
    teacher = Teacher(GOLD, Faults(), ["DRUG", "SIGN"])
    folder = tmp_path / "answers"
    with serve(teacher) as url:
        for _ in range(2):
            doc = make_pipeline(url, answers=str(folder))(GOLD[0].text)
    assert len(teacher.requests) == 1
    assert len(doc.ents) == 2
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.chmod(0o755)
    with pytest.raises(LanguageModelError, match="SC854"):
        make_openai_server("http://localhost:1/v1", "a", 100, answers=folder)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://models.example/v1", "SC850"),
        ("http://10.0.0.7:8080/v1", "SC850"),
        ("http://127.0.0.1.example/v1", "SC850"),
        ("file:///etc/hosts", "SC853"),
        ("127.0.0.1:8080", "SC853"),
    ],
)
def test_notes_stay_on_this_machine(url: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    with pytest.raises(LanguageModelError, match=code):
        make_pipeline(url)
    check_host("https://models.example/v1", allow_remote=True)


def test_a_server_that_fails() -> None:
    """Neither the note nor the answer stands in the error."""
    teacher = Teacher(GOLD, Faults(), ["DRUG"])
    with serve(teacher, status=500) as url:
        nlp = make_pipeline(url, retries=2)
        with pytest.raises(LanguageModelError, match=r"SC851.*status 500.*3 tries") as caught:
            nlp(GOLD[0].text)
    assert len(teacher.requests) == 3
    assert "aspirin" not in str(caught.value)
    with pytest.raises(LanguageModelError, match="SC851"):
        nlp(GOLD[0].text)


def test_what_cannot_be_asked() -> None:
    with pytest.raises(LanguageModelError, match="SC856"):
        make_pipeline("http://localhost:1/v1", {"schema": {}})
    with pytest.raises(LanguageModelError, match=r"SC857.*severity"):
        make_pipeline(
            "http://localhost:1/v1",
            {"schema": {"entities": ["A"], "attributes": {"severity": ["mild"]}}},
        )


def test_the_config_is_a_pipeline(tmp_path: Path) -> None:
    """As `spacy assemble` makes it; answers are kept where the paths say."""
    path = Path(__file__).parents[2] / "configs" / "llm.cfg"
    write_jsonl(GOLD, tmp_path / "gold.jsonl")
    paths = {"examples": str(tmp_path / "gold.jsonl"), "answers": str(tmp_path / "answers")}
    config = load_config(path, overrides={f"paths.{name}": value for name, value in paths.items()})
    nlp = spacy.util.load_model_from_config(config, auto_fill=True)
    assert nlp.pipe_names == ["clinical_sentences", "llm"]
    nlp.to_disk(tmp_path / "teacher")
    assert "CONDITION" in spacy.load(tmp_path / "teacher").get_pipe("llm").task.labels  # type: ignore[attr-defined]
    assert (tmp_path / "answers").is_dir()
