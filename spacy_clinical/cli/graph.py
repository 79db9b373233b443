"""`graph`: what notes say as a knowledge graph: build, ask, draw it, write it in other forms."""

from pathlib import Path

from spacy.cli._util import Arg, Opt
from tqdm import tqdm
from wasabi import msg

from ..corpus.corpus_files import read_records
from ..files import check_outputs
from ..graph import (
    Lookup,
    build_graph,
    draw_graph,
    merge_graphs,
    read_graph,
    read_roles,
    write_graph,
)
from ..graph.answer_files import write_answer
from ..graph.graph_questions import QUESTIONS, answer_tables, check_question, graph_table
from ..knowledge.terminology_bases import open_base, titles_of
from ..plurals import counted
from . import options
from .util import Commands, lenient_reading, print_tables

graph_app = Commands("graph", "What notes say as a knowledge graph, with evidence.")
TARGET = "NAME.json, NAME.graphml, NAME.ttl, or a folder for CSV"


@graph_app.command("build")
def build_cli(
    source: Path = Arg(
        ..., help="Annotated notes: .spacy, JSONL or PubTator file, or brat folder", exists=True
    ),
    target: Path = Arg(..., help=TARGET),
    add: list[Path] = Opt([], "--add", "-a", help="A graph to merge with; may be given again"),
    patient_key: str = Opt("patient", "--patient-key", help="Where `meta` names the patient"),
    date_key: str = Opt("date", "--date-key", help="Where `meta` has the document's date"),
    made_by: str = Opt("", "--source", "-s", help="What annotated the notes, for provenance"),
    keep_text: bool = Opt(False, "--keep-text", help="Keep the mentions' words"),
    kb: Path | None = Opt(None, "--kb", help="A knowledge base that names linked concepts"),
    roles: options.LabelRoles = None,
    lenient: options.Lenient = False,
    force: options.Force = False,
) -> None:
    """
    Build the graph of one note or many. Evidence is document ids and characters; without a patient
    in its `meta`, a document is a patient of its own.
    """
    with lenient_reading(lenient, target, force=force):
        check_outputs(target, force=force, sources=[source, *add, kb, roles])
        built = build_graph(
            tqdm(read_records(source), unit=" documents", disable=None),
            roles=read_roles(roles),
            patient_key=patient_key,
            date_key=date_key,
            source=made_by,
            titles=titles_of(open_base(kb)),
            keep_text=keep_text,
        )
        graph = merge_graphs([built, *map(read_graph, add)]) if add else built
        write_graph(graph, target)
        print_tables([graph_table(graph)])
        msg.good(f"Graph in {target}")


@graph_app.command("query")
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
    check_outputs(output, force=force, sources=[source, roles])
    check_question(question)
    answer = QUESTIONS[question](Lookup(read_graph(source, patients), read_roles(roles)))
    if output is not None:
        write_answer(answer, output)
        msg.good(f"{counted(len(answer.rows), 'row')} in {output}")
    print_tables(answer_tables(answer, question, limit))


@graph_app.command("export")
def export_cli(
    source: Path = Arg(..., help=f"A graph: {TARGET}"),
    target: Path = Arg(..., help=TARGET),
    patients: options.Patients = [],
    force: options.Force = False,
) -> None:
    """Write a graph in another form: GraphML, RDF in Turtle, CSV for graph databases, JSON."""
    check_outputs(target, force=force, sources=[source])
    write_graph(read_graph(source, patients), target)
    msg.good(f"Graph in {target}")


@graph_app.command("draw")
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
    check_outputs(target, force=force, sources=[source, roles])
    graph = read_graph(source, patients)
    picture = draw_graph(graph, target, title=title, max_boxes=max_boxes, roles=read_roles(roles))
    msg.good(f"{len(picture.boxes)} boxes, {len(picture.links)} links in {target}")
    for why, count in sorted((+picture.left_out).items()):
        msg.text(f"not drawn: {count} {why}")
