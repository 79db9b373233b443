"""A run of `annotate`: interrupted at any moment, it goes on where it was."""

import json
import shutil
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab
from tqdm import tqdm

from ..audit import AuditedNote, Run
from ..audit.model_description import describe_model
from ..corpus.corpus_files import failed_list
from ..docs import get_relation_rows, get_spans
from ..docs.doc_bytes import doc_from_bytes
from ..errors import CommandError, Errors
from ..exports.mapping_tables import check_mappings
from ..files import check_outputs, check_place, new_file
from ..installed import as_pipeline, open_bases
from ..note import Note
from .note_digests import Manifest
from .note_formats.format_detection import kind_in_folder
from .note_reader import Notes, NoteSource, as_notes
from .output_formats import ADDED_TO, DATABASES, FOLDERS, OUTPUTS, check_extra, find_output
from .resumable_folder import Work, describe, fingerprint_model, versions
from .rewriting import Rewriting, taken_counts, told_error
from .run_settings import RunSettings, Summary
from .worker_pool import Batch, Result, annotate_batches, make_batches


def annotate(
    model: str | Path | Language,
    notes: NoteSource,
    target: str | Path,
    settings: RunSettings | None = None,
    rewriting: Rewriting | None = None,
) -> Summary:
    """Annotate notes into a file or folder, once each, however often it takes.

    model (str | Path | Language): The pipeline, its package's name, or its folder.
    notes (str | Path | Iterable[Note | Record | Doc]): Files, or notes. Read twice: for the
        fingerprint, and for annotation.
    target (str | Path): Appears when all is done.
    settings (RunSettings | None): How to run.
    rewriting (Rewriting | None): How each note is rewritten before it is stored.
    RETURNS (Summary): The counts. Raises CommandError where no note could be annotated,
        ExportError, before the work, for a mapping table that doesn't fit, KnowledgeError and
        PipelineError for a base that is damaged or missing.
    """
    nlp, notes, target = as_pipeline(model), as_notes(notes), Path(target)
    open_bases(nlp)
    settings = settings or RunSettings()
    check_mappings(settings.mappings)
    began = time.monotonic()
    name = find_output(target, settings.to)
    check_extra(name)
    work = Work(target)
    work.clear()
    _check_target(work, name, notes, force=settings.force)
    _check_beside(work, name, rewriting, force=settings.force)
    manifest = Manifest.read(notes, as_files=name == "brat")
    print_ = {"notes": manifest.digest, "pipeline": fingerprint_model(nlp), "versions": versions()}
    if rewriting is not None:
        print_["policy"] = rewriting.fingerprint
    with work.opened(print_, anew=settings.anew):
        summary = Summary(passed_over=notes.passed_over if isinstance(notes, Notes) else Counter())
        summary.resumed = sum(n for i, (n, _) in enumerate(manifest.blocks) if work.has(i))
        event = "annotate" if rewriting is None else "deidentify"
        with _audited(nlp, settings, work, manifest, print_["pipeline"], event) as audit:
            run_blocks(nlp, notes, work, manifest, settings, audit, rewriting)
            _finish(work, name, manifest, summary, settings, nlp, print_["pipeline"], rewriting)
        work.discard()
    summary.seconds = time.monotonic() - began
    return summary


def _audited(
    nlp: Language,
    settings: RunSettings,
    work: Work,
    manifest: Manifest,
    fingerprint: str,
    event: str,
) -> AbstractContextManager[Run | None]:
    """The run's part of the audit trail, if one is kept. The time that it names is the one that
    exports name."""
    if settings.audit is None:
        return nullcontext()
    model = describe_model(nlp, fingerprint)
    details = {"started": work.started, "notes": sum(size for size, _ in manifest.blocks)}
    return settings.audit.run(event, model, **details)


def run_blocks(
    nlp: Language,
    notes: Iterable[Note],
    work: Work,
    manifest: Manifest,
    settings: RunSettings,
    audit: Run | None = None,
    rewriting: Rewriting | None = None,
) -> None:
    """Annotate the blocks that aren't done yet, and store each as it is.

    nlp (Language): The pipeline.
    notes (Iterable[Note]): All notes.
    work (Work): The run's folder, opened.
    manifest (Manifest): The blocks.
    settings (RunSettings): How to run.
    audit (Run | None): Where each block's notes are recorded before the block is stored, so that
        nothing that was run goes unrecorded.
    rewriting (Rewriting | None): How each note is rewritten before it is stored.
    """
    open_blocks = ((i, block) for i, block in manifest.same(notes) if not work.has(i))
    batches = (b for i, block in open_blocks for b in make_batches(i, block, settings.batch_size))
    collected: dict[int, Result] = {}
    total = sum(size for _, size in manifest.blocks)
    done = sum(size for i, (_, size) in enumerate(manifest.blocks) if work.has(i))
    hidden = None if settings.progress is None else not settings.progress
    with tqdm(
        total=total, initial=done, unit=" characters", unit_scale=True, disable=hidden
    ) as bar:
        done_batches = annotate_batches(
            nlp,
            batches,
            n_process=settings.n_process,
            audited=audit is not None,
            take=None if rewriting is None else rewriting.take,
        )
        for batch, results in done_batches:
            if audit is not None:
                audit.notes(map(_recorded, batch.notes, results))
                results = [result._replace(facts=None) for result in results]
            if rewriting is not None:
                first = manifest.first(batch.block)
                results = [*map(_unnamed, results, (first + place for place in batch.places))]
            collected.update(zip(batch.places, results, strict=True))
            bar.update(_size(batch))
            if len(collected) == manifest.blocks[batch.block][0]:
                work.write(batch.block, [collected[i] for i in range(len(collected))])
                collected = {}


