"""The rows of an Arrow batch, by one pipeline a process."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from spacy.tokens import Doc

from ..audit import AuditKey
from ..audit.model_description import describe_model
from ..deid.rewriter import Rewriter
from ..docs import to_record
from ..errors import Errors
from ..exports.document_facts import read_facts
from ..exports.export_settings import ExportSettings, name_system
from ..exports.fhir import FhirExporter
from ..exports.flat_tables import table_rows
from ..formats.jsonl import to_line
from ..installed import need_extra
from ..note import Note
from .arrow_audit import AuditJob, read_audit_key, tell_note
from .arrow_deid import DeidJob, keyed_hash, make_rewriter
from .arrow_worker_job import AUDIT, HASH, LISTS, NEW, ArrowJob, Load
from .note_formats.note_rows import Row, to_note
from .note_formats.parquet import plain_value
from .rewriting import told_error
from .worker_pool import Result, Take, annotate_notes

Fields = dict[str, Any]
MODEL = "model"
_CACHED: dict[tuple[str, str], "Annotator"] = {}


def annotate_batch(batch: Any, job: ArrowJob, load: Load) -> Iterator[Any]:
    """Annotate a batch.

    batch (pyarrow.RecordBatch): With the columns of the job.
    job (ArrowJob): What is to be done.
    load (Load): Loads its pipeline, if this process hasn't yet.
    YIELDS (pyarrow.RecordBatch): At most `job.batch_size` rows each.
    """
    annotator = find_annotator(job, load)
    arrow = need_extra("pyarrow", "Arrow", "parquet")
    schema = make_schema(arrow, job)
    for start in range(0, batch.num_rows, job.batch_size):
        rows = batch.slice(start, job.batch_size).to_pylist()
        yield arrow.RecordBatch.from_pylist(annotator.annotate(rows), schema)


def describe_pipeline(job: ArrowJob, load: Load) -> Any:
    """RETURNS (pyarrow.RecordBatch): One row: the pipeline as an audit trail names it, as JSON."""
    arrow = need_extra("pyarrow", "Arrow", "parquet")
    told = json.dumps(describe_model(find_annotator(job, load).nlp, job.model_hash))
    return arrow.RecordBatch.from_pydict({MODEL: [told]})


def find_annotator(job: ArrowJob, load: Load) -> "Annotator":
    """RETURNS (Annotator): The one of this process, loaded at its first call."""
    key = job.model, job.model_hash
    found = _CACHED.get(key)
    if found is None:
        _CACHED.clear()
        found = _CACHED[key] = Annotator(job, load)
    found.job = job
    return found


class Annotator:
    """A pipeline of a process, and how its documents become rows.

    job (ArrowJob): What is to be done.
    load (Load): Loads its pipeline.
    """

    def __init__(self, job: ArrowJob, load: Load):
        self.job = job
        if "OMP_NUM_THREADS" not in os.environ:
            torch.set_num_threads(1)  # the engine starts a process for each core
        self.nlp = load(job)
        self.system = name_system(self.nlp)
        self.exporters: dict[ExportSettings, FhirExporter] = {}
        self.rewriters: dict[DeidJob, Rewriter] = {}
        self.audit_keys: dict[AuditJob, AuditKey] = {}

    def annotate(self, rows: list[Fields]) -> list[Fields]:
        """Annotate notes.

        rows (list[Fields]): With the columns of the job.
        RETURNS (list[Fields]): One a note, in their order.
        """
        self._rewriter(), self._audit_key()  # raise before a note is looked at, if there is none
        kept: list[Fields] = [{} for _ in rows]
        notes = [self._note(row, number) for number, row in enumerate(rows)]
        takes = [self._take(found) for found in kept]
        audited = self.job.audit is not None
        results = annotate_notes(self.nlp, notes, takes, audited=audited)
        for row, note, result, found in zip(rows, notes, results, kept, strict=True):
            if result.doc is None:
                found.clear()
            found.update(self._told(note, result, row[HASH]))
        return kept

    def _told(self, note: Note, result: Result, hash: str) -> Fields:
        """The keys of a row: where notes are de-identified, nothing of the old ones."""
        told = {"model_hash": self.job.model_hash, "code": result.code}
        if (key := self._audit_key()) is not None:
            told[AUDIT] = tell_note(note, result, key)
        rewriter, deid = self._rewriter(), self.job.deid
        if rewriter is None or rewriter.surrogates is None or deid is None:
            return {"note_id": note.id, HASH: hash, **told, "error": result.error}
        name, error = rewriter.new_name(note.id), told_error(result.code, result.error)
        hash = keyed_hash(rewriter.surrogates, deid, hash)
        return {"note_id": name, HASH: hash, **told, "error": error}

    def _rewriter(self) -> Rewriter | None:
        deid = self.job.deid
        if deid is not None and deid not in self.rewriters:
            self.rewriters[deid] = make_rewriter(deid, self.nlp)
        return None if deid is None else self.rewriters[deid]

    def _audit_key(self) -> AuditKey | None:
        audit = self.job.audit
        if audit is not None and audit not in self.audit_keys:
            self.audit_keys[audit] = read_audit_key(audit)
        return None if audit is None else self.audit_keys[audit]

    def _note(self, row: Fields, number: int) -> Note:
        job, place = self.job, f"row {number}"
        name = "" if row[job.id] is None else str(row[job.id])
        if not isinstance(row[job.text], str):
            found = {"path": "-", "place": place, "part": "text", "found": "no string"}
            return Note(name, "", fault=Errors.SC560.format(**found))
        meta = {key: plain_value(row[key]) for key in job.meta if row[key] is not None}
        fields = {"id": name, "text": row[job.text], "meta": meta}
        return to_note(Row(place, fields), Path("-"), "text", "id")

    def _take(self, found: Fields) -> Take:
        def take(doc: Doc) -> bytes:
            rewriter = self._rewriter()
            if rewriter is not None:
                clean = rewriter.checked(doc)
                doc = clean.doc
                new = {"text": clean.text, "meta": json.dumps(clean.meta, ensure_ascii=False)}
                found.update({name: new[name] for name in NEW if name in self.job.keys})
            found.update(self._found(doc))
            return b""

        return take

    def _found(self, doc: Doc) -> Fields:
        """What is told of an annotated note."""
        job = self.job
        if job.to == "jsonl":
            return {"row": to_line(to_record(doc)).decode()}
        settings = self._settings()
        facts = read_facts(doc, settings)
        if job.to == "fhir":
            if settings not in self.exporters:
                self.exporters[settings] = FhirExporter(settings)
            fresh = self.exporters[settings].fresh(settings)
            return {"resources": [fresh.dump(x).decode() for x in fresh.checked(facts)]}
        tables = table_rows(facts, settings)
        return {
            name: [{column: row[column] for column in LISTS[name]} for row in tables[name]]
            for name in LISTS
        } | {"n_tokens": len(doc)}

    def _settings(self) -> ExportSettings:
        job = self.job
        more = (job.time, job.only_asserted)
        return ExportSettings(*self.system, *more, code_system=job.code_system)


def make_schema(arrow: Any, job: ArrowJob) -> Any:
    """RETURNS (pyarrow.Schema): Of the rows."""
    kinds = {"string": arrow.string(), "int64": arrow.int64(), "float64": arrow.float64()}
    fields = [(name, kinds[kind]) for name, kind in job.keys.items()]
    if job.to == "jsonl":
        return arrow.schema([*fields, ("row", arrow.string())])
    if job.to == "fhir":
        return arrow.schema([*fields, ("resources", arrow.list_(arrow.string()))])
    lists = {
        name: arrow.list_(arrow.struct([(key, kinds[kind]) for key, kind in columns.items()]))
        for name, columns in LISTS.items()
    }
    return arrow.schema([*fields, *lists.items(), ("n_tokens", arrow.int64())])
