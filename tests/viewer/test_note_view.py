"""The layout of text: nothing of it is lost, every mention is around its own characters."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spacy_clinical.viewer.note_view import MAX_LANES, Mark, choose_lanes, excerpt, lay_out

ENDS = "\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"


def mark(i: int, *fragments: tuple[int, int]) -> Mark:
    (lane,) = choose_lanes([fragments])
    return Mark(f"m{i}", "A", 0, fragments, "A", "A", "", "", lane)


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, list[Mark]]:
    text = draw(st.text(alphabet="ab \n\r\u2028<&", min_size=1, max_size=40))
    places = st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))
    spans = draw(st.lists(places.filter(lambda p: p[0] < p[1]), max_size=6))
    return text, [mark(i, span) for i, span in enumerate(spans)]


@given(texts())
def test_text_is_whole(given: tuple[str, list[Mark]]) -> None:
    text, marks = given
    lines = lay_out(text, marks)
    assert ["".join(p.text for p in line) for line in lines] == [
        line.rstrip(ENDS) for line in text.splitlines(keepends=True)
    ]
    for one in marks:
        ((start, end),) = one.fragments
        shown = [
            p.text
            for line in lines
            for p in line
            if one in [wrapper.mark for wrapper in p.wrappers]
        ]
        assert "".join(shown) == re.sub(r"[\r\n\u2028]", "", text[start:end])
        firsts = [
            w for line in lines for p in line for w in p.wrappers if w.mark == one and w.is_first
        ]
        assert len(firsts) == (1 if shown else 0)


def test_nested_and_crossing() -> None:
    """The longer runs outside; of a discontinuous one the parts are marked as such."""
    outer, inner, split = mark(0, (0, 9)), mark(1, (3, 6)), mark(2, (10, 12), (14, 16))
    (line,) = lay_out("abcdefghij lmnop", [outer, inner, split])
    assert [(p.text, [w.mark.id for w in p.wrappers]) for p in line] == [
        ("abc", ["m0"]),
        ("def", ["m0", "m1"]),
        ("ghi", ["m0"]),
        ("j", []),
        (" l", ["m2"]),
        ("mn", []),
        ("op", ["m2"]),
    ]
    assert [[(m.id, more) for m, more in p.tags] for p in line if p.tags] == [
        [("m1", False)],
        [("m0", False)],
        [("m2", True)],
        [("m2", False)],
    ]


@pytest.mark.parametrize(
    ("fragments", "lanes"),
    [
        ([((0, 5),), ((6, 9),)], [0, 0]),
        ([((0, 9),), ((3, 5),)], [1, 0]),
        ([((0, 5),), ((3, 9),)], [0, 1]),
        ([((0, 2), (8, 9)), ((3, 7),)], [0, 0]),
        ([((0, i + 1),) for i in range(9)], [min(i, MAX_LANES - 1) for i in range(9)]),
        ([], []),
    ],
)
def test_lanes(fragments: list, lanes: list[int]) -> None:
    assert choose_lanes(fragments) == lanes


def test_excerpt() -> None:
    assert excerpt("a\n  b") == "a b"
    assert excerpt("x" * 60) == "x" * 60
    assert len(excerpt("x" * 99)) <= 60
