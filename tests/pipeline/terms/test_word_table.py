"""What tokens say, and what unknown words are taken for."""

from pathlib import Path

import numpy
import pytest
import spacy

from spacy_clinical.knowledge.knowledge_base import KnowledgeBase
from spacy_clinical.knowledge.word_hashes import hash_words
from spacy_clinical.pipeline.terms import word_table
from spacy_clinical.pipeline.terms.word_table import (
    CLOSES,
    COMMA,
    HARD,
    NOTHING,
    OPENS,
    SOFT,
    WordTable,
    describe,
)


@pytest.mark.parametrize(
    "text, mark, words, alone",
    [
        ("Diseases", NOTHING, ["diseas"], ""),
        ("IL-2", NOTHING, ["il", "2"], ""),
        ("Crohn's", NOTHING, ["crohn"], ""),
        ("\u2019s", NOTHING, [], ""),
        ("of", NOTHING, [], ""),
        ("and", SOFT, [], ""),
        ("AT", NOTHING, [], "at"),
        ("OR", SOFT, [], "or"),
        ("A", NOTHING, ["lettera"], ""),
        ("-", NOTHING, [], ""),
        (",", COMMA, [], ""),
        (".", HARD, [], ""),
        ("(", OPENS, [], ""),
        (")", CLOSES, [], ""),
        ("\n", SOFT, [], ""),
        ("\n \n", HARD, [], ""),
        ("  ", NOTHING, [], ""),
    ],
)
def test_describe(text: str, mark: int, words: list[str], alone: str) -> None:
    token = describe(text, letter=True)
    assert (token.mark, list(token.words), token.alone) == (mark, words, alone)


def test_words_that_are_not_known(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    strings = spacy.blank("en").vocab.strings
    index = KnowledgeBase(base).terms
    table = WordTable(index, least_typo=5, common=frozenset(("metforming",)))
    said = ["metformin", "metfornin", "metforming", "chestpain", "xyzzyx", "metformin"]
    meant = {"metfornin": ["metformin"], "chestpain": ["chest", "pain"], "metformin": ["metformin"]}
    for most in (
        word_table.MOST,
        3,
    ):  # with few places it forgets what it has seen, and nothing else
        monkeypatch.setattr(word_table, "MOST", most)
        for words in (said, said[::-1], ["copd"], said):
            orths = numpy.array([strings.add(word) for word in words], "uint64")
            rows, tokens = table.find_rows(orths, strings), table.tokens
            values = [int(tokens.values[0, tokens.starts[row]]) for row in rows]
            sums = [int(hash_words(meant.get(w, [])).sum(dtype="uint64")) for w in words]
            assert words == ["copd"] or values == sums
    none = WordTable(index, least_typo=0, common=frozenset())
    rows = none.find_rows(numpy.array([strings.add("metfornin")], "uint64"), strings)
    assert not none.tokens.values[0, none.tokens.starts[rows]].any()
