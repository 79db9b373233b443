"""The picture: all that it is meant to show, nothing over anything else, nothing from outside."""

import re
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spacy_clinical.errors import GraphError
from spacy_clinical.graph import KnowledgeGraph, Lookup, build_graph, draw_graph
from spacy_clinical.graph.layout import lay_out, pool
from spacy_clinical.graph.picture import COLUMNS, make_picture
from spacy_clinical.graph.svg_writer import draw_html, draw_svg
from spacy_clinical.records import Record

from .cases import BOB, JANUARY, NOTES, note
from .strategies import FEW, cohorts

SVG = "{http://www.w3.org/2000/svg}"


def words_of(svg: str) -> list[str]:
    return [text.text or "" for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_everything_said_is_drawn() -> None:
    picture = make_picture(Lookup(build_graph([JANUARY])))
    words = words_of(draw_svg(picture, "Ann"))
    for shown in ("Metformin", "strength: 500 mg", "route: PO", "taken as", "treats", "dated"):
        assert shown in words
    assert "symptom · ABSENT" in words
    assert words.count("condition · FAMILY") == 2
    # 14 mentions, less three details, which are one box.
    assert len(picture.boxes) == 14 - 3 + 1
    # The relations, less two of the three details', and the date.
    assert len(picture.links) == 7 - 2 + 1
    assert not any("Roe" in word for word in words)


def test_boxes_of_several_patients_are_one() -> None:
    picture = make_picture(Lookup(build_graph(NOTES)))
    (fever,) = (
        b for b in picture.boxes.values() if b.lines == ["fever"] and b.assertion == "absent"
    )
    assert fever.patients == {"ann", "bob-1"}
    assert "symptom · ABSENT · 2 patients" in words_of(draw_svg(picture, ""))


def test_what_has_no_room_is_counted() -> None:
    whole = make_picture(Lookup(build_graph(NOTES)))
    picture = make_picture(Lookup(build_graph(NOTES)), max_boxes=5)
    assert len(picture.boxes) == 5
    assert picture.left_out["findings beyond the limit"] == len(whole.boxes) - 5
    assert picture.left_out["relations of those"] == len(whole.links) - len(picture.links)
    assert any(word.startswith("Not drawn: ") for word in words_of(draw_svg(picture, "")))
    linked = {key for link in picture.links for key in (link.head, link.tail)}
    assert len(set(picture.boxes) - linked) <= 1  # the fifth, where no link fits any more


def test_values_stand_beside_their_test() -> None:
    said = [("CRP", "TEST"), ("negative", "LAB_VALUE"), ("HIV", "TEST"), ("negative", "LAB_VALUE")]
    record = note(
        "x", "CRP negative, HIV negative", said, [(1, "RESULT_OF", 0), (3, "RESULT_OF", 2)]
    )
    picture = make_picture(Lookup(build_graph([record])))
    assert [box.lines for box in picture.boxes.values()].count(["negative"]) == 2


@FEW
@given(cohorts())
def test_no_box_lies_on_another(records: list[Record]) -> None:
    graph = build_graph(records)
    if not graph.mentions:
        with pytest.raises(GraphError, match="SC660"):
            make_picture(Lookup(graph))
        return
    picture = make_picture(Lookup(graph))
    layout = lay_out(picture)
    for one, other in combinations((p for p in layout.places.values()), 2):
        if one.column == other.column:
            assert abs(one.y - other.y) >= (one.height + other.height) / 2
    assert all(layout.places[key].box is box for key, box in picture.boxes.items())
    columns = {box.column for box in picture.boxes.values()}
    assert len(layout.columns) == len(columns) <= len(COLUMNS)
    svg = draw_svg(picture, "<&>")
    tree = ElementTree.fromstring(svg)
    tips = {f"url(#{marker.get('id')})" for marker in tree.iter(f"{SVG}marker")}
    assert {path.get("marker-end") for path in tree.iter(f"{SVG}path")} - {None} <= tips


@given(st.lists(st.tuples(st.floats(-9, 9), st.floats(0.1, 9)), max_size=8))
def test_pooling_finds_the_nearest_rising_heights(values: list[tuple[float, float]]) -> None:
    wanted, weights = [v for v, _ in values], [w for _, w in values]
    found = pool(wanted, weights)
    assert len(found) == len(wanted)
    assert all(a <= b + 1e-9 for a, b in pairwise(found))
    # Each block of equal heights is its members' weighted mean.
    for height in set(found):
        block = [i for i, value in enumerate(found) if value == height]
        mean = sum(wanted[i] * weights[i] for i in block) / sum(weights[i] for i in block)
        assert mean == pytest.approx(height, abs=1e-6)


def test_pooling_by_hand() -> None:
    assert pool([1, 3, 2, 4], [1, 1, 1, 1]) == [1, 2.5, 2.5, 4]
    assert pool([5, 0], [3, 1]) == [3.75, 3.75]


def test_a_page_loads_nothing() -> None:
    page = draw_html(make_picture(Lookup(build_graph(NOTES))), "Notes")
    outside = re.findall(r"https?://[^\"' ]+", page)
    assert set(outside) == {"http://www.w3.org/2000/svg"}
    assert "<script" not in page
    assert "href" not in page


def test_the_same_graph_gives_the_same_bytes(tmp_path: Path) -> None:
    for name, order in (("a.svg", NOTES), ("b.svg", NOTES[::-1])):
        draw_graph(build_graph(order), tmp_path / name, title="x")
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


@pytest.mark.parametrize("name", ["g.svg", "g.html", "g.png"])
def test_files(tmp_path: Path, name: str) -> None:
    if name.endswith("png"):
        pytest.importorskip("matplotlib")
    picture = draw_graph(build_graph([BOB]), tmp_path / name)
    assert len(picture.boxes) == 6
    content = (tmp_path / name).read_bytes()
    assert content.startswith({"svg": b"<svg", "html": b"<!DO", "png": b"\x89PNG"}[name[2:]])
    assert len(list(tmp_path.iterdir())) == 1


def test_refused(tmp_path: Path) -> None:
    with pytest.raises(GraphError, match="SC659"):
        draw_graph(build_graph([BOB]), tmp_path / "g.pdf")
    with pytest.raises(GraphError, match="SC660"):
        draw_graph(KnowledgeGraph(), tmp_path / "g.svg")
    assert list(tmp_path.iterdir()) == []
