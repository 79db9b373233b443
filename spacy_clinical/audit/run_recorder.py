"""Who ran which model on which note with which result: what everything that runs calls."""

import getpass
import secrets
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ..errors import AuditError, Errors
from ..pipeline_folder import fingerprint_folder
from .keyed_hashes import AuditKey, read_key
from .note_counts import Counts
from .note_numbers import BINS, NoteFacts
from .told_notes import AuditedNote, ToldNote, tell
from .trail_files import Chain

if TYPE_CHECKING:
    from spacy.language import Language

EVERY = 128  # notes between two lines of counts
QUARTERS = ((0, 3), (3, 5), (5, 8), (8, 10))  # tenths of scores that a note's line adds up
NAMED = ("mentions", "relations", "said")


class Trail:
    """An audit trail.

    folder (str | Path): Where it is, or will be.
    key (AuditKey | None): The site's key; without it no notes can be recorded.
    actor (str): Who acts, such as "user:mbeck" or "token:7f3a"; never a note's patient.
    """

    def __init__(self, folder: str | Path, key: AuditKey | None = None, actor: str = ""):
        self.chain = Chain(folder)
        self.key = key
        self.actor = actor or f"user:{_user()}"

    def event(self, name: str, **details: Any) -> None:
        """Record that something was done.

        name (str): What, such as "tune".
        details (Any): JSON values: no text of a note, no id of one.
        """
        row = {"event": name, "actor": self.actor, **details}
        self.chain.add([row], sync=True)

    def change(
        self,
        name: str,
        before: Mapping[str, Any],
        nlp: "Language",
        folder: Path | None = None,
        **details: Any,
    ) -> None:
        """Record that a pipeline was changed: what it was, and what it is.

        name (str): What was done, such as "tune".
        before (Mapping[str, Any]): As `describe_model` gave it.
        nlp (Language): The pipeline now.
        folder (Path | None): Where it was saved, None if it wasn't.
        details (Any): JSON values.
        """
        from .model_description import describe_model

        now = fingerprint_folder(folder) if folder is not None else "not saved"
        self.event(name, model=dict(before), after=describe_model(nlp, now), **details)

    def run(self, event: str, model: Mapping[str, Any], **details: Any) -> "Run":
        """Begin a run over notes, to be closed by `with`. Raises AuditError without a key.

        event (str): What is done, such as "annotate".
        model (Mapping[str, Any]): By what, as `describe_model` gives it.
        details (Any): JSON values.
        RETURNS (Run): Takes the notes.
        """
        if self.key is None:
            raise AuditError(Errors.SC942)
        return Run(self, self.key, event, model, details)


