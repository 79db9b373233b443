"""Graphs to files and back. A file takes its name once it is whole; the same graph, the same bytes.

NAME.json      node-link JSON, as networkx and D3 read it
NAME.graphml   GraphML, for Gephi, yEd, Cytoscape and others
NAME.ttl       RDF in Turtle
FOLDER         CSV files with the headers of `neo4j-admin database import`
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ..errors import Errors, GraphError
from ..files import new_file, new_folder
from .clinical_graph import KnowledgeGraph
from .neo4j_csv import read_csv_folder, write_csv_folder
from .property_graph import from_networkx, to_networkx
from .turtle_reader import read_turtle
from .turtle_writer import write_turtle

_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_graph(graph: KnowledgeGraph, path: Path) -> None:
    """Write a graph in the form that the name asks for. An existing file is replaced; a folder must
    be new or empty.

    graph (KnowledgeGraph): The graph.
    path (Path): NAME.json, NAME.graphml, NAME.ttl, or a folder. Raises GraphError for another
        suffix, and for what the form can't hold.
    """
    path = Path(path)
    write = _find(path, _WRITERS)
    with _no_surrogates(path):
        if path.suffix:
            with new_file(path) as file:
                write(graph, file)
        else:
            with new_folder(path) as folder:
                write(graph, folder)


def read_graph(path: Path, patients: Iterable[str] = ()) -> KnowledgeGraph:
    """Read a graph that `write_graph` wrote.

    path (Path): The file, or the folder of CSV files.
    patients (Iterable[str]): Only what is said of these; none for all.
    RETURNS (KnowledgeGraph): The graph. Raises GraphError for anything else, and for a patient that
        it lacks.
    """
    path = Path(path)
    read = _find(path, _READERS)
    if not path.exists():
        raise GraphError(Errors.SC656.format(path=path, what="there is nothing"))
    graph, wanted = read(path), list(patients)
    return graph.only(wanted) if wanted else graph


@contextmanager
def _no_surrogates(path: Path) -> Iterator[None]:
    """Refuse ids and labels that UTF-8 can't hold."""
    try:
        yield
    except UnicodeError:
        raise GraphError(
            Errors.SC657.format(form=path.suffix or "CSV", what="an id has a lone surrogate")
        ) from None


def _write_json(graph: KnowledgeGraph, file: BinaryIO) -> None:
    import networkx

    data = networkx.node_link_data(to_networkx(graph), edges="links")
    file.write(json.dumps(data, ensure_ascii=False, indent=0, sort_keys=True).encode("utf-8"))


def _read_json(path: Path) -> KnowledgeGraph:
    import networkx

    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        made = networkx.node_link_graph(data, directed=True, multigraph=True, edges="links")
    except Exception as error:
        raise _unreadable(path, "node-link JSON", error) from None
    return _from_networkx(made, path)


def _write_graphml(graph: KnowledgeGraph, file: BinaryIO) -> None:
    import networkx

    made = to_networkx(graph)
    attributes = [data for _, data in made.nodes(data=True)]
    attributes += [data for *_, data in made.edges(data=True)]
    values = [*made.nodes, *(value for data in attributes for value in data.values())]
    if any(isinstance(value, str) and _NOT_IN_XML.search(value) for value in values):
        what = "an id or a label has a character that XML forbids"
        raise GraphError(Errors.SC657.format(form="GraphML", what=what))
    networkx.write_graphml_xml(made, file, named_key_ids=True)


def _read_graphml(path: Path) -> KnowledgeGraph:
    import networkx

    try:
        made = networkx.read_graphml(path, force_multigraph=True)
    except Exception as error:
        raise _unreadable(path, "GraphML", error) from None
    return _from_networkx(made, path)


def _from_networkx(made: object, path: Path) -> KnowledgeGraph:
    try:
        return from_networkx(made)  # type: ignore[arg-type]
    except GraphError:
        raise GraphError(Errors.SC656.format(path=path, what="nodes of another shape")) from None


def _unreadable(path: Path, form: str, error: Exception) -> GraphError:
    what = f"it isn't {form} ({type(error).__name__})"
    return GraphError(Errors.SC656.format(path=path, what=what))


def _find(path: Path, known: dict[str, Callable]) -> Callable:
    if path.suffix not in known:
        raise GraphError(Errors.SC655.format(path=path))
    return known[path.suffix]


_WRITERS: dict[str, Callable] = {
    ".json": _write_json,
    ".graphml": _write_graphml,
    ".ttl": write_turtle,
    "": write_csv_folder,
}
_READERS: dict[str, Callable] = {
    ".json": _read_json,
    ".graphml": _read_graphml,
    ".ttl": read_turtle,
    "": read_csv_folder,
}
