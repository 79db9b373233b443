"""Decisions in files: alerts as JSON lines, CDS Hooks cards and FHIR bundles, a file a patient."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..errors import CommandError, Errors
from ..files import new_file, new_folder
from .alert import Alert, Decision, Silenced
from .cds_hooks import Quotes, cards
from .fhir_issues import bundle

ALERTS, CARDS, FHIR = "alerts", "cards", "fhir"
FORMS = (ALERTS, CARDS, FHIR)


def write_decisions(
    decisions: Iterable[Decision],
    path: Path,
    form: str = ALERTS,
    *,
    quotes: Quotes | None = None,
    example: bool = False,
) -> int:
    """Write decisions, whole or not at all.

    decisions (Iterable[Decision]): One a patient.
    path (Path): NAME.jsonl for ALERTS, which has the silenced ones too; a new folder for others.
    form (str): One of FORMS.
    quotes (Quotes | None): The notes' words for cards.
    example (bool): Say in cards that the rules are examples.
    RETURNS (int): How many alerts. Raises CommandError where path and form don't fit.
    """
    if form not in FORMS or (form == ALERTS) != (path.suffix == ".jsonl"):
        raise CommandError(Errors.SC972.format(path=path))
    if form == ALERTS:
        return _write_lines(decisions, path)
    count = 0
    with new_folder(path) as folder:
        for number, decision in enumerate(decisions, 1):
            made = cards(decision, quotes, example=example) if form == CARDS else bundle(decision)
            name = re.sub(r"[^\w-]", "_", decision.patient)[:60]
            _write(folder / f"{number:05}_{name}.json", made)
            count += len(decision.alerts)
    return count


def _write_lines(decisions: Iterable[Decision], path: Path) -> int:
    count = 0
    with new_file(path) as file:
        for decision in decisions:
            count += len(decision.alerts)
            told: list[Alert | Silenced] = [*decision.alerts, *decision.silenced]
            for one in told:
                file.write(f"{json.dumps(one.to_dict(), ensure_ascii=False)}\n".encode())
    return count


def _write(path: Path, made: dict[str, Any]) -> None:
    path.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read_alerts(path: Path | None) -> list[dict[str, Any]]:
    """Read alerts.

    path (Path | None): JSON lines, as `write_decisions` writes them for ALERTS; None for none.
    RETURNS (list[dict[str, Any]]): Those that weren't kept silent. Raises CommandError for another
        file.
    """
    if path is None:
        return []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines if line.strip()]
        return [row for row in rows if row["status"] != "silent"]
    except (OSError, ValueError, KeyError, TypeError):
        found = "not what `rules check` wrote"
        raise CommandError(Errors.SC969.format(path=path, what="alerts", found=found)) from None
