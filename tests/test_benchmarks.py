"""The benchmarks that compare systems: plan, resume keys, tables, tags, windows, baselines."""

import ast
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from .conftest import TINY_CONFIG, make_examples

FOLDER = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture(autouse=True, scope="module")
def on_path() -> Iterator[None]:
    """As when a script of the folder runs."""
    sys.path.insert(0, str(FOLDER))
    yield
    sys.path.remove(str(FOLDER))


def options(folder: Path, *, table: bool = False) -> Any:
    return SimpleNamespace(output=folder, table=table)


def test_seeds_come_last() -> None:
    from comparison.runs import plan

    names = [run.name for run in plan(["a", "b"], ["x", "y"], [0, 1])]
    assert names[:4] == ["a-x-0", "b-x-0", "a-y-0", "b-y-0"]
    assert names[4:] == ["a-x-1", "b-x-1", "a-y-1", "b-y-1"]


def test_what_is_there_is_not_run_again(tmp_path: Path) -> None:
    """The second time one run has other settings: it alone is run. Killed in between, the first
    run's scores stay."""
    from comparison.runs import plan, run_all

    runs = plan(["a", "b"], ["x"], [0])
    settings = {"a": {"epochs": 8}, "b": {"epochs": 8}}
    done: list[str] = []

    def describe(run: Any, _: Any) -> dict[str, Any]:
        return settings[run.system]

    def score(run: Any, _: Any) -> dict[str, Any]:
        if done and done[-1] == "stop":
            raise KeyboardInterrupt
        done.append(run.name)
        return {"f": len(done)}

    found, missing = run_all(runs, options(tmp_path), describe, score)
    assert (done, missing) == (["a-x-0", "b-x-0"], [])
    settings["b"] = {"epochs": 9}
    found, missing = run_all(runs, options(tmp_path, table=True), describe, score)
    assert [run.name for run in missing] == ["b-x-0"]
    assert list(found.values()) == [{"f": 1}]
    done.append("stop")
    with pytest.raises(KeyboardInterrupt):
        run_all(runs, options(tmp_path), describe, score)
    done.pop()
    found, _ = run_all(runs, options(tmp_path), describe, score)
    assert done == ["a-x-0", "b-x-0", "b-x-0"]
    assert [scores["f"] for scores in found.values()] == [1, 3]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a-x-0.json", "b-x-0.json"]


def test_mean_and_spread() -> None:
    from comparison.tables import percent

    assert percent([0.8]) == "80.00"
    assert percent([0.8, 0.82]) == "81.00 ± 1.41"
    assert percent([None, 0.5]) == "50.00"
    assert percent([]) == percent([None]) == "-"


def entity_scores(f: float, **labels: float) -> dict[str, Any]:
    rows = {label: {"f": value, "gold": 3} for label, value in labels.items()}
    return {"strict": {"p": f, "r": f, "f": f}, "lenient": {"f": 0.9}, "labels": rows}


def test_tables_of_entities() -> None:
    from comparison.runs import Run, group_seeds
    from comparison.tables import label_rows, score_rows

    found = {
        Run("a", "x", 0): entity_scores(0.5, Drug=0.5),
        Run("b", "x", 0): entity_scores(0.6, Drug=0.6, Sign=0.4),
        Run("a", "x", 1): entity_scores(0.7, Drug=0.7),
    }
    groups = list(group_seeds(found))
    assert score_rows(groups) == [
        ("x", "a", "2", *["60.00 ± 14.14"] * 3, "90.00 ± 0.00"),
        ("x", "b", "1", *["60.00"] * 3, "90.00"),
    ]
    systems, rows = label_rows(groups)
    assert systems == ["a", "b"]
    assert rows == [
        ("Drug", "3", "60.00 ± 14.14", "60.00"),
        ("Sign", "3", "0.00 ± 0.00", "40.00"),
    ]


def test_tables_of_relations() -> None:
    from comparison.tables import biored_rows, relation_rows

    prf = {"f": 0.25}
    part = {"strict": prf, "boundary": {"f": 0.5}, "lenient": {"f": 0.75}, "macro_f": 0.125}
    scores: dict[str, Any] = {"given": part, "end_to_end": part, "entities": {"f": 1.0}}
    scores["concepts"] = {"given": {"f": 0.625}, "end_to_end": None}
    (row,) = relation_rows([("x", "a", [scores])])
    given = ("25.00", "-", "12.50", "62.50")
    assert row[3:] == (*given, "25.00", "50.00", "75.00", "-", "100.00", "-")
    assert biored_rows([("x", "a", [scores])]) == []
    levels = {level: prf for level in ("pair", "type", "novelty", "all")}
    scores["biored"] = {**levels, "macro_f": 0.5}
    assert biored_rows([("x", "a", [scores])]) == [("a", *["25.00"] * 4, "50.00")]


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("O B-X I-X O", [(1, 3, "X")]),
        ("B-X B-X I-X", [(0, 1, "X"), (1, 3, "X")]),
        ("I-X I-Y O I-Y", [(0, 1, "X"), (1, 2, "Y"), (3, 4, "Y")]),
        ("B-X I-Y I-Y", [(0, 1, "X"), (1, 3, "Y")]),
        ("O O", []),
    ],
)
def test_tags(tags: str, expected: list[tuple[int, int, str]]) -> None:
    from comparison.huggingface import from_tags

    assert from_tags(tags.split()) == expected


