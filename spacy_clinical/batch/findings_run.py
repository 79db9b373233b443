"""Findings of many reports: a row a report, a column a finding, and the words that say so."""

import csv
import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy
from spacy.attrs import SENT_START
from spacy.language import Language
from spacy.tokens import Doc, Span
from tqdm import tqdm

from ..docs.document_findings import FINDINGS as KEY
from ..docs.document_findings import (
    NEGATIVE,
    NOT_MENTIONED,
    POSITIVE,
    STATUSES,
    UNCERTAIN,
    get_findings,
)
from ..errors import CommandError, Errors, count_codes
from ..exports.csv_cells import guard_row
from ..files import new_file, refuse_address
from ..installed import as_pipeline
from ..note import Note
from ..plurals import counted
from ..result_tables import Message, Table
from .note_reader import NoteSource, as_notes
from .worker_pool import Result, annotate_batches, make_batches

MENTIONS, FINDINGS = "clinical_finding_mentions", "clinical_findings"
ASSERTING = ("clinical_context", "clinical_assertion")
# As CheXpert's files have them (Irvin et al. 2019).
CODES = {POSITIVE: "1", NEGATIVE: "0", UNCERTAIN: "-1", NOT_MENTIONED: ""}
EVIDENCE = ("report", "finding", "status", "score", "start", "end", "text", "sentence")
_BLOCK = 1000
_NEAR = 60  # tokens of a sentence that are quoted, before a mention and behind it


class ReportFindings(NamedTuple):
    """What a report says.

    id (str): Its id.
    findings (list[dict[str, Any]]): All findings of the table: `label`, `status`, `score`, and
        `evidence`, a list of [start_char, end_char, text, sentence].
    scope (list[str]): The sections that were asked, none for the whole report.
    """

    id: str
    findings: list[dict[str, Any]]
    scope: list[str]


@dataclass
class FindingsSummary:
    """What became of reports.

    reports (int): Reports that were read.
    labels (tuple[str, ...]): The findings, in the order of their table.
    counts (Counter[tuple[str, str]]): Reports, by finding and status.
    whole (int): Reports without any of the sections that the policy names, asked as a whole.
    unknown (int): Mentions that count for nothing because nobody knows the words of their
        assertion.
    failed (list[dict[str, str]]): Id, code and error of notes that were set aside.
    """

    reports: int = 0
    labels: tuple[str, ...] = ()
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    whole: int = 0
    unknown: int = 0
    failed: list[dict[str, str]] = field(default_factory=list)

    @property
    def failed_codes(self) -> str:
        """RETURNS (str): The kinds of faults, each with how many reports have it."""
        return count_codes(row["code"] for row in self.failed)


def finding_results(summary: FindingsSummary, target: Path) -> Iterator[Table | Message]:
    """Lay out what became of reports.

    summary (FindingsSummary): The counts.
    target (Path): Where the table is.
    YIELDS (Table | Message): How many reports have which finding, a row a finding, a column a
        status; what doesn't count, how many reports there are, and how many were set aside.
    """
    counts = summary.counts
    rows = [(x, *(str(counts[x, status]) for status in STATUSES)) for x in summary.labels]
    whole = f"none of the policy's sections, all counts: {counted(summary.whole, 'report')}"
    notes = [whole] if summary.whole else []
    yield Table("Reports by finding", ("", *STATUSES), rows, notes)
    if summary.unknown:
        unknown = (
            f"{counted(summary.unknown, 'mention')} without effect: nobody knows what is said there"
        )
        yield Message(unknown, "warn")
    yield Message(f"{counted(summary.reports, 'report')} in {target}")
    if summary.failed:
        yield Message(
            f"{counted(len(summary.failed), 'report')} set aside ({summary.failed_codes})", "warn"
        )


def check_finding_files(*paths: Path | None) -> None:
    """Refuse names of other files than CSV.

    paths (Path | None): What is to be written; None is passed over. Raises CommandError for another
        suffix, FormatError for a server's address.
    """
    for path in filter(None, paths):
        if path.suffix.lower() != ".csv":
            refuse_address(path)
            raise CommandError(Errors.SC502.format(path=path))


def with_scheme(nlp: Language, scheme: str | None) -> Language:
    """Give a pipeline a table of findings; components that it needs for that are added.

    nlp (Language): The pipeline.
    scheme (str | None): "chexpert", "nih", a file, or None to leave it as it is.
    RETURNS (Language): The same pipeline. Raises CommandError where it has no findings, and no
        scheme is given.
    """
    if scheme is None:
        if FINDINGS not in nlp.pipe_factories.values():
            raise CommandError(Errors.SC982.format(name=f"`{FINDINGS}`"))
        return nlp
    factories = dict(zip(nlp.pipe_names, nlp.pipe_factories.values(), strict=True))
    tables = {"tables": [scheme]}
    for name, factory in factories.items():
        if factory in (MENTIONS, FINDINGS):
            component: Any = nlp.get_pipe(name)
            component.rules = component.load([scheme])
    if MENTIONS not in factories.values():
        asserting = [name for name, factory in factories.items() if factory in ASSERTING]
        where: dict[str, Any] = {"before": asserting[0]} if asserting else {}
        nlp.add_pipe(MENTIONS, config=tables, **where)
        if not asserting:
            nlp.add_pipe("clinical_context", config={"rules": ["en", "radiology"]})
    if FINDINGS not in factories.values():
        nlp.add_pipe(FINDINGS, config=tables)
    return nlp


