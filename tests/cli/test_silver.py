"""`silver` and `review`: tables, files, and what they refuse."""

from pathlib import Path

from spacy_clinical.formats.brat import read_brat
from spacy_clinical.formats.jsonl import read_jsonl, write_jsonl

from ..llm.test_silver import draw, f1
from .conftest import Call


def write_sources(folder: Path) -> list[str]:
    gold, good = draw(0.9, 0.05, seed=1)
    _, poor = draw(0.5, 0.3, seed=2)
    for name, corpus in (("gold", gold), ("good", good), ("poor", poor)):
        write_jsonl(corpus, folder / f"{name}.jsonl")
    return ["-s", f"good={folder / 'good.jsonl'}", "-s", f"poor={folder / 'poor.jsonl'}"]


def test_silver_then_review(tmp_path: Path, call: Call) -> None:
    sources, target = write_sources(tmp_path), tmp_path / "silver.jsonl"
    gold = tmp_path / "gold.jsonl"
    output = call("silver", target, *sources, "--gold", gold).output
    assert "20 documents to" in output and "% of true" in output
    assert ["DRUG", "good"] in [line.split()[:2] for line in output.splitlines()]
    silver, true = list(read_jsonl(target)), list(read_jsonl(gold))
    assert f1(silver, true) > f1(list(read_jsonl(tmp_path / "poor.jsonl")), true)
    assert all(e.score is not None for r in silver for e in r.entities)
    seen = tmp_path / "seen.jsonl"
    write_jsonl(true[:15], seen)
    output = call("review", target, tmp_path / "brat", "-n", 3, "--without", seen).output
    assert "3 documents to" in output
    assert {r.id for r in read_brat(tmp_path / "brat")} <= {r.id for r in true[15:]}


def test_bad_calls(tmp_path: Path, refuse: Call) -> None:
    sources = write_sources(tmp_path)
    refuse("SC862", "silver", tmp_path / "out.jsonl", *sources[:2])
    refuse("SC864", "silver", tmp_path / "out.jsonl", *sources, "-s", "nothing")
    refuse("SC864", "silver", tmp_path / "out.jsonl", *sources, "-s", "a=no/such/corpus")
    assert not (tmp_path / "out.jsonl").exists()
