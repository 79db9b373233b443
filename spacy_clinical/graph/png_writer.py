"""A picture as PNG, by matplotlib: as in SVG, but with no words struck through."""

import io
from typing import TYPE_CHECKING, Any

from ..errors import Errors, GraphError
from .layout import BOX_WIDTH, LINE, MARGIN, PADDING, Layout, Place, lay_out
from .picture import REGIMEN, Picture
from .svg_writer import GREY, LINK, LINKS, PLAIN, TINTS, curve_of, find_labels, footer_of, tag_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DOTS = 144
PIXELS = 72.0
STYLES = {"absent": "--", "possible": ":", "hypothetical": ":", "historical": "-."}


def draw_png(picture: Picture, title: str) -> bytes:
    """Draw a picture.

    picture (Picture): The picture.
    title (str): Above it.
    RETURNS (bytes): A PNG file. Raises GraphError without matplotlib.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        named = {"what": "PNG", "module": "matplotlib", "extra": "eval", "error": error}
        raise GraphError(Errors.SC512.format(**named)) from None
    layout, footer = lay_out(picture), footer_of(picture)
    width, height = layout.width, layout.height + LINE * (len(footer) + 1)
    figure = Figure(figsize=(width / PIXELS, height / PIXELS), facecolor="white")
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(height, 0))
    axes.axis("off")
    _write(axes, MARGIN, 34, title, size=17, weight="bold")
    for i, name in enumerate(layout.columns):
        _write(axes, Place(None, i, 0).left, 66, name, size=13, weight="bold", color=GREY)
    _draw_links(axes, layout)
    for place in layout.places.values():
        _draw_box(axes, place)
    for i, line in enumerate(footer):
        _write(axes, MARGIN, layout.height + LINE * i, line, size=12)
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=DOTS, metadata={"Software": None})
    return stream.getvalue()


def _draw_box(axes: "Axes", place: Place) -> None:
    from matplotlib.patches import FancyBboxPatch

    if place.box is None:
        return
    box, top = place.box, place.y - place.height / 2
    fill, style = TINTS.get(box.label, PLAIN), STYLES.get(box.holds[0], "-")
    edges = [0.0, 3.0] if "family" in box.holds else [0.0]
    for inner in edges:
        corner, size = (place.left + inner, top + inner), BOX_WIDTH - 2 * inner
        patch = FancyBboxPatch(
            corner,
            size,
            place.height - 2 * inner,
            boxstyle="round,pad=0,rounding_size=5",
            facecolor=fill,
            edgecolor="#3b4048",
            linestyle=style,
        )
        axes.add_patch(patch)
    weight = "normal" if box.label == REGIMEN else "bold"
    for i, line in enumerate(place.lines):
        y = top + PADDING + 12 + LINE * i
        _write(axes, place.left + PADDING, y, line, size=12.5, weight=weight)
    tag = tag_of(box.label, box.assertion, len(box.patients)) or "way of taking"
    y = top + PADDING + 11 + LINE * len(place.lines)
    _write(axes, place.left + PADDING, y, tag, size=10.5, color=GREY)


def _draw_links(axes: "Axes", layout: Layout) -> None:
    from matplotlib.patches import FancyArrowPatch
    from matplotlib.path import Path

    curves = {link: curve_of(keys, layout) for link, keys in layout.paths.items()}
    for link, parts in curves.items():
        points = [parts[0][0], *(point for part in parts for point in part[1:])]
        path = Path(points, [Path.MOVETO, *[Path.CURVE4] * (len(points) - 1)])
        style: dict[str, Any] = {"color": LINKS.get(link.label, LINK), "linewidth": 1.3}
        dash = "--" if link.label == "DATED" else "-"
        arrow = FancyArrowPatch(
            path=path, arrowstyle="-|>", mutation_scale=9, linestyle=dash, **style
        )
        axes.add_patch(arrow)
    for link, (x, y) in find_labels(curves, layout).items():
        words = link.label.lower().replace("_", " ")
        background = {"facecolor": "white", "edgecolor": "none", "pad": 1}
        color = LINKS.get(link.label, GREY)
        _write(axes, x, y + 4, words, size=10.5, color=color, ha="center", bbox=background)


def _write(axes: "Axes", x: float, y: float, words: str, *, size: float, **style: Any) -> None:
    """Sizes are pixels of the layout, which are points here. "$" is no mathematics."""
    axes.text(x, y, words.replace("$", r"\$"), fontsize=size, va="baseline", **style)
