"""A graph as a picture in a file."""

from collections.abc import Iterator
from pathlib import Path

from ..errors import Errors, GraphError
from ..files import new_file
from ..plurals import counted
from ..result_tables import Message
from .clinical_graph import KnowledgeGraph
from .graph_lookup import Lookup
from .picture import Picture, make_picture
from .question_roles import ROLES, Roles
from .svg_writer import draw_html, draw_svg


def draw_graph(
    graph: KnowledgeGraph,
    path: Path,
    *,
    title: str = "",
    max_boxes: int = 60,
    roles: Roles = ROLES,
) -> Picture:
    """Draw a graph into a file, whole or not at all.

    graph (KnowledgeGraph): Of one patient, or of several: then boxes tell of how many.
    path (Path): NAME.svg, NAME.html or NAME.png; the last needs matplotlib.
    title (str): Above the picture, "" for what it shows.
    max_boxes (int): Boxes at most: the most linked ones.
    roles (Roles): What labels stand for.
    RETURNS (Picture): What was drawn, with counts of what wasn't. Raises GraphError where there is
        nothing to draw, or for another suffix.
    """
    path = Path(path)
    if path.suffix not in (".svg", ".html", ".png"):
        raise GraphError(Errors.SC659.format(path=path))
    picture = make_picture(Lookup(graph, roles), max_boxes=max_boxes)
    title = title or _title(graph)
    if path.suffix == ".png":
        from .png_writer import draw_png

        content = draw_png(picture, title)
    else:
        draw = draw_svg if path.suffix == ".svg" else draw_html
        content = draw(picture, title).encode("utf-8")
    with new_file(path) as file:
        file.write(content)
    return picture


def picture_results(picture: Picture, path: Path) -> Iterator[Message]:
    """YIELDS (Message): What was drawn into a file, and what wasn't."""
    shown = "1 box" if len(picture.boxes) == 1 else f"{len(picture.boxes)} boxes"
    yield Message(f"{shown}, {counted(len(picture.links), 'link')} in {path}")
    for why, count in sorted((+picture.left_out).items()):
        yield Message(f"not drawn: {count} {why}", "text")


def _title(graph: KnowledgeGraph) -> str:
    patients, documents = len(graph.patients), len(graph.documents)
    whom = graph.patients[0] if patients == 1 else f"{patients} patients"
    return f"{whom}: {documents} document{'s' if documents != 1 else ''}"
