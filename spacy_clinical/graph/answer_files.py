"""Answers in files, and their cells in tables."""

import csv
import io
import json
from pathlib import Path
from typing import Any

from ..errors import CommandError, Errors
from ..files import new_file
from .graph_lookup import Evidence, Since
from .queries import Answer

SHOWN_EVIDENCE = 2


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


def cell(value: Any) -> str:
    """RETURNS (str): A value of an answer's row as a table shows it."""
    if isinstance(value, tuple) and value and isinstance(value[0], Evidence):
        more = f" +{len(value) - SHOWN_EVIDENCE}" if len(value) > SHOWN_EVIDENCE else ""
        return ", ".join(map(str, value[:SHOWN_EVIDENCE])) + more
    return _joined(value)
