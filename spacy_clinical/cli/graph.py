"""`graph`: what notes say as a knowledge graph: build, ask, draw it, write it in other forms."""

from pathlib import Path

from spacy.cli._util import Arg, Opt
from tqdm import tqdm

from ..corpus.corpus_files import read_records
from ..graph import build_graph, draw_graph, merge_graphs, read_graph, read_roles, write_graph
from ..graph.answer_files import write_answer
from ..graph.draw import picture_results
from ..graph.graph_questions import QUESTIONS, answer_question, answer_tables, graph_table
from ..knowledge.terminology_bases import open_base, titles_of
from . import options
from .util import app, counted, lenient_reading, print_results

graph_app = app.group("graph", "What notes say as a knowledge graph, with evidence.")
TARGET = "NAME.json, NAME.graphml, NAME.ttl, or a folder for CSV"


@graph_app.command("build", writes=["target"])
def build_cli(
    source: Path = Arg(..., help=options.CORPUS, exists=True),
    target: Path = Arg(..., help=TARGET),
    add: list[Path] = Opt([], "--add", "-a", help="A graph to merge with; may be given again"),
    patient_key: str = Opt("patient", help="Where `meta` names the patient"),
    date_key: str = Opt("date", help="Where `meta` has the document's date"),
    made_by: str = Opt("", "--source", "-s", help="What annotated the notes, for provenance"),
    keep_text: bool = Opt(False, "--keep-text", help="Keep the mentions' words"),
    language: options.NoteLanguage = "",
    kb: Path | None = Opt(None, help="A knowledge base that names linked concepts"),
    roles: options.LabelRoles = None,
    lenient: options.Lenient = False,
    force: options.Force = False,
) -> None:
    """Build the graph of one note or many. Evidence is document ids and characters; without a
    patient in its `meta`, a document is a patient of its own."""
    with lenient_reading(lenient, target, force=force):
        built = build_graph(
            tqdm(read_records(source), unit=" documents", disable=None),
            roles=read_roles(roles),
            patient_key=patient_key,
            date_key=date_key,
            source=made_by,
            titles=titles_of(open_base(kb)),
            keep_text=keep_text,
            language=language,
        )
        graph = merge_graphs([built, *map(read_graph, add)]) if add else built
        write_graph(graph, target)
        print_results(graph_table(graph), f"Graph in {target}")


@graph_app.command("query", writes=["output"])
def query_cli(
    source: options.Graph,
    question: str = Arg(..., help=", ".join(QUESTIONS)),
    patients: options.Patients = [],
    output: options.RowsFile = None,
    limit: options.RowLimit = 40,
    roles: options.LabelRoles = None,
    force: options.Force = False,
) -> None:
    """Ask a graph: what is the patient taking, which adverse effects are tied to which drug, which
    problems there are, what was ruled out, what runs in the family, how often over all patients."""
    answer = answer_question(question, read_graph(source, patients), read_roles(roles))
    if output is not None:
        write_answer(answer, output)
        print_results(f"{counted(len(answer.rows), 'row')} in {output}")
    print_results(answer_tables(answer, question, limit))


@graph_app.command("export", writes=["target"])
def export_cli(
    source: Path = Arg(..., help=f"A graph: {TARGET}"),
    target: Path = Arg(..., help=TARGET),
    patients: options.Patients = [],
    force: options.Force = False,
) -> None:
    """Write a graph in another form: GraphML, RDF in Turtle, CSV for graph databases, JSON."""
    write_graph(read_graph(source, patients), target)
    print_results(f"Graph in {target}")


@graph_app.command("draw", writes=["target"])
def draw_cli(
    source: options.Graph,
    target: Path = Arg(..., help="NAME.svg, NAME.html or NAME.png"),
    patients: options.Patients = [],
    title: str = Opt("", "--title", "-t", help="Above the picture"),
    max_boxes: int = Opt(60, "--max-boxes", "-n", help="Boxes at most: the most linked ones"),
    roles: options.LabelRoles = None,
    force: options.Force = False,
) -> None:
    """Draw a graph: boxes in columns by type, links with their relation, how it is said."""
    graph = read_graph(source, patients)
    picture = draw_graph(graph, target, title=title, max_boxes=max_boxes, roles=read_roles(roles))
    print_results(picture_results(picture, target))