def find_findings(
    model: str | Path | Language,
    notes: NoteSource,
    *,
    n_process: int = 1,
    batch_size: int = 64,
    summary: FindingsSummary | None = None,
    progress: bool | None = False,
) -> Iterator[ReportFindings]:
    """Find what reports say of the findings of a table.

    model (str | Path | Language): A pipeline with `clinical_findings`.
    notes (str | Path | Iterable[Note | Record | Doc]): Files, or reports.
    n_process, batch_size (int): How to run.
    summary (FindingsSummary | None): Gets the counts, and the notes that were set aside.
    progress (bool | None): Show a progress bar; None if there is a terminal.
    RETURNS (Iterator[ReportFindings]): One a report that could be read, in order.
    """
    nlp = as_pipeline(model)
    summary = summary if summary is not None else FindingsSummary()
    hidden = None if progress is None else not progress
    with tqdm(unit=" reports", disable=hidden) as bar:
        for block, given in enumerate(_blocks(as_notes(notes), _BLOCK)):
            found: dict[int, ReportFindings] = {}
            batches = make_batches(block, given, batch_size)
            runs = annotate_batches(nlp, batches, n_process=n_process, take=pack_findings)
            for batch, results in runs:
                for place, result in zip(batch.places, results, strict=True):
                    if row := _take(result, summary):
                        found[place] = row
                bar.update(len(results))
            yield from (found[place] for place in sorted(found))


def pack_findings(doc: Doc) -> bytes:
    """RETURNS (bytes): The findings of a document, their evidence with its sentence, as JSON."""
    rows, begun = [], _begun(doc)
    for finding in get_findings(doc):
        cited = [[s.start_char, s.end_char, s.text, _sentence(s, begun)] for s in finding.evidence]
        rows.append({**finding._asdict(), "evidence": cited})
    attrs = doc.spans[KEY].attrs if KEY in doc.spans else {}
    return json.dumps([rows, attrs.get("scope", []), attrs.get("unknown", 0)]).encode()


def write_findings(
    rows: Iterable[ReportFindings],
    target: Path,
    evidence: Path | None = None,
    *,
    words: bool = False,
    guard_formulas: bool = False,
) -> None:
    """Write findings.

    rows (Iterable[ReportFindings]): As `find_findings` yields them.
    target (Path): A CSV: the report's id, and 1, 0, -1 or nothing for each finding.
    evidence (Path | None): A CSV of the mentions that decided: it holds text of the reports.
    words (bool): Write statuses instead of numbers.
    guard_formulas (bool): Put an apostrophe before what a spreadsheet would run.
    """

    with ExitStack() as stack:
        table = _open(stack, target)
        cited = csv.DictWriter(_open(stack, evidence), EVIDENCE) if evidence else None
        if cited:
            cited.writeheader()
        labels: csv.DictWriter[str] | None = None
        for row in rows:
            if labels is None:
                names = ["report", *(f["label"] for f in row.findings)]
                labels = csv.DictWriter(table, names)
                labels.writeheader()
            name = {"report": row.id}
            statuses = {f["label"]: f["status"] for f in row.findings}
            cells = statuses if words else {k: CODES[v] for k, v in statuses.items()}
            labels.writerow({**(guard_row(name) if guard_formulas else name), **cells})
            if cited:
                said = _cite(row)
                cited.writerows(guard_row(one) if guard_formulas else one for one in said)


def _open(stack: ExitStack, path: Path) -> TextIOWrapper:
    text = TextIOWrapper(stack.enter_context(new_file(path)), "utf-8", newline="")
    stack.callback(text.detach)
    return text


def _take(result: Result, summary: FindingsSummary) -> ReportFindings | None:
    if result.doc is None:
        summary.failed.append({"id": result.id, "code": result.code, "error": result.error})
        return None
    findings, scope, unknown = json.loads(result.doc)
    summary.reports += 1
    summary.labels = tuple(f["label"] for f in findings)
    summary.counts.update((f["label"], f["status"]) for f in findings)
    summary.whole += not scope
    summary.unknown += unknown
    return ReportFindings(result.id, findings, scope)


def _begun(doc: Doc) -> list[int]:
    """The tokens that sentences begin at, and the end: Span.sent looks through the whole Doc each
    time (spaCy 3.8)."""
    if not doc.has_annotation("SENT_START"):
        return []
    return [*numpy.flatnonzero(doc.to_array([SENT_START]).reshape(-1) == 1).tolist(), len(doc)]


def _sentence(span: Span, begun: list[int]) -> str:
    """The sentence of a span on one line, of a long one the words that are near."""
    if not begun:
        return " ".join(span.text.split())
    k = bisect_right(begun, span.start)
    first = max(begun[k - 1] if k else 0, span.start - _NEAR)
    last = min(begun[k] if k < len(begun) else len(span.doc), span.end + _NEAR)
    return " ".join(span.doc[first : max(last, span.end)].text.split())


def _cite(row: ReportFindings) -> Iterator[dict[str, Any]]:
    for finding in row.findings:
        score = finding["score"]
        for start, end, text, sentence in finding["evidence"]:
            yield {
                "report": row.id,
                "finding": finding["label"],
                "status": finding["status"],
                "score": "" if score is None else f"{score:.4f}",
                "start": start,
                "end": end,
                "text": text,
                "sentence": sentence,
            }


def _blocks(items: Iterable[Note], size: int) -> Iterator[list[Note]]:
    rest = iter(items)
    while block := list(islice(rest, size)):
        yield block
