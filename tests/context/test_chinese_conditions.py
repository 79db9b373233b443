"""Chinese conditions and orders: what is to be taken or done is neither taken nor done. Each row of
data/conditions_zh.tsv is a note."""

from pathlib import Path

import pytest

from spacy_clinical.tsv import read_rows

from ..named_notes import name_mentions

ROWS = [tuple(row) for row in read_rows(Path(__file__).parent / "data" / "conditions_zh.tsv")]


@pytest.mark.parametrize(("label", "mention", "assertion", "text"), ROWS)
def test_condition(label: str, mention: str, assertion: str, text: str) -> None:
    (found,) = name_mentions("zh", [mention], label)(text).ents
    assert found._.assertion == assertion
