"""`graph query`: what a clinician asks, answered with evidence."""

from spacy.cli._util import Arg
from wasabi import msg

from ..files import check_outputs
from ..graph import Lookup, read_graph, read_roles
from ..graph.answer_files import write_answer
from ..graph.graph_questions import QUESTIONS, answer_tables, check_question
from ..plurals import counted
from . import options
from .util import print_tables


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
