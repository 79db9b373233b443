"""A picture as SVG or as an HTML page: nothing is loaded, and nothing runs.

What colour says, words and lines say too: every box names its type and how it is said, every link
its relation. Colours are tints of Okabe and Ito's palette, which colour-blind readers tell apart.
"""

from collections.abc import Iterator
from html import escape
from itertools import pairwise

from .clinical_graph import PRESENT
from .layout import BOX_WIDTH, LINE, MARGIN, PADDING, Layout, Place, lay_out
from .picture import REGIMEN, Key, Link, Picture

FONT = "font-family='DejaVu Sans, Verdana, Arial, sans-serif'"
TINTS = {
    "CONDITION": "#fbe3d0",
    "SYMPTOM": "#fdf5c9",
    "MEDICATION": "#d3e8f7",
    "PROCEDURE": "#e4dcf2",
    "TEST": "#d2eee3",
    "LAB_VALUE": "#eef7f3",
    "ANATOMY": "#f7e1ec",
    "DATE": "#ececec",
    REGIMEN: "#eef5fb",
}
PLAIN = "#f2f2f2"
LINKS = {"CAUSES": "#b3420a", "CID": "#b3420a", "TREATS": "#00634a", "INDICATES": "#5b4690"}
LINK, GREY = "#8a919c", "#5f6670"
DASHES = {
    "absent": "7 4",
    "possible": "3 3",
    "hypothetical": "1 4",
    "historical": "10 3 2 3",
}
LETTER = 6.4
PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title>
<style>
body {{ margin: 0; background: #fff; }}
svg {{ display: block; max-width: 100%; height: auto; min-width: 900px; }}
@media print {{ svg {{ min-width: 0; }} }}
</style></head>
<body>
{svg}
</body>
</html>
"""
Rectangle = tuple[float, float, float, float]
Point = tuple[float, float]
Curve = list[Point]


def draw_svg(picture: Picture, title: str) -> str:
    """Draw a picture.

    picture (Picture): The picture.
    title (str): Above it.
    RETURNS (str): An SVG document.
    """
    layout = lay_out(picture)
    footer = footer_of(picture)
    width, height = layout.width, layout.height + LINE * (len(footer) + 1)
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width:.0f} {height:.0f}' "
        f"width='{width:.0f}' height='{height:.0f}' role='img' {FONT}>",
        f"<title>{escape(title)}</title>",
        "<defs>",
        *map(_tip, sorted({*LINKS.values(), LINK})),
        "</defs>",
        f"<rect width='{width:.0f}' height='{height:.0f}' fill='#fff'/>",
        _text(MARGIN, 34, title, size=17, weight="bold"),
        *_column_titles(layout),
        *_draw_links(layout, picture),
        *(svg for place in layout.places.values() if place.box for svg in _draw_box(place)),
        *(_text(MARGIN, layout.height + LINE * i, line) for i, line in enumerate(footer)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def draw_html(picture: Picture, title: str) -> str:
    """Draw a picture as a page.

    picture (Picture): The picture.
    title (str): Above it.
    RETURNS (str): An HTML document.
    """
    return PAGE.format(title=escape(title), svg=draw_svg(picture, title))


def tag_of(label: str, assertion: str, patients: int) -> str:
    """RETURNS (str): A box's small line: its type, how it is said, of how many patients."""
    kind = "" if label == REGIMEN else label.lower().replace("_", " ")
    many = f"{patients} patients" if patients > 1 else ""
    said = "" if assertion == PRESENT else assertion.upper()
    return " · ".join(filter(None, (kind, said, many)))


def _tip(colour: str) -> str:
    """A link's arrowhead: one for each colour, as not every viewer knows `context-stroke`."""
    size = "viewBox='0 0 10 10' refX='9' refY='5' markerWidth='7' markerHeight='7'"
    path = f"<path d='M0 0 10 5 0 10z' fill='{colour}'/>"
    return f"<marker id='tip{colour[1:]}' {size} orient='auto'>{path}</marker>"


def _column_titles(layout: Layout) -> Iterator[str]:
    for i, title in enumerate(layout.columns):
        left = Place(None, i, 0).left
        yield _text(left, 66, title, size=13, weight="bold", fill=GREY)
        yield f"<line x1='{left}' x2='{left + BOX_WIDTH}' y1='72' y2='72' stroke='#c9ced6'/>"


def _draw_box(place: Place) -> Iterator[str]:
    assert place.box is not None
    box, top = place.box, place.y - place.height / 2
    dash = DASHES.get(box.holds[0])
    style = f" stroke-dasharray='{dash}'" if dash else ""
    size = f"width='{BOX_WIDTH}' height='{place.height:.1f}' rx='5'"
    where = "; ".join(map(str, sorted(box.evidence)))
    yield f"<g><title>{escape(' '.join(box.lines))} [{escape(where)}]</title>"
    fill = TINTS.get(box.label, PLAIN)
    yield (f"<rect x='{place.left}' y='{top:.1f}' {size} fill='{fill}' stroke='#3b4048'{style}/>")
    if "family" in box.holds:
        inner = f"width='{BOX_WIDTH - 6}' height='{place.height - 6:.1f}' rx='3'"
        yield (
            f"<rect x='{place.left + 3}' y='{top + 3:.1f}' {inner} fill='none' stroke='#3b4048'/>"
        )
    y = top + PADDING + 12
    for line in place.lines:
        struck = " text-decoration='line-through'" if "absent" in box.holds else ""
        weight = "normal" if box.label == REGIMEN else "bold"
        yield _text(place.left + PADDING, y, line, size=12.5, weight=weight, more=struck)
        y += LINE
    tag = tag_of(box.label, box.assertion, len(box.patients)) or "way of taking"
    yield _text(place.left + PADDING, y - 1, tag, size=10.5, fill=GREY)
    yield "</g>"


def _draw_links(layout: Layout, picture: Picture) -> Iterator[str]:
    curves = {link: curve_of(keys, layout) for link, keys in layout.paths.items()}
    for link, parts in curves.items():
        points = [" ".join(f"{x:.1f},{y:.1f}" for x, y in part[1:]) for part in parts]
        (x, y), colour = parts[0][0], LINKS.get(link.label, LINK)
        path = f"M{x:.1f},{y:.1f} " + " ".join(f"C{part}" for part in points)
        dash = " stroke-dasharray='4 3'" if link.label == "DATED" else ""
        where = "; ".join(map(str, sorted(picture.links[link])))
        yield (
            f"<path d='{path}' fill='none' stroke='{colour}' stroke-width='1.3'{dash} "
            f"marker-end='url(#tip{colour[1:]})'>"
            f"<title>{escape(link.label)} [{escape(where)}]</title></path>"
        )
    for link, (x, y) in find_labels(curves, layout).items():
        halo = " text-anchor='middle' paint-order='stroke' stroke='#fff' stroke-width='4'"
        words, colour = link.label.lower().replace("_", " "), LINKS.get(link.label, GREY)
        yield _text(x, y + 4, words, size=10.5, fill=colour, more=halo)


def find_labels(curves: dict[Link, list[Curve]], layout: Layout) -> dict[Link, Point]:
    """RETURNS (dict[Link, Point]): Where each link's label covers the least."""
    taken = [_around(place) for place in layout.places.values() if place.box]
    return {
        link: _find_room(parts, len(link.label) * LETTER, taken) for link, parts in curves.items()
    }


def curve_of(keys: list[Key], layout: Layout) -> list[Curve]:
    """RETURNS (list[Curve]): Bézier curves, four points each, from box to box through the places
    between."""
    places = [layout.places[key] for key in keys]
    curves = []
    for i, (one, other) in enumerate(pairwise(places)):
        if one.column == other.column:
            x = one.right
            curves.append([(x, one.y), (x + 60, one.y), (x + 60, other.y), (x, other.y)])
            continue
        rightwards = one.column < other.column
        start = (one.right if rightwards else one.left, one.y)
        end = (other.left if rightwards else other.right, other.y)
        middle = (start[0] + end[0]) / 2
        curves.append([start, (middle, start[1]), (middle, end[1]), end])
        if i + 2 < len(places):
            across = (other.right if rightwards else other.left, other.y)
            curves.append([end, end, across, across])
    return curves


def _find_room(curves: list[Curve], width: float, taken: list[Rectangle]) -> Point:
    """The point of a link where its label covers the least of what is there; it is then taken."""
    best: tuple[float, float, Point, Rectangle] | None = None
    for curve in (curves[0], curves[-1]):
        for t in (0.5, 0.6, 0.4, 0.7, 0.3, 0.8, 0.2):
            x, y = _at(curve, t)
            own = (x - width / 2 - 2, y - 7, x + width / 2 + 2, y + 7)
            covered = sum(_overlap(own, other) for other in taken)
            if best is None or (covered, abs(t - 0.5)) < best[:2]:
                best = covered, abs(t - 0.5), (x, y), own
    assert best is not None
    taken.append(best[3])
    return best[2]


def _at(curve: Curve, t: float) -> Point:
    weights = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
    x, y = (sum(w * p[axis] for w, p in zip(weights, curve, strict=True)) for axis in (0, 1))
    return x, y


def _overlap(one: Rectangle, other: Rectangle) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return width * height if width > 0 and height > 0 else 0.0


def _around(place: Place) -> Rectangle:
    half = place.height / 2
    return place.left, place.y - half, place.right, place.y + half


def footer_of(picture: Picture) -> list[str]:
    """RETURNS (list[str]): What stands below the picture: how it is read, what is missing."""
    said = {box.assertion for box in picture.boxes.values()} - {PRESENT}
    lines = []
    if said:
        lines.append(
            "Border and small line tell what isn't simply present: " + ", ".join(sorted(said))
        )
    missing = ", ".join(f"{n} {why}" for why, n in sorted(picture.left_out.items()) if n)
    return [*lines, f"Not drawn: {missing}"] if missing else lines


def _text(
    x: float,
    y: float,
    words: str,
    *,
    size: float = 12,
    weight: str = "normal",
    fill: str = "#1c1f24",
    more: str = "",
) -> str:
    bold = " font-weight='bold'" if weight == "bold" else ""
    return (
        f"<text x='{x:.1f}' y='{y:.1f}' font-size='{size}' fill='{fill}'{bold}{more}>"
        f"{escape(words)}</text>"
    )
