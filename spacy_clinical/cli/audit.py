"""`audit`: whether the trail is whole, where a fact comes from, and the trail as FHIR."""

from pathlib import Path
from typing import Annotated

from spacy.cli._util import Arg, Opt
from tqdm import tqdm
from wasabi import msg

from ..audit import read_key
from ..audit.audit_events import write_audit_events
from ..audit.keyed_hashes import write_key
from ..audit.tracing import Source, read_fact, trace, traced_table
from ..audit.trail_check import check_trail, checked_table, refuse_faults
from ..audit.trail_head import trail_size
from ..errors import CommandError, Errors
from ..files import check_outputs
from ..result_tables import count_table
from . import options
from .util import Commands, print_tables

audit_app = Commands("audit", "The audit trail: verify, trace, export.")
Folder = Annotated[Path, Arg(help="The trail's folder")]


@audit_app.command("new-key")
def new_key_cli(path: Path = Arg(..., help="The key's file, which mustn't be there")) -> None:
    """Make a site's key. Whoever holds it can tell which notes a trail names; nobody else can."""
    msg.good(f"Key {write_key(path).name} in {path}")


@audit_app.command("verify")
def verify_cli(
    folder: Folder,
    head: Path | None = Opt(None, "--head", help="A copy of HEAD that was kept elsewhere"),
) -> None:
    """
    Check that the trail is what was written: no line changed, removed, added or moved, no end cut.
    Exit 1 if anything is wrong. Whoever may write the folder could write it anew as a whole: only a
    copy of HEAD that was kept elsewhere shows that.
    """
    with tqdm(total=trail_size(folder), unit=" bytes", unit_scale=True, disable=None) as bar:
        checked = check_trail(folder, head, bar.update)
    for note in checked.notes:
        msg.warn(note)
    refuse_faults(folder, checked)
    assert checked.head is not None
    print_tables([checked_table(checked)])
    msg.good(f"{folder}: line {checked.head.n}, {checked.head.this}")


@audit_app.command("trace")
def trace_cli(
    folder: Folder,
    key: Path = Opt(..., "--key", help="File with the site's key"),
    fact: str | None = Opt(None, "--fact", help="FILE#ID: a resource in exported FHIR"),
    note: str | None = Opt(None, "--note", help="Or a note's id"),
) -> None:
    """Show where a fact comes from: note, model, threshold, score, place, time and actor."""
    if (fact is None) == (note is None):
        raise CommandError(Errors.SC947)
    source = read_fact(fact) if fact is not None else Source(note or "")
    size = trail_size(folder)
    with tqdm(total=size, unit=" bytes", unit_scale=True, disable=None, delay=2) as bar:
        found = trace(folder, read_key(key), source, bar.update)
    print_tables(traced_table(one, source) for one in [t for t in found if t.fits] or found)
    if not found[0].fits:
        msg.warn("The trail has the note, but no run of the pipeline and time that it names")


@audit_app.command("export")
def export_cli(
    folder: Folder,
    target: Path = Arg(..., help="The file, NDJSON"),
    to: str = Opt("fhir", "--to", help="fhir: AuditEvent, R4B"),
    force: options.Force = False,
) -> None:
    """Write the trail as FHIR's AuditEvents: one for each run, one for each note."""
    if to != "fhir":
        raise CommandError(Errors.SC519.format(what="output", name=to, known="fhir"))
    check_outputs(target, force=force)
    written = write_audit_events(folder, target)
    print_tables([count_table("AuditEvents", written)])
    msg.good(f"{written.total()} in {target}")