@pytest.mark.parametrize("size, overlap", [(16, 4), (24, 8), (48, 0)])
def test_every_word_is_in_one_window(tiny_encoder: Path, size: int, overlap: int) -> None:
    """Words of several pieces, and white space, which has none; the piece is each word's first."""
    import spacy
    from comparison.huggingface import cut
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(tiny_encoder, use_fast=True)
    words = ["metformins", "for", "\n", "patient", "aabc", "500", "mg"] * 9
    doc = spacy.tokens.Doc(spacy.blank("en").vocab, words=words)
    windows = cut(doc, tokenizer, size, overlap)
    assert len(windows) > 1
    assert all(len(window.ids) <= size for window in windows)
    found = [(word, window.ids[position]) for window in windows for position, word in window.words]
    first = {word: tokenizer.encode(word, add_special_tokens=False)[:1] for word in set(words)}
    expected = [(i, first[word][0]) for i, word in enumerate(words) if first[word]]
    assert sorted(found) == expected


def test_plain_pairs_have_the_gradient_of_their_sum(tiny_encoder: Path) -> None:
    """A mention in four pairs gets the sum of four gradients: the tutorial's trap, which averages
    them. Against finite differences."""
    import torch
    from comparison.mean_pairs import MeanPairs

    torch.manual_seed(0)
    network = MeanPairs(3, 2, 1, []).double()
    mentions = torch.tensor([[0, 1, 0], [2, 4, 0], [4, 5, 0]])
    pairs = torch.tensor([[0, 1], [1, 0], [0, 2], [2, 0]])
    tokens = torch.randn(6, 3, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: network(x, None, mentions, pairs), tokens)
    network(tokens, None, mentions, pairs).sum().backward()
    weight = network.output.weight.sum(0)
    expected = 2 * (weight[:3] + weight[3:])
    assert torch.allclose(tokens.grad[0], expected)  # type: ignore[index]
    assert torch.allclose(tokens.grad[2], expected / 4)  # type: ignore[index]
    assert not tokens.grad[[1, 5]].any()  # type: ignore[index]


def test_every_pair(tiny_nlp: Any) -> None:
    """DRUG - SIGN is TREATS in training: each such pair of a sentence gets it."""
    from comparison.every_pair import EveryPair

    from spacy_clinical.docs import get_relation_rows

    system = EveryPair()
    system.learn([eg.reference for eg in make_examples(tiny_nlp)], [])
    assert system.labels == {("DRUG", "SIGN"): "TREATS"}
    doc = make_examples(tiny_nlp)[1].reference.copy()
    for token in doc:
        token.is_sent_start = token.i in (0, 3)
    assert get_relation_rows(system(doc)) == []  # in two sentences
    first = make_examples(tiny_nlp)[0].reference.copy()
    for token in first:
        token.is_sent_start = token.i == 0
    assert get_relation_rows(system(first)) == [(0, 1, "TREATS", 1.0)]


@pytest.mark.parametrize("system", ["sentence", "pooled", "ours"])
def test_heads_on_stored_vectors(tiny_nlp: Any, tmp_path: Path, system: str) -> None:
    """The encoder runs once, and is gone. Heads find the one relation that there is. "No fever ."
    isn't parted by the rules, so every pair in a sentence is right twice and wrong twice."""
    import shutil

    from comparison.modes import make_frozen
    from comparison.relations import score_relations
    from comparison.runs import Run
    from spacy.tokens import DocBin
    from thinc.api import Config

    path = tmp_path / "x" / "train.spacy"
    path.parent.mkdir()
    DocBin(docs=[eg.reference for eg in make_examples(tiny_nlp)]).to_disk(path)
    Config().from_str(TINY_CONFIG).to_disk(tmp_path / "ours.cfg")
    tiny_nlp.to_disk(tmp_path / "model")
    settings: dict[str, Any] = {"base": {"maccrobat": tmp_path / "model"}, "work": tmp_path}
    settings["modes"] = {"ours": str(tmp_path / "ours.cfg")}
    run, paths = Run(f"{system}_frozen", "maccrobat", 0), {"train": path, "eval": path}
    first, _ = make_frozen(run, paths, SimpleNamespace(**settings, epochs=1))
    shutil.rmtree(tmp_path / "model" / "transformer")
    nlp, _ = make_frozen(run, paths, SimpleNamespace(**settings, epochs=60))
    assert first.pipe_names == nlp.pipe_names
    scores = score_relations(nlp, paths, concepts=False)
    expected = 2 / 3 if system == "sentence" else 1.0
    assert scores["given"]["strict"]["f"] == pytest.approx(expected)
    assert ("candidate_recall" in scores) == (system != "sentence")


