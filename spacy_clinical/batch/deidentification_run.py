"""Notes in, de-identified notes out, on the same restartable run as `annotate`."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from ..deid.across_notes import AcrossNotes
from ..deid.policy import Policy
from ..deid.rewriter import Rewriter
from ..deid.surrogates import Surrogates
from ..errors import CommandError, DeidError, Errors
from ..installed import as_pipeline
from ..json_io import write_json
from ..note import Note
from .annotation_run import annotate
from .note_reader import Notes, NoteSource, as_notes
from .resumable_folder import versions
from .rewriting import Rewriting, tell_counts
from .run_settings import RunSettings, Summary
from .worker_pool import to_bytes

FACTORY = "clinical_deid"
_TWICE = "[SC514]"


def deidentify_notes(
    model: str | Path | Language,
    notes: NoteSource,
    target: str | Path,
    policy: Policy | str | Path = "hipaa",
    surrogates: Surrogates | None = None,
    settings: RunSettings | None = None,
    *,
    patient_field: str = "",
    keep_meta: Collection[str] = (),
    across_notes: bool = False,
) -> Summary:
    """De-identify notes into a file or folder. It fails closed: a note that raises isn't written,
    nor is one in which a second search finds what is known or what looks like an identifier; both
    are told by their number in TARGET.failed.jsonl. TARGET.report.json says what was done, without
    text.

    model (str | Path | Language): A pipeline with `clinical_deid`, its package's name, or its
        folder. Its other components run too, and what they find is in the output.
    notes (str | Path | Iterable[Note | Record | Doc]): Files, or notes.
    target (str | Path): Appears when all is done.
    policy (Policy | str | Path): What is done with each kind of identifier.
    surrogates (Surrogates | None): Where surrogates come from.
    settings (RunSettings | None): How to run.
    patient_field (str): The meta field that says whose note it is, which each note must have then;
        "" for patient_id, mrn or patient, else each note by itself.
    keep_meta (Collection[str]): Meta fields that identify nobody and stay as they are.
    across_notes (bool): Look for names and codes that are found in one note of a person in all of
        that person's notes. All notes are searched once before.
    RETURNS (Summary): The counts; `replaced` of what became of identifiers. Raises DeidError where
        the pipeline doesn't look for identifiers, and where the policy needs surrogates that there
        are none for.
    """
    nlp, settings = as_pipeline(model), settings or RunSettings()
    rewriter = Rewriter(
        policy if isinstance(policy, Policy) else Policy.load(policy),
        surrogates,
        patient_field,
        keep_meta,
        find_locales(nlp),
    )
    if surrogates is not None and not surrogates.is_shared and settings.n_process > 1:
        raise DeidError(Errors.SC911)
    try:
        if across_notes:
            notes = _told(nlp, as_notes(notes), patient_field)
        report = Path(target).with_name(f"{Path(target).name}.report.json")
        tell = partial(_write_report, report, rewriter.policy, nlp)
        rewriting = Rewriting(_Take(rewriter), rewriter.fingerprint, report, tell)
        return annotate(nlp, notes, target, settings, rewriting)
    except CommandError as error:
        if str(error).startswith(_TWICE):
            raise DeidError(Errors.SC912) from None
        raise


@dataclass
class _ToldNotes(Notes):
    """Notes of files, each with what was found in its person's others."""

    across: AcrossNotes | None = None

    def __iter__(self) -> Iterator[Note]:
        notes = super().__iter__()
        return notes if self.across is None else self.across.known(notes)


def _told(nlp: Language, notes: Iterable[Note], patient_field: str) -> NoteSource:
    across = AcrossNotes(nlp, _deid_name(nlp), patient_field)
    across.gather(notes)
    if not isinstance(notes, Notes):
        return list(across.known(notes))
    told = _ToldNotes(notes.sources, notes.kind, notes.text_field, notes.id_field, across=across)
    told._stdin = notes._stdin
    return told


class _Take:
    """What is stored of a note: its de-identified document."""

    def __init__(self, rewriter: Rewriter):
        self._rewriter = rewriter

    def __call__(self, doc: Doc) -> bytes:
        clean, counts = self._rewriter.rewrite(doc)
        tell_counts(clean, counts)
        return to_bytes(clean)


def find_locales(nlp: Language) -> tuple[str, ...]:
    """Find what a pipeline's rules look for.

    nlp (Language): The pipeline.
    RETURNS (tuple[str, ...]): The locales of its rules. Raises DeidError where it has no
        `clinical_deid`.
    """
    rules = nlp.get_pipe(_deid_name(nlp)).finder.rules  # type: ignore[attr-defined]
    return tuple(rules.names) if rules is not None else ("en",)


def _deid_name(nlp: Language) -> str:
    for name in nlp.pipe_names:
        if nlp.get_pipe_meta(name).factory == FACTORY:
            return name
    raise DeidError(Errors.SC914)


def _write_report(path: Path, policy: Policy, nlp: Language, summary: Summary) -> None:
    codes: dict[str, int] = {}
    for row in summary.failed:
        codes[row["code"]] = codes.get(row["code"], 0) + 1
    report: dict[str, Any] = {
        "policy": policy.name,
        "actions": {label: action for label, (action, _) in sorted(policy.actions.items())},
        "pipeline": f"{nlp.meta.get('lang')}_{nlp.meta.get('name')} {nlp.meta.get('version')}",
        "versions": versions(),
        "notes": summary.notes,
        "set_aside": codes,
        "replaced": dict(sorted(summary.replaced.items())),
    }
    write_json(report, path)
