"""`audit`: whether the trail is whole, where a fact comes from, and the trail as FHIR."""

from pathlib import Path
from typing import Annotated

from spacy.cli._util import Arg, Opt
from tqdm import tqdm

from ..audit import read_key
from ..audit.audit_events import write_audit_events
from ..audit.keyed_hashes import write_key
from ..audit.tracing import read_source, trace, trace_results
from ..audit.trail_check import check_results, check_trail
from ..audit.trail_head import trail_size
from ..result_tables import count_table
from . import options
from .util import app, print_results

audit_app = app.group("audit", "The audit trail: verify, trace, export.")
Folder = Annotated[Path, Arg(help="The trail's folder")]


@audit_app.command("new-key")
def new_key_cli(path: Path = Arg(..., help="The key's file, which mustn't be there")) -> None:
    """Make a site's key. Whoever holds it can tell which notes a trail names; nobody else can."""
    print_results(f"Key {write_key(path).name} in {path}")


@audit_app.command("verify")
def verify_cli(
    folder: Folder,
    head: Path | None = Opt(None, help="A copy of HEAD that was kept elsewhere"),
) -> None:
    """Check that the trail is what was written: no line changed, removed, added or moved, no end
    cut. Exit 1 if anything is wrong. Whoever may write the folder could write it anew as a whole:
    only a copy of HEAD that was kept elsewhere shows that."""
    with tqdm(total=trail_size(folder), unit=" bytes", unit_scale=True, disable=None) as bar:
        checked = check_trail(folder, head, bar.update)
    print_results(check_results(folder, checked))


@audit_app.command("trace")
def trace_cli(
    folder: Folder,
    key: Path = Opt(..., help="File with the site's key"),
    fact: str | None = Opt(None, help="FILE#ID: a resource in exported FHIR"),
    note: str | None = Opt(None, help="Or a note's id"),
) -> None:
    """Show where a fact comes from: note, model, threshold, score, place, time and actor."""
    source = read_source(fact, note)
    size = trail_size(folder)
    with tqdm(total=size, unit=" bytes", unit_scale=True, disable=None, delay=2) as bar:
        found = trace(folder, read_key(key), source, bar.update)
    print_results(trace_results(found, source))


@audit_app.command("export")
def export_cli(
    folder: Folder,
    target: Path = Arg(..., help="The file, NDJSON"),
    to: str = Opt("fhir", help="fhir: AuditEvent, R4B"),
    force: options.Force = False,
) -> None:
    """Write the trail as FHIR's AuditEvents: one for each run, one for each note."""
    written = write_audit_events(folder, target, to, force=force)
    print_results(count_table("AuditEvents", written), f"{written.total()} in {target}")
