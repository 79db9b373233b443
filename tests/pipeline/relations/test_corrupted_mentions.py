"""Wrong copies of right mentions."""

import numpy
from hypothesis import given
from hypothesis import strategies as st

from spacy_clinical.pipeline.relations.corrupted_mentions import Place, corrupt


def test_none_and_all() -> None:
    right: list[Place] = [(0, 2, "DRUG"), (4, 5, "SIGN")]
    assert corrupt(right, 0.0, 6, ["DRUG", "SIGN"]) == []
    numpy.random.seed(0)
    drawn = {place for _ in range(200) for place in corrupt(right, 1.0, 6, ["DRUG", "SIGN"])}
    assert drawn == {
        (0, 2, "SIGN"), (0, 1, "DRUG"), (1, 2, "DRUG"), (0, 3, "DRUG"),
        (4, 5, "DRUG"), (3, 5, "SIGN"), (4, 6, "SIGN"),
    }  # fmt: skip


def test_a_document_in_which_nothing_can_be_wrong() -> None:
    assert corrupt([(0, 1, "DRUG")], 1.0, 1, ["DRUG"]) == []


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(1, 4), st.sampled_from("AB")), max_size=8),
    st.floats(0, 1),
)
def test_never_right(drawn: list[tuple[int, int, str]], share: float) -> None:
    right = [(start, min(start + width, 10), label) for start, width, label in drawn]
    wrong = corrupt(right, share, 10, ["A", "B", "C"])
    assert len(wrong) <= len(right)
    assert not set(wrong) & set(right)
    assert all(0 <= start < end <= 10 for start, end, _ in wrong)