def _unnamed(result: Result, number: int) -> Result:
    """A note under its number in the run: where notes are rewritten names identify, and so may
    the fault of one that can't be read."""
    error = told_error(result.code, result.error)
    return result._replace(id=f"number {number}", error=error)


def _recorded(note: Note, result: Result) -> AuditedNote:
    return AuditedNote(note.id, note.text, result.facts, result.code)


def _size(batch: Batch) -> int:
    return sum(len(note.text) for note in batch.notes)


def _check_target(work: Work, name: str, notes: Iterable[Note], *, force: bool) -> None:
    """Refuse before the work, not after it, a folder that is full, a file that is there, and what
    notes are read from."""
    target = work.target
    full = target.is_file() or (target.is_dir() and any(target.iterdir()))
    if name in FOLDERS and full and not work.placed:
        raise CommandError(Errors.SC022.format(path=target))
    if name not in FOLDERS and target.is_dir():
        raise CommandError(Errors.SC521.format(path=target))
    for source in notes.sources if isinstance(notes, Notes) else []:
        if _is_read(target, source, name):
            raise CommandError(Errors.SC567.format(target=target, source=source))
    if name in FOLDERS:
        check_place(target)
    elif name not in ADDED_TO and not work.placed:
        check_outputs(target, force=force)


def _check_beside(work: Work, name: str, rewriting: Rewriting | None, *, force: bool) -> None:
    """Refuse to replace the lists of another run. Those of this one, interrupted, may go, and where
    rows are added to a database what failed is added too."""
    failed = None if name in DATABASES else failed_list(work.target)
    if not work.begun:
        check_outputs(failed, rewriting and rewriting.report, force=force)


def _is_read(target: Path, source: Path, name: str) -> bool:
    """Whether the target is a source, or what a folder is read for in one: texts, FHIR..."""
    if target.exists() and source.exists() and target.samefile(source):
        return True
    inside = source.is_dir() and target.resolve().is_relative_to(source.resolve())
    return inside and (name in (*FOLDERS, "fhir") or kind_in_folder(target) is not None)


def _finish(
    work: Work,
    name: str,
    manifest: Manifest,
    summary: Summary,
    settings: RunSettings,
    nlp: Language,
    fingerprint: str,
    rewriting: Rewriting | None,
) -> None:
    """Write the target from the blocks, and what failed beside it."""
    docs = _read_back(work, manifest, summary)
    if work.placed:
        for _ in docs:
            pass
    else:
        _remove(work.output)
        into = work.target if name in ADDED_TO else None
        export = settings.export_settings(nlp, work.started, fingerprint, into)
        summary.left_out = OUTPUTS[name](docs, work.output, export)
    if summary.failed and not summary.notes:
        work.discard()
        first = summary.failed[0]
        raise CommandError(Errors.SC517.format(n=len(summary.failed), **first))
    _write_failed(failed_list(work.target), summary.failed, added=name in DATABASES)
    if rewriting is not None:
        rewriting.tell(summary)
    if not work.placed:
        work.place()


def _read_back(work: Work, manifest: Manifest, summary: Summary) -> Iterator[Doc]:
    """The documents of all blocks, counted. Each block has a vocabulary of its own, so that no
    run, however long, fills the memory with words."""
    for number, (size, _) in enumerate(manifest.blocks):
        vocab = Vocab()
        results = work.read(number, size)
        summary.failed += describe(results)
        for result in results:
            if result.doc is not None:
                doc = doc_from_bytes(vocab, result.doc)
                summary.replaced.update(taken_counts(doc))
                summary.notes += 1
                summary.pieces += result.pieces
                summary.unknown += result.unknown
                summary.mentions.update(span.label_ for span in get_spans(doc))
                summary.relations.update(label for _, _, label, _ in get_relation_rows(doc))
                yield doc


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _write_failed(path: Path, failed: list[dict[str, str]], *, added: bool) -> None:
    """Write what failed; where it is added to what is there, each line once."""
    lines = [(json.dumps(row, ensure_ascii=False) + "\n").encode() for row in failed]
    if added and path.is_file():
        lines = list(dict.fromkeys([*path.read_bytes().splitlines(keepends=True), *lines]))
    if not lines:
        path.unlink(missing_ok=True)
        return
    with new_file(path) as file:
        file.writelines(lines)
