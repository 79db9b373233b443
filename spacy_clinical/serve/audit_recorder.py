"""Every note that is served, in the audit trail: a run for each token, kind and pipeline."""

from collections import defaultdict
from collections.abc import Sequence
from copy import copy

from ..audit import AuditedNote, Run, Trail
from ..errors import AuditError, Errors
from .service_events import Event


class AuditRecorder:
    """Records what is served.

    trail (Trail): The trail. Raises AuditError for one without a key.
    """

    def __init__(self, trail: Trail):
        if trail.key is None:
            raise AuditError(Errors.SC942)
        self.trail = trail
        self._runs: dict[tuple[str, str, str], Run] = {}

    def __call__(self, events: Sequence[Event]) -> None:
        """Record a batch. Raises AuditError where it can't be written: then no answer goes out.

        events (Sequence[Event]): The notes.
        """
        found: defaultdict[tuple[str, str, str], list[Event]] = defaultdict(list)
        for event in events:
            found[event.kind, event.actor, event.model.hash].append(event)
        for key, rows in found.items():
            run = self._runs.get(key) or self._begin(rows[0])
            self._runs[key] = run
            run.notes(AuditedNote(e.note.id, e.note.text, e.facts, e.code) for e in rows)

    def close(self) -> None:
        """End all runs."""
        for run in self._runs.values():
            run.close()
        self._runs.clear()

    def _begin(self, event: Event) -> Run:
        trail = copy(self.trail)
        trail.actor = f"token:{event.actor}" if event.actor else self.trail.actor
        return trail.run(event.kind, event.model._asdict(), by="serve")
