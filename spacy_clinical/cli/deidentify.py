"""`deidentify`, `deid-evaluate`, `deid-check`: notes without identifiers, and how sure that is."""

import json
from pathlib import Path
from typing import Any

from spacy.cli._util import Arg, Opt
from wasabi import msg

from ..batch.deidentification_run import deidentify_notes
from ..batch.leak_check import check_notes
from ..batch.note_reader import Notes
from ..batch.output_formats import OUTPUTS
from ..batch.run_settings import RunSettings
from ..deid import Policy, Surrogates
from ..errors import CommandError, DeidError, Errors
from ..evaluation.leak_evaluation import evaluate_leaks
from ..files import check_outputs, new_file
from ..installed import load_model
from ..scoring.confidence_intervals import Settings
from ..viewer.html_page import write_page
from ..viewer.leaks_page import NAMES, render_leaks
from .util import CORPUS, FORCE, clear_errors, print_table

POLICY = "hipaa (Safe Harbor), i2b2, gdpr, mask, remove, or a table"


def deidentify_cli(
    model: str = Arg(..., help="Installed pipeline with clinical_deid, or its folder"),
    sources: list[Path] = Arg(..., help="Notes: files, folders, - for stdin; as for annotate"),
    target: Path = Arg(..., help="NAME.jsonl, NAME.spacy, NAME.ndjson (FHIR), or a folder"),
    policy: str = Opt("hipaa", "--policy", help=POLICY),
    key: Path | None = Opt(None, "--key", help="File with a secret key, for surrogates"),
    vault: Path | None = Opt(None, "--vault", help="File for surrogates drawn by chance"),
    patient_field: str = Opt("", "--patient-field", help="Field that says whose note it is"),
    keep_meta: str = Opt("", "--keep-meta", help="Fields that stay as they are, comma-separated"),
    across_notes: bool = Opt(
        False, "--across-notes", help="Look for what one note has in all notes of its person"
    ),
    to: str | None = Opt(None, "--to", help=f"Output: {', '.join(OUTPUTS)}; else by the suffix"),
    kind: str | None = Opt(None, "--format", "-f", help="Input: jsonl, csv, tsv, parquet, txt..."),
    text_field: str = Opt("text", "--text-field", help="Field or column with the text"),
    id_field: str = Opt("id", "--id-field", help="Field or column with the note's id"),
    batch_size: int = Opt(32, "--batch-size", "-b", help="Notes in a batch", min=1),
    n_process: int = Opt(1, "--n-process", "-p", help="Processes", min=1),
    anew: bool = Opt(False, "--anew", help="Discard what an interrupted run has done"),
    force: bool = Opt(False, "--force", "-F", help="Replace a file that is there"),
) -> None:
    """
    De-identify notes. Fails closed: a note that raises, or in which a second search finds
    something, isn't written, and is listed by its number in TARGET.failed.jsonl. TARGET.report.json
    says what was done, without text. An interrupted run goes on where it was.
    """
    with clear_errors():
        if key is not None and vault is not None:
            raise DeidError(Errors.SC913)
        surrogates = Surrogates.keyed(key) if key else Surrogates.random(vault) if vault else None
        summary = deidentify_notes(
            load_model(model),
            Notes(sources, kind, text_field, id_field),
            target,
            Policy.load(policy),
            surrogates,
            RunSettings(to, batch_size=batch_size, n_process=n_process, anew=anew, force=force),
            patient_field=patient_field,
            keep_meta=[name for name in keep_meta.split(",") if name],
            across_notes=across_notes,
        )
        rows = [(*name.split(" ", 1), n) for name, n in sorted(summary.replaced.items())]
        print_table("Identifiers", rows, ("label", "action", "count"))
        msg.good(f"{summary.notes} notes de-identified in {target} ({summary.seconds:.1f} s)")
        if summary.failed:
            msg.warn(f"{len(summary.failed)} notes set aside in {target}.failed.jsonl")


def deid_evaluate_cli(
    model: str = Arg(..., help="Installed pipeline with clinical_deid, or its folder"),
    corpus: Path = Arg(..., help=CORPUS),
    policy: str = Opt("mask", "--policy", help="What is looked for: " + POLICY),
    output: Path | None = Opt(None, "--output", "-o", help="Write the scores to this JSON file"),
    report: Path | None = Opt(None, "--report", "-r", help="Write a page, NAME.html, with text"),
    samples: int = Opt(2000, "--samples", help="Rounds of bootstrap", min=1),
    seed: int = Opt(0, "--seed", help="Of the rounds"),
    force: bool = Opt(False, "--force", "-F", help=FORCE),
) -> None:
    """
    Score a pipeline on a corpus of identifiers: what leaks, which notes, and which other words are
    taken away. The page shows gold beside found.
    """
    with clear_errors():
        check_outputs(output, report, force=force, sources=[corpus])
        if report is not None and report.suffix.lower() not in (".html", ".htm"):
            raise CommandError(Errors.SC704.format(path=report))
        settings = Settings(samples=samples, seed=seed)
        found = evaluate_leaks(model, corpus, Policy.load(policy), settings, progress=None)
        print_leaks(found.scores)
        if output is not None:
            with new_file(output) as file:
                file.write((json.dumps(found.scores, indent=2) + "\n").encode())
        if report is not None:
            title = f"{Path(model).name} on {corpus.name}"
            write_page(render_leaks(title, found.scores, found.notes), report)
            msg.good(f"The page: {report}")


def print_leaks(scores: dict[str, Any]) -> None:
    """Print what leaks.

    scores (dict): As `scoring.leaks.sum_up` gives them.
    """
    rows = [(NAMES[name], *_cells(scores[name])) for name in NAMES]
    print_table("Identifiers", rows, ("", "%", "from", "to", "count"))
    by_label = [
        (label, row["recall"]["whole"], *_cells(row["recall"])[:3], _percent(row["precision"]))
        for label, row in scores["labels"].items()
    ]
    print_table("By label", by_label, ("label", "gold", "whole %", "from", "to", "right %"))


def deid_check_cli(
    sources: list[Path] = Arg(..., help="De-identified notes: files, folders"),
    known: Path | None = Opt(None, "--known", help="CSV or JSONL of patients: names, MRN, dob..."),
    locale: str = Opt("en", "--locale", help="Rules of numbers: en, de, es, zh; comma-separated"),
    output: Path | None = Opt(None, "--output", "-o", help="Write where, as JSON lines"),
    force: bool = Opt(False, "--force", "-F", help=FORCE),
) -> None:
    """
    Search de-identified notes for known values and for what looks like an identifier, whatever
    de-identified them. Exits with 1 if something is left. Nothing is quoted.
    """
    with clear_errors():
        check_outputs(output, force=force, sources=[*sources, known])
        found = check_notes(Notes(sources), known, tuple(locale.split(",")))
        print_table("Left", sorted(found.counts.items()), ("rule", "count"))
        if output is not None:
            with new_file(output) as file:
                for row in found.rows:
                    file.write((json.dumps(row) + "\n").encode())
        if found.rows:
            msg.fail(f"Something is left in {len(found.rows)} of {found.notes} notes", exits=1)
        msg.good(f"Nothing found in {found.notes} notes")


def _cells(score: dict[str, Any]) -> tuple[str, str, str, str]:
    bounds = [{"value": score[name]} for name in ("low", "high")]
    share, low, high = (_percent(x) for x in (score, *bounds))
    return share, low, high, f"{score['part']}/{score['whole']}"


def _percent(score: dict[str, Any]) -> str:
    return "-" if score["value"] is None else f"{100 * score['value']:.2f}"
