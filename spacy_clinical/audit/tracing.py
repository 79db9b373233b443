"""From a fact back to the line of the trail: which model, when, by whom, at which threshold."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import AuditError, CommandError, Errors
from ..result_tables import Message, Result, Table
from .hash_chain import row_of
from .keyed_hashes import AuditKey
from .run_recorder import NAMED
from .trail_index import TrailIndex, index_trail


@dataclass(frozen=True)
class Source:
    """Where a fact says that it comes from.

    note (str): The note's id.
    system (str): The pipeline's name and version, "" if it doesn't say.
    recorded (str): When its run began, "" if it doesn't say.
    label (str): The mention's label, "" if it doesn't say.
    score (float | None): Its score.
    offsets (tuple): (start, end) in characters of the note.
    """

    note: str
    system: str = ""
    recorded: str = ""
    label: str = ""
    score: float | None = None
    offsets: tuple[tuple[int, int], ...] = ()


@dataclass
class Traced:
    """A note's line in the trail.

    file (str): Where.
    row (dict[str, Any]): The line.
    run (dict[str, Any]): The line that began its run: model, actor.
    fits (bool): Whether the run is the one that the fact names.
    counts (dict[str, dict[str, int]]): Mentions, relations and what is said, by name.
    """

    file: str
    row: dict[str, Any]
    run: dict[str, Any]
    fits: bool = True
    counts: dict[str, dict[str, int]] = field(default_factory=dict)

    def threshold(self, label: str) -> dict[str, float]:
        """RETURNS (dict[str, float]): The threshold of each component that has one for a label."""
        known = self.run.get("model", {}).get("thresholds", {})
        return {name: values[label] for name, values in known.items() if label in values}


def trace(
    folder: str | Path,
    key: AuditKey,
    source: Source,
    progress: Callable[[int], object] = lambda size: None,
) -> list[Traced]:
    """Find what the trail says of a note. The first time, all of a trail is checked, and an index
    kept beside it; after that what was written since, and the lines around those that are found.

    folder (str | Path): The trail's.
    key (AuditKey): The key that its notes were hashed with.
    source (Source): What to look for.
    progress (Callable): Is told how many bytes were read.
    RETURNS (list[Traced]): Every line of the note, those of the run that the fact names first.
        Raises AuditError where there is none, or the trail isn't whole.
    """
    index = index_trail(Path(folder), key, progress)
    found = [(file, row_of(line)) for file, line in index.lines("note", key.note_id(source.note))]
    if not found:
        raise AuditError(Errors.SC946.format(id=source.note, folder=folder, key=key.name))
    runs = {str(row.get("run")): file for file, row in found}
    known = {run: _read_run(index, run, file) for run, file in runs.items()}
    traced = [_complete(file, row, known[str(row.get("run"))], source) for file, row in found]
    return sorted(traced, key=lambda t: not t.fits)


def _read_run(index: TrailIndex, run: str, last: str) -> list[dict[str, Any]]:
    """The line that began a run, and its lines of names, up to a file."""
    return [row_of(line) for file, line in index.lines("run", run) if file <= last]


def _complete(file: str, row: dict[str, Any], run: list[dict[str, Any]], source: Source) -> Traced:
    """Add what the run's own lines say."""
    opening = next((line for line in run if "actor" in line), {})
    result = row.get("result", {})
    counts: dict[str, dict[str, int]] = {}
    for name in NAMED:
        new = [line[name] for line in run if name in line and line["event"] == "names"]
        known = dict.fromkeys(x for names in new for x in names)
        counts[name] = {k: n for k, n in zip(known, result.get(name, []), strict=False) if n}
    return Traced(file, row, opening, _fits(opening, source), counts)


def _fits(run: dict[str, Any], source: Source) -> bool:
    model = run.get("model", {})
    system = f"{model.get('name', '')} {model.get('version', '')}".strip()
    started = run.get("started", "")
    return source.system in ("", system) and source.recorded in ("", started)


def read_source(fact: str | None, note: str | None) -> Source:
    """Read where a fact comes from, or name a note.

    fact (str | None): As for `read_fact`.
    note (str | None): A note's id.
    RETURNS (Source): What is to be traced. Raises CommandError unless exactly one is given.
    """
    if (fact is None) == (note is None):
        raise CommandError(Errors.SC947)
    return read_fact(fact) if fact is not None else Source(note or "")


