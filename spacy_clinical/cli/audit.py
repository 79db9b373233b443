"""`audit`: whether the trail is whole, where a fact comes from, and the trail as FHIR."""

from collections.abc import Iterator
from pathlib import Path

from spacy.cli._util import Arg, Opt
from tqdm import tqdm
from wasabi import msg

from ..audit import read_key
from ..audit.audit_events import write_audit_events
from ..audit.keyed_hashes import write_key
from ..audit.tracing import Source, Traced, read_fact, trace
from ..audit.trail_check import check_trail, refuse_faults
from ..audit.trail_head import day_files
from ..errors import CommandError, Errors
from ..files import check_outputs
from . import options
from .util import Commands, print_table

audit_app = Commands(name="audit", help="The audit trail: verify, trace, export.")
FOLDER = "The trail's folder"


@audit_app.command("new-key")
def new_key_cli(path: Path = Arg(..., help="The key's file, which mustn't be there")) -> None:
    """
    Make a site's key. Whoever holds it can tell which notes a trail names; nobody else can.
    """
    msg.good(f"Key {write_key(path).name} in {path}")


@audit_app.command("verify")
def verify_cli(
    folder: Path = Arg(..., help=FOLDER),
    head: Path | None = Opt(None, "--head", help="A copy of HEAD that was kept elsewhere"),
) -> None:
    """
    Check that the trail is what was written: no line changed, removed, added or moved, no end cut.
    Exit 1 if anything is wrong. Whoever may write the folder could write it anew as a whole: only a
    copy of HEAD that was kept elsewhere shows that.
    """
    size = sum(path.stat().st_size for path in day_files(folder))
    with tqdm(total=size, unit=" bytes", unit_scale=True, disable=None) as bar:
        checked = check_trail(folder, head, bar.update)
    for note in checked.notes:
        msg.warn(note)
    refuse_faults(folder, checked)
    assert checked.head is not None
    print_table("Verified", [("files", checked.files), ("lines", checked.lines)], ("", "count"))
    msg.good(f"{folder}: line {checked.head.n}, {checked.head.this}")


@audit_app.command("trace")
def trace_cli(
    folder: Path = Arg(..., help=FOLDER),
    key: Path = Opt(..., "--key", help="File with the site's key"),
    fact: str | None = Opt(None, "--fact", help="FILE#ID: a resource in exported FHIR"),
    note: str | None = Opt(None, "--note", help="Or a note's id"),
) -> None:
    """
    Show where a fact comes from: note, model, threshold, score, place, time and actor.
    """
    if (fact is None) == (note is None):
        raise CommandError(Errors.SC947)
    source = read_fact(fact) if fact is not None else Source(note or "")
    size = sum(path.stat().st_size for path in day_files(folder))
    with tqdm(total=size, unit=" bytes", unit_scale=True, disable=None, delay=2) as bar:
        found = trace(folder, read_key(key), source, bar.update)
    for traced in [t for t in found if t.fits] or found:
        print_table("Traced", list(_rows(traced, source)), ("", "value"))
    if not found[0].fits:
        msg.warn("The trail has the note, but no run of the pipeline and time that it names")


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
    if source.label:
        known = traced.threshold(source.label).items()
        yield "label", source.label
        yield "threshold", ", ".join(f"{name} {x:g}" for name, x in known) or "none: the best label"
    if source.score is not None:
        yield "score", f"{source.score:g}"
    if source.offsets:
        yield "characters", ", ".join(f"{start} to {end}" for start, end in source.offsets)
    for name, counts in traced.counts.items():
        if counts:
            yield name, ", ".join(f"{label} {n}" for label, n in counts.items())
    if row.get("result", {}).get("code"):
        yield "failed", row["result"]["code"]


@audit_app.command("export")
def export_cli(
    folder: Path = Arg(..., help=FOLDER),
    target: Path = Arg(..., help="The file, NDJSON"),
    to: str = Opt("fhir", "--to", help="fhir: AuditEvent, R4B"),
    force: options.Force = False,
) -> None:
    """
    Write the trail as FHIR's AuditEvents: one for each run, one for each note.
    """
    if to != "fhir":
        raise CommandError(Errors.SC519.format(what="output", name=to, known="fhir"))
    check_outputs(target, force=force)
    written = write_audit_events(folder, target)
    print_table("AuditEvents", sorted(written.items()), ("", "count"))
    msg.good(f"{written.total()} in {target}")
