"""`graph query`: what a clinician asks, answered with evidence."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from spacy.cli._util import Arg, Opt
from wasabi import msg

from ..errors import CommandError, Errors
from ..files import new_file
from ..graph import (
    ROLES,
    Answer,
    Evidence,
    Lookup,
    Since,
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
from .util import clear_errors, print_table

QUESTIONS: dict[str, Callable[[Lookup], Answer]] = {
    "medications": ask_medications,
    "adverse-effects": ask_adverse_effects,
    "problems": ask_problems,
    "ruled-out": ask_ruled_out,
    "family": ask_family,
    "counts": ask_counts,
    "rates": ask_rates,
}
SHOWN_EVIDENCE = 2


def query_cli(
    source: Path = Arg(..., help="A graph that `graph build` wrote"),
    question: str = Arg(..., help=", ".join(QUESTIONS)),
    patients: list[str] = Opt([], "--patient", "-p", help="Only this patient; may be given again"),
    output: Path | None = Opt(None, "--output", "-o", help="Write all rows to NAME.csv or .json"),
    limit: int = Opt(40, "--limit", "-n", help="Rows to print at most, 0 for all"),
    roles: Path | None = Opt(None, "--roles", "-r", help="A JSON table of what labels stand for"),
) -> None:
    """
    Ask a graph: what is the patient taking, which adverse effects are tied to which drug, which
    problems there are, what was ruled out, what runs in the family, how often over all patients.
    """
    with clear_errors():
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
            msg.good(f"{len(answer.rows)} rows in {output}")
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
    msg.text(f"{len(answer.rows)} rows" + (f", {more} of them not shown" if more else ""))
    if question == "rates" and rows:
        effects, table = cross_table(rows)
        print_table("patients with the effect", table, ["drug", "takers", *effects])
    if answer.left_out:
        counts = ", ".join(f"{n} {reason}" for reason, n in sorted(answer.left_out.items()))
        msg.text(f"left out: {counts}")


def write_answer(answer: Answer, path: Path) -> None:
    """Write all rows, whole or not at all.

    answer (Answer): The answer.
    path (Path): NAME.csv, with lists joined by " / ", or NAME.json.
    """
    if path.suffix not in (".csv", ".json"):
        raise CommandError(Errors.SC662.format(path=path))
    data = [{name: _plain(value) for name, value in row._asdict().items()} for row in answer.rows]
    if path.suffix == ".json":
        whole = {"rows": data, "left_out": dict(sorted(answer.left_out.items()))}
        text = json.dumps(whole, ensure_ascii=False, indent=1) + "\n"
    else:
        text = _as_csv(answer)
    with new_file(path) as file:
        file.write(text.encode("utf-8"))


def _as_csv(answer: Answer) -> str:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(answer.rows[0]._fields if answer.rows else ["no rows"])
    writer.writerows([_joined(value) for value in row] for row in answer.rows)
    return stream.getvalue()


def _plain(value: Any) -> Any:
    if isinstance(value, Since):
        return value._asdict()
    return [_plain_item(item) for item in value] if isinstance(value, tuple) else value


def _plain_item(item: Any) -> Any:
    return item._asdict() if isinstance(item, Evidence) else item


def _joined(value: Any) -> str:
    parts = value if isinstance(value, tuple) and not isinstance(value, Since) else (value,)
    return " / ".join(map(str, parts))


def _cell(value: Any) -> str:
    if isinstance(value, tuple) and value and isinstance(value[0], Evidence):
        more = f" +{len(value) - SHOWN_EVIDENCE}" if len(value) > SHOWN_EVIDENCE else ""
        return ", ".join(map(str, value[:SHOWN_EVIDENCE])) + more
    return _joined(value)
