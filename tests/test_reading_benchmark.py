"""The benchmark of reading: what is found, what is read, and vectors that are made once."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy
import pytest
from spacy.language import Language

from spacy_clinical.corpus.squad import SquadReader


def test_reading_is_measured(
    reader: Language,
    squad: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A reader that knows its two answers by heart, of one article."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "benchmarks"))
    from covid_qa import first_sentences, hits, read, search_both, sentences

    texts = list(SquadReader(squad))
    reader.to_disk(tmp_path / "reader")
    read(texts, str(tmp_path / "reader"), 2)
    said = capsys.readouterr().out
    assert "2 of 2 answered" in said and "aren't the article's: 0" in said
    first_sentences(texts)
    assert "3 of 3 answered" in capsys.readouterr().out
    assert hits(texts, sentences)[5] == pytest.approx(2 / 3)  # one question has no answer
    made: list[str] = []

    def vectors(given: Sequence[str]) -> Any:
        made.extend(given)
        return numpy.ones((len(given), 1))

    search_both(texts, vectors)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "of 1 articles, 3 questions:" and len(lines) == 10
    assert all("hit@5  66.7" in line for line in lines[1:])
    assert len(made) == len(set(made))  # passages of all lengths have the same sentences
