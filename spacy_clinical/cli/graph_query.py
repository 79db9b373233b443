"""`graph query`: what a clinician asks, answered with evidence."""

from collections.abc import Callable

from spacy.cli._util import Arg
from wasabi import msg

from ..errors import CommandError, Errors
from ..files import check_outputs
from ..graph import (
    ROLES,
    Answer,
    Lookup,
    ask_adverse_effects,
    ask_counts,
    ask_family,
    ask_medications,
    ask_problems,
    ask_rates,
    ask_ruled_out,
    cross_table,
    read_graph,
    read_roles,
)
from ..graph.answer_files import _cell, write_answer
from ..plurals import counted
from . import options
from .util import print_table

QUESTIONS: dict[str, Callable[[Lookup], Answer]] = {
    "medications": ask_medications,
    "adverse-effects": ask_adverse_effects,
    "problems": ask_problems,
    "ruled-out": ask_ruled_out,
    "family": ask_family,
    "counts": ask_counts,
    "rates": ask_rates,
}


def query_cli(
    source: options.Graph,
    question: str = Arg(..., help=", ".join(QUESTIONS)),
    patients: options.Patients = [],
    output: options.RowsFile = None,
    limit: options.RowLimit = 40,
    roles: options.LabelRoles = None,
    force: options.Force = False,
) -> None:
    """
    Ask a graph: what is the patient taking, which adverse effects are tied to which drug, which
    problems there are, what was ruled out, what runs in the family, how often over all patients.
    """
    check_outputs(output, force=force, sources=[source, roles])
    if question not in QUESTIONS:
        known = ", ".join(QUESTIONS)
        raise CommandError(Errors.SC661.format(question=question, known=known))
    graph = read_graph(source)
    lookup = Lookup(
        graph.only(patients) if patients else graph, read_roles(roles) if roles else ROLES
    )
    answer = QUESTIONS[question](lookup)
    if output is not None:
        write_answer(answer, output)
        msg.good(f"{counted(len(answer.rows), 'row')} in {output}")
    print_answer(answer, question, limit)


def print_answer(answer: Answer, question: str, limit: int = 0) -> None:
    """Print an answer, and what it leaves out.

    answer (Answer): The answer.
    question (str): Its title.
    limit (int): Rows to print at most, 0 for all.
    """
    rows = answer.rows[: limit or None]
    if rows:
        fields = rows[0]._fields
        cells = [[_cell(value) for value in row] for row in rows]
        used = [i for i in range(len(fields)) if any(row[i] for row in cells)]
        header = [fields[i].replace("_", " ") for i in used]
        print_table(question, [[row[i] or "-" for i in used] for row in cells], header)
    more = len(answer.rows) - len(rows)
    msg.text(counted(len(answer.rows), "row") + (f", {more} of them not shown" if more else ""))
    if question == "rates" and rows:
        effects, table = cross_table(rows)
        print_table("patients with the effect", table, ["drug", "takers", *effects])
    if answer.left_out:
        counts = ", ".join(f"{n} {reason}" for reason, n in sorted(answer.left_out.items()))
        msg.text(f"left out: {counts}")
