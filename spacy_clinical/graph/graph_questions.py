"""Questions that a graph answers by name, and their answers as tables: `graph query`."""

from collections.abc import Callable

from ..errors import CommandError, Errors
from ..plurals import counted
from ..result_tables import COUNT, Table
from .answer_files import cell
from .clinical_graph import KnowledgeGraph
from .cohort_counts import ask_counts, ask_rates, cross_table
from .graph_builder import describe
from .graph_lookup import Lookup
from .queries import (
    Answer,
    ask_adverse_effects,
    ask_family,
    ask_medications,
    ask_problems,
    ask_ruled_out,
)
from .question_roles import ROLES, Roles

RATES = "rates"
QUESTIONS: dict[str, Callable[[Lookup], Answer]] = {
    "medications": ask_medications,
    "adverse-effects": ask_adverse_effects,
    "problems": ask_problems,
    "ruled-out": ask_ruled_out,
    "family": ask_family,
    "counts": ask_counts,
    RATES: ask_rates,
}


def answer_question(question: str, graph: KnowledgeGraph, roles: Roles = ROLES) -> Answer:
    """Answer a question by its name.

    question (str): One of QUESTIONS.
    graph (KnowledgeGraph): The notes.
    roles (Roles): What labels stand for.
    RETURNS (Answer): The answer. Raises CommandError for another question.
    """
    if question not in QUESTIONS:
        known = ", ".join(QUESTIONS)
        raise CommandError(Errors.SC661.format(question=question, known=known))
    return QUESTIONS[question](Lookup(graph, roles))


def answer_tables(answer: Answer, question: str, limit: int = 0) -> list[Table]:
    """Lay an answer out, and what it leaves out.

    answer (Answer): The answer.
    question (str): Its title; of "rates" the drugs are shown by effects, too.
    limit (int): Rows to show at most, 0 for all.
    RETURNS (list[Table]): The rows, columns that are empty left away.
    """
    rows = answer.rows[: limit or None]
    more = len(answer.rows) - len(rows)
    shown = counted(len(answer.rows), "row") + (f", {more} of them not shown" if more else "")
    fields = rows[0]._fields if rows else ()
    cells = [[cell(value) for value in row] for row in rows]
    used = [i for i in range(len(fields)) if any(row[i] for row in cells)]
    header = [fields[i].replace("_", " ") for i in used]
    tables = [Table(question, header, [[row[i] or "-" for i in used] for row in cells], [shown])]
    if question == RATES and rows:
        effects, table = cross_table(rows)
        tables.append(Table("patients with the effect", ["drug", "takers", *effects], table))
    counts = ", ".join(f"{n} {reason}" for reason, n in sorted(answer.left_out.items()))
    return [*tables, Table(notes=[f"left out: {counts}"] if counts else [])]


def graph_table(graph: KnowledgeGraph) -> Table:
    """RETURNS (Table): What a graph holds, and what it leaves out."""
    return Table("Graph", COUNT, [row for row in describe(graph).items() if row[1]])