class Run:
    """A run over notes: a line when it begins, one a note, counts now and then, one at its end.

    A note's line has numbers only; which label each of them is of stands in a line of names, the
    first time that the run finds it. Several threads may record.

    id (str): What its lines are told by.
    """

    def __init__(
        self,
        trail: Trail,
        key: AuditKey,
        event: str,
        model: Mapping[str, Any],
        details: Mapping[str, Any],
    ):
        self.id = secrets.token_hex(4)
        self._chain, self._key = trail.chain, key
        self._counts, self._done = Counts(), Counter[str]()
        self._names: dict[str, list[str]] = {name: [] for name in NAMED}
        self._lock = threading.Lock()
        opening = {"event": event, "run": self.id, "actor": trail.actor, "key": key.name}
        self._chain.add([{**opening, "model": dict(model), **details}], sync=True)

    def notes(self, notes: Iterable[AuditedNote]) -> None:
        """Record notes, all of them or none.

        notes (Iterable[AuditedNote]): What was run.
        """
        self.told(tell(note, self._key) for note in notes)

    def told(self, notes: Iterable[ToldNote]) -> None:
        """Record notes that are hashed already, all of them or none.

        notes (Iterable[ToldNote]): What was run; hashed by the key of this run's trail.
        """
        with self._lock, self._unless_it_fails():
            rows: list[dict[str, Any]] = []
            for note in notes:
                rows += [*self._new_names(note.facts), self._row(note)]
                self._counts.add(note.facts)
                self._done["failed" if note.facts is None else "notes"] += 1
                if self._counts.notes + self._counts.failed >= EVERY:
                    rows += self._count()
            self._chain.add(rows)

    def close(self, code: str = "") -> None:
        """Record the end.

        code (str): The error's code, or its kind, if it failed.
        """
        with self._lock, self._unless_it_fails():
            done = {name: self._done[name] for name in ("notes", "failed")}
            end = {"event": "end", "run": self.id, **done}
            rows = [*self._count(), {**end, "code": code} if code else end]
            self._chain.add(rows, sync=True)

    @contextmanager
    def _unless_it_fails(self) -> Iterator[None]:
        """Take counts and names back if they can't be written: the file doesn't hold them."""
        counts, done = Counts(), self._done.copy()
        counts += self._counts
        known = {field: len(names) for field, names in self._names.items()}
        try:
            yield
        except BaseException:
            self._counts, self._done = counts, done
            for field, n in known.items():
                del self._names[field][n:]
            raise

    def __enter__(self) -> "Run":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close("" if kind is None else kind.__name__)

    def _new_names(self, facts: NoteFacts | None) -> list[dict[str, Any]]:
        """A line of the names that a note has first."""
        if facts is None:
            return []
        new = {}
        for field in NAMED:
            known = self._names[field]
            found = [name for name in getattr(facts, field) if name not in known]
            if found:
                new[field] = found
                known += found
        return [{"event": "names", "run": self.id, **new}] if new else []

    def _row(self, note: ToldNote) -> dict[str, Any]:
        told = {"id": note.id, "hash": note.text, "chars": note.chars}
        row: dict[str, Any] = {"event": "note", "run": self.id, "note": told}
        if note.facts is None:
            return {**row, "result": {"code": note.code or "?"}}
        row["result"] = self._result(note.facts, note.result)
        return {**row, "ms": note.facts.ms} if note.facts.ms else row

    def _result(self, facts: NoteFacts, hash: str) -> dict[str, Any]:
        result: dict[str, Any] = {"hash": hash} if hash else {}
        mentions = {label: sum(bins) for label, bins in facts.mentions.items()}
        counts = {"mentions": mentions, "relations": facts.relations, "said": facts.said}
        for field, found in counts.items():
            if found:
                result[field] = in_order(found, self._names[field])
        tenths = [sum(bins[i] for bins in facts.mentions.values()) for i in range(BINS)]
        if any(tenths):
            result["score"] = [sum(tenths[i:j]) for i, j in QUARTERS]
        return result

    def _count(self) -> list[dict[str, Any]]:
        counts, self._counts = self._counts, Counts()
        if not counts.notes + counts.failed:
            return []
        return [{"event": "counts", "run": self.id, "counts": counts.to_dict()}]


def in_order(counts: Mapping[str, int], names: Sequence[str]) -> list[int]:
    """RETURNS (list[int]): A count for each name, up to the last that isn't 0."""
    last = max(names.index(name) for name in counts)
    return [counts.get(name, 0) for name in names[: last + 1]]


def open_audit(folder: str | Path, key: str | Path | None = None, actor: str = "") -> Trail:
    """Open an audit trail, to which every run adds.

    folder (str | Path): Its folder, made if it isn't there.
    key (str | Path | None): The file with the site's key; without it only what names no note can be
        recorded: tuning, calibration, packaging.
    actor (str): Who acts; "" for the user that the operating system names.
    RETURNS (Trail): To be given to `annotate`, `tune`, `calibrate` and `package`. Raises AuditError
        for a key or a folder that can't be used.
    """
    return Trail(folder, None if key is None else read_key(key), actor)


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"