def read_fact(fact: str) -> Source:
    """Read where a fact comes from.

    fact (str): FILE#ID: FHIR as NDJSON or a Bundle, and a resource's id in it.
    RETURNS (Source): What its Provenance says. Raises AuditError where there is none.
    """
    name, _, id = fact.rpartition("#")
    kept: dict[str, dict[str, Any]] = {}
    provenance: dict[str, Any] = {}
    for resource in _resources(name, fact):
        if resource.get("resourceType") == "DocumentReference":
            kept[str(resource.get("id"))] = resource
        elif resource.get("resourceType") == "Provenance" and _is_of(resource, id):
            provenance = resource
    try:
        (entity,) = provenance["entity"]
        note = kept[_last(entity["what"]["reference"])]["masterIdentifier"]["value"]
        system = provenance["agent"][0]["who"]["display"]
        return Source(note, system, provenance["recorded"], *_extensions(entity["extension"]))
    except (KeyError, ValueError, TypeError, IndexError):
        raise AuditError(Errors.SC945.format(fact=fact)) from None


def _resources(name: str, fact: str) -> Iterator[dict[str, Any]]:
    try:
        with Path(name).open(encoding="utf-8") as file:
            first = file.readline()
            try:
                rows = [json.loads(first)]
            except ValueError:
                rows = [json.loads(first + file.read())]
            entries = rows[0].get("entry")
            yield from rows if entries is None else (entry["resource"] for entry in entries)
            yield from map(json.loads, file)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise AuditError(Errors.SC945.format(fact=fact)) from None


def _is_of(provenance: dict[str, Any], id: str) -> bool:
    targets = [_last(str(t.get("reference"))) for t in provenance.get("target", [])]
    return id in (provenance.get("id"), *targets)


def _last(reference: str) -> str:
    return reference.removeprefix("urn:uuid:").rpartition("/")[2]


def _extensions(rows: list[dict[str, Any]]) -> tuple[Any, ...]:
    label, score, places = "", None, []
    for row in rows:
        if row["url"] == "urn:spacy-clinical:label":
            label = row["valueString"]
        elif row["url"] == "urn:spacy-clinical:score":
            score = float(row["valueDecimal"])
        elif row["url"] == "urn:spacy-clinical:span":
            ends = {part["url"]: part["valueInteger"] for part in row["extension"]}
            places.append((ends["start"], ends["end"]))
    return label, score, tuple(places)


def traced_table(traced: Traced, source: Source) -> Table:
    """Lay out where a fact comes from.

    traced (Traced): The note's line in the trail.
    source (Source): What the fact says of itself.
    RETURNS (Table): Note, model, threshold, score, place, time and actor.
    """
    return Table("Traced", ("", "value"), list(_rows(traced, source)))


def trace_results(found: Sequence[Traced], source: Source) -> Iterator[Result]:
    """Lay out where a fact comes from: of several lines those that fit what it says of itself.

    found (Sequence[Traced]): As `trace` gives them.
    source (Source): What the fact says of itself.
    YIELDS (Result): A table for each line; a warning if none fits.
    """
    yield from (traced_table(one, source) for one in [t for t in found if t.fits] or found)
    if not found[0].fits:
        unnamed = "The trail has the note, but no run of the pipeline and time that it names"
        yield Message(unnamed, "warn")


def _rows(traced: Traced, source: Source) -> Iterator[tuple[str, str]]:
    row, run = traced.row, traced.run
    model = run.get("model", {})
    yield "line", f"{row.get('n')} of {traced.file}"
    yield "time", str(row.get("time"))
    yield "done", f"{run.get('event')} by {run.get('actor')}, run {row.get('run')}"
    yield "note", f"{row['note']['id']}, {row['note']['chars']} characters"
    yield "note's text", str(row["note"]["hash"])
    yield "model", f"{model.get('name')} {model.get('version')}"
    yield "model's hash", str(model.get("hash"))
    yield from _source_rows(traced, source)
    for name, counts in traced.counts.items():
        if counts:
            yield name, ", ".join(f"{label} {n}" for label, n in counts.items())
    if row.get("result", {}).get("code"):
        yield "failed", row["result"]["code"]


def _source_rows(traced: Traced, source: Source) -> Iterator[tuple[str, str]]:
    if source.label:
        known = traced.threshold(source.label).items()
        yield "label", source.label
        yield "threshold", ", ".join(f"{name} {x:g}" for name, x in known) or "none: the best label"
    if source.score is not None:
        yield "score", f"{source.score:g}"
    if source.offsets:
        yield "characters", ", ".join(f"{start} to {end}" for start, end in source.offsets)
