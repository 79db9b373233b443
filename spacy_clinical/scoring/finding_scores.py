"""Findings of reports against those that people gave: a report and a label is what is counted."""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy

from ..docs.document_findings import NEGATIVE, NOT_MENTIONED, POSITIVE, STATUSES, UNCERTAIN
from ..errors import CorpusError, Errors
from .confidence_intervals import Settings
from .document_counts import MISSED, RIGHT, SPURIOUS, CountTable, Event, count_events
from .full_analysis import summarise_counts

Labels = Mapping[str, str]
WORDS = {
    "1": POSITIVE,
    "1.0": POSITIVE,
    "0": NEGATIVE,
    "0.0": NEGATIVE,
    "-1": UNCERTAIN,
    "-1.0": UNCERTAIN,
    "": NOT_MENTIONED,
    **{status: status for status in STATUSES},
}


def read_finding_table(path: Path) -> dict[str, dict[str, str]]:
    """Read findings that people gave.

    path (Path): A CSV with a header: a report's id, then the findings; cells as CheXpert has them
        (1, 0, -1, nothing) or as words. A table of nothing but 0 and 1 says with 0 only that the
        finding isn't there.
    RETURNS (dict[str, dict[str, str]]): Status by label, by report. Raises CorpusError, with the
        line.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error):
        raise CorpusError(Errors.SC981.format(path=path, found="no UTF-8 CSV")) from None
    if not rows or len(set(rows[0])) < max(2, len(rows[0])):
        found = "no header, or one with a name twice"
        raise CorpusError(Errors.SC981.format(path=path, found=found))
    labels = rows[0][1:]
    table: dict[str, dict[str, str]] = {}
    for line, (id, *cells) in enumerate(filter(None, rows[1:]), 2):
        statuses = [WORDS.get(cell.strip().lower()) for cell in cells]
        if len(cells) != len(labels) or None in statuses or id in table:
            found = f"line {line} has another width, another word, or an id that stood before"
            raise CorpusError(Errors.SC981.format(path=path, found=found))
        table[id] = dict(zip(labels, (s for s in statuses if s), strict=True))
    return table


def score_findings(
    gold: Mapping[str, Labels],
    found: Mapping[str, Labels],
    settings: Settings,
    counted: Sequence[str] = (POSITIVE,),
) -> dict[str, Any]:
    """Score findings, label by label and together, with bootstrap intervals over reports.

    gold, found (Mapping[str, Labels]): Status by label, by report; labels are compared without
        case. Reports of one side only, and labels of one side only, are counted and left aside.
    settings (Settings): How to draw.
    counted (Sequence[str]): The statuses that are a find, such as "positive".
    RETURNS (dict[str, Any]): `all`, `macro`, `labels` as `summarise_counts` gives them, `kappa` by
        label and of all labels together (Cohen 1960, over what `kappa_statuses` names), `reports`,
        `without_gold`, `without_reports`, `left_aside`. Raises CorpusError where there is nothing
        to compare.
    """
    ids = [id for id in gold if id in found]
    if not ids:
        numbers = {"reports": len(gold), "notes": len(found)}
        raise CorpusError(Errors.SC983.format(path="gold", **numbers))
    names = _common(gold[ids[0]], found[ids[0]])
    table = count_events([list(_events(gold[i], found[i], names, counted)) for i in ids])
    both = [(gold[i][g], found[i][f]) for i in ids for g, f in names]
    binary = UNCERTAIN not in {one for one, _ in both}
    pairs = [tuple(_plain(status, binary) for status in pair) for pair in both]
    kappas = {g: cohens_kappa(pairs[n :: len(names)]) for n, (g, _) in enumerate(names)}
    aside = (set(gold[ids[0]]) - {g for g, _ in names}) | (
        set(found[ids[0]]) - {f for _, f in names}
    )
    return {
        **summarise_counts(_complete(table, [g for g, _ in names]), settings),
        "kappa": {**kappas, "all": cohens_kappa(pairs)},
        "kappa_statuses": ["positive", "other"] if binary else list(STATUSES),
        "reports": len(ids),
        "without_gold": len(found) - len(ids),
        "without_reports": len(gold) - len(ids),
        "left_aside": sorted(aside),
    }


def cohens_kappa(pairs: Sequence[Sequence[str]]) -> float | None:
    """Measure agreement beyond chance (Cohen 1960, Educational and Psychological Measurement 20).

    pairs (Sequence[Sequence[str]]): What each side said of each thing.
    RETURNS (float | None): At most 1; None where both always say the same one word.
    """
    n = len(pairs)
    agreed = sum(one == other for one, other in pairs) / n if n else 0.0
    firsts, seconds = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    chance = sum(firsts[word] * seconds[word] for word in firsts) / n**2 if n else 1.0
    return None if chance == 1.0 else (agreed - chance) / (1.0 - chance)


def _common(gold: Labels, found: Labels) -> list[tuple[str, str]]:
    """The labels of both sides, in each side's spelling."""
    folded = {_fold(label): label for label in found}
    names = [(label, folded[_fold(label)]) for label in gold if _fold(label) in folded]
    if not names:
        sides = {"gold": ", ".join(gold), "found": ", ".join(found)}
        raise CorpusError(Errors.SC984.format(path="gold", **sides))
    return names


def _fold(label: str) -> str:
    return "".join(label.casefold().replace("_", " ").split())


def _events(
    gold: Labels, found: Labels, names: Sequence[tuple[str, str]], counted: Sequence[str]
) -> Iterator[Event]:
    for label, other in names:
        wanted, got = gold[label] in counted, found[other] in counted
        if wanted or got:
            yield label, RIGHT if wanted and got else MISSED if wanted else SPURIOUS


def _complete(table: CountTable, labels: Sequence[str]) -> CountTable:
    """All labels, those too that nobody found."""
    ordered = tuple(sorted(labels))
    values = numpy.zeros((len(table.values), len(ordered), 3), dtype="int64")
    for i, label in enumerate(table.labels):
        values[:, ordered.index(label)] = table.values[:, i]
    return CountTable(ordered, values)


def _plain(status: str, binary: bool) -> str:
    return status if not binary or status == POSITIVE else "other"