def test_the_stock_config_is_stock() -> None:
    """spaCy's and spacy-transformers' own parts; of ours only the reader of the same documents."""
    import comparison.stock_corpus  # noqa: F401
    import spacy
    from spacy.util import load_config, walk_dict

    path = FOLDER / "comparison" / "spacy_ner.cfg"
    config = load_config(path, overrides={"paths.encoder": "not loaded before training"})
    nlp = spacy.util.load_model_from_config(config, auto_fill=True)
    assert nlp.pipe_names == ["transformer", "ner"]
    registered = [str(value) for key, value in walk_dict(config) if key[-1].startswith("@")]
    ours = {name for name in registered if name.startswith(("spacy-clinical", "comparison"))}
    assert ours == {"spacy-clinical.Corpus.v1", "comparison.StockCorpus.v1"}


def test_the_stock_parser_gets_no_mention_that_borders_on_white_space(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """spaCy's `ner` stops at "rash\n" and "\nfever" and takes "no\nrash": two dropped, one kept."""
    import spacy
    from comparison.stock_corpus import make_stock_corpus
    from spacy.tokens import DocBin

    nlp = spacy.blank("en")
    doc = nlp("a rash\n then \n fever and no\nrash")
    places = [(2, 8), (13, 20), (25, 32)]
    doc.ents = [doc.char_span(*place, label="X", alignment_mode="expand") for place in places]
    DocBin(docs=[doc]).to_disk(tmp_path / "one.spacy")
    read = make_stock_corpus(tmp_path / "one.spacy")
    (example,) = read(nlp)
    assert [ent.text for ent in example.reference.ents] == ["no\nrash"]
    list(read(nlp))
    assert capsys.readouterr().err.count("2 mentions border on white space") == 1


def test_scores_are_taken_from_an_evaluation() -> None:
    from comparison.relations import shorten

    def count(f: float | None) -> dict[str, Any]:
        return {**{x: {"value": f} for x in "prf"}, "right": 1, "missed": 2}

    kinds = {"strict": 0.25, "boundary": 0.5, "lenient": 0.75}
    task = {kind: {"all": count(f), "macro": {"f": 0.125}} for kind, f in kinds.items()}
    task["strict"]["labels"] = {"TREATS": count(None)}
    task["curve"] = {"points": [[0.9, 1.0, 0.1], [0.5, 0.5, 0.5], [0.1, 0.2, 0.6]]}
    names = ("entities", "relations_given_mentions", "relations_end_to_end")
    scores = {"tasks": dict.fromkeys(names, task), "losses": {"candidate_recall": 0.9}}
    found = shorten(scores)
    assert found["given"]["lenient"]["f"] == 0.75
    assert found["given"]["macro_f"] == 0.125
    assert found["given"]["best_f"] == 0.5
    assert found["given"]["labels"] == {"TREATS": {"p": 0.0, "r": 0.0, "f": 0.0, "gold": 3}}
    assert found["concepts"] == {"given": None, "end_to_end": None}
    assert found["candidate_recall"] == 0.9


@pytest.mark.parametrize(("lines", "told"), [(40, "no index"), (2100, "an index of")])
def test_traces_in_trails_of_any_length(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lines: int, told: str
) -> None:
    """A short trail has no index to measure."""
    from audit import measure_trace

    measure_trace(tmp_path, lines)
    assert capsys.readouterr().out.count(told) == 4


def test_what_the_cost_of_a_trail_needs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from audit import main

    monkeypatch.setattr(sys, "argv", ["audit.py"])
    with pytest.raises(SystemExit):
        main()
    assert "MODEL and NOTES are needed" in capsys.readouterr().err


def test_options_stand_anywhere_in_a_line_that_fuzzes() -> None:
    from fuzz import parse

    for line in ("7 3 --counts c brat cda", "--counts c 7 3 brat cda", "7 3 brat cda --counts c"):
        found = parse(line.split())
        assert (found.trials, found.first, found.formats) == (7, 3, ["brat", "cda"])
        assert found.counts == Path("c")


def _imported(folder: str) -> Iterator[tuple[Path, str, str]]:
    for path in (FOLDER.parent / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                "spacy_clinical"
            ):
                yield from ((path, node.module or "", alias.name) for alias in node.names)


@pytest.mark.parametrize("folder", ["benchmarks", "assets"])
def test_what_scripts_import_of_the_package_exists(folder: str) -> None:
    """Also what they import when they have worked for an hour."""
    rows = list(_imported(folder))
    assert rows
    for path, module, name in rows:
        there = hasattr(importlib.import_module(module), name)
        assert there or importlib.util.find_spec(f"{module}.{name}"), (path, module, name)
