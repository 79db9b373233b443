"""Notes of many requests to batches, and one thread that annotates them.

A pipeline is used by one thread: spaCy's memory zones and vocabularies are not made for several.
"""

import asyncio
import contextvars
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from ..batch.worker_pool import Result, Take, annotate_notes
from ..errors import Errors
from ..note import Note
from .metrics import Metrics
from .refusals import Refusal
from .served_model import ServedModel
from .service_events import Event, ModelFacts, Recorder
from .service_settings import ServeSettings


class Answer(NamedTuple):
    """What became of a note.

    result (Result): What was made of it, or its error's code.
    model (ModelFacts): The pipeline.
    """

    result: Result
    model: ModelFacts


@dataclass(frozen=True)
class PerModel:
    """What is made of a document that says which pipeline annotated it: that is known once its
    batch begins.

    take_of (Callable[[ServedModel], Take]): Gives what makes it. It may not raise.
    """

    take_of: Callable[[ServedModel], Take]


class Asked(NamedTuple):
    """Who asked for what.

    kind (str): As in `Event`.
    actor (str): The token's name.
    request (str): The request's id.
    """

    kind: str
    actor: str = ""
    request: str = ""


@dataclass(eq=False)
class Job:
    """A note that waits.

    note (Note): The note.
    take (Take | PerModel): What is made of the annotated document.
    asked (Asked): Who asked for it.
    future (asyncio.Future[Answer]): Gets the answer; if it is cancelled, the note is left out.
    began (float): When it came.
    pieces (int): Its wordpieces, 0 before they are counted.
    """

    note: Note
    take: Take | PerModel
    asked: Asked
    future: "asyncio.Future[Answer]"
    began: float
    pieces: int = 0


class Batcher:
    """The queue, and the thread that empties it.

    model (ServedModel): The pipeline; another one may be put in its place at any time, and is used
        from the next batch on.
    settings (ServeSettings): The bounds.
    metrics (Metrics): What is counted.
    record (Recorder | None): Is told of each note before its answer goes out.
    """

    def __init__(
        self,
        model: ServedModel,
        settings: ServeSettings,
        metrics: Metrics,
        record: Recorder | None = None,
    ):
        self.model = model
        self.settings = settings
        self.metrics = metrics
        self.record = record
        self._jobs: dict[Job, None] = {}
        self._first: dict[Job, None] = {}
        self._changed = threading.Condition()
        self._stopped = False
        self._recent, self._took = 1, 0.0
        self._per_note = 0.05
        self._shares: Counter[str] = Counter()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread. It keeps the context, with which thinc says where it computes."""
        self._loop = asyncio.get_running_loop()
        run = contextvars.copy_context().run
        self._thread = threading.Thread(target=run, args=(self._run,), name="pipeline", daemon=True)
        self._thread.start()

    async def stop(self) -> None:
        """Finish what waits, and end the thread."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join)

    @property
    def waiting(self) -> int:
        """RETURNS (int): Notes that wait."""
        return len(self._jobs)

    @property
    def retry_after(self) -> int:
        """RETURNS (int): Seconds after which there should be room again."""
        return max(1, min(60, round(self._per_note * self.waiting)))

    def check_room(self, actor: str) -> None:
        """Refuse a note for which there is no room. Raises Refusal.

        actor (str): Whose it is.
        """
        seconds = self.retry_after
        if self.waiting >= self.settings.max_queue:
            message = Errors.SC926.format(n=self.waiting, seconds=seconds)
            raise Refusal(503, message, seconds)
        if actor and self._shares[actor] >= self.settings.max_share:
            message = Errors.SC927.format(n=self._shares[actor], seconds=seconds)
            raise Refusal(429, message, seconds)

    def submit(
        self, note: Note, take: Take | PerModel, asked: Asked, *, first: bool = False
    ) -> "asyncio.Future[Answer]":
        """Put a note into the queue.

        note (Note): The note.
        take (Take | PerModel): What is made of its document, in the pipeline's thread.
        asked (Asked): Who asks for it.
        first (bool): Whether it goes before all others, and needs no room.
        RETURNS (asyncio.Future[Answer]): The answer. Raises Refusal where there is no room.
        """
        if not first:
            self.check_room(asked.actor)
        assert self._loop is not None
        job = Job(note, take, asked, self._loop.create_future(), time.monotonic())
        job.future.add_done_callback(lambda _: self._leave(job))
        with self._changed:
            (self._first if first else self._jobs)[job] = None
            self._shares[asked.actor] += 1
            self._changed.notify()
        self.metrics.waiting.set(self.waiting)
        return job.future

    def _leave(self, job: Job) -> None:
        """Forget a note that has its answer, or whose client is gone."""
        with self._changed:
            self._jobs.pop(job, None)
            self._first.pop(job, None)
            self._shares[job.asked.actor] -= 1
            if not self._shares[job.asked.actor]:
                del self._shares[job.asked.actor]

    def _run(self) -> None:
        while jobs := self._next_batch():
            self._recent = len(jobs)
            self._work(jobs)

    def _next_batch(self) -> list[Job]:
        """The next batch, empty at the end."""
        with self._changed:
            company = self._recent > 1 or bool(self._jobs)
            while True:
                self._changed.wait_for(lambda: self._stopped or self._first or self._jobs)
                if company:
                    self._wait_for_company()
                if self._first or self._jobs:  # a client may leave during each wait
                    break
                if self._stopped:
                    return []
            offered = [*self._first, *islice(self._jobs, self.settings.max_notes)]
        taken = self._cut(offered)
        with self._changed:
            for job in taken:
                self._first.pop(job, None)
                self._jobs.pop(job, None)
        return taken

    def _wait_for_company(self) -> None:
        """Wait for the clients that were just answered, who are about to send their next notes, as
        long as notes come one soon after another: else clients fall into two companies of which
        each waits for the other's batch. It costs a quarter of the last batch's time at most."""
        room = min(self.settings.max_notes, self.settings.max_queue)
        wanted = min(len(self._jobs) + self._recent, room)
        ends, before = time.monotonic() + self._took / 4, -1
        while before < len(self._jobs) < wanted and not (self._stopped or self._first):
            before, left = len(self._jobs), ends - time.monotonic()
            self._changed.wait_for(
                lambda: self._stopped or self._first or len(self._jobs) >= wanted,
                max(0.0, min(self.settings.max_wait, left)),
            )

    def _cut(self, offered: Sequence[Job]) -> list[Job]:
        """As many of the oldest notes as a batch holds, one at least."""
        taken: list[Job] = []
        total = 0
        for job in offered[: self.settings.max_notes]:
            job.pieces = job.pieces or self.model.count_pieces(job.note.text)
            if taken and total + job.pieces > self.settings.max_wordpieces:
                break
            total += job.pieces
            taken.append(job)
        return taken

    def _work(self, jobs: list[Job]) -> None:
        began = time.monotonic()
        model = self.model
        results = self._recorded(model, jobs, self._annotate(model, jobs))
        done = [(job, Answer(r, model.facts)) for job, r in zip(jobs, results, strict=True)]
        self._took = time.monotonic() - began
        self._per_note += 0.2 * (self._took / len(jobs) - self._per_note)
        self.metrics.tell_batch(len(jobs), sum(job.pieces for job in jobs))
        self.metrics.waiting.set(self.waiting)
        for result in results:
            self.metrics.notes.labels(result.code).inc()
        assert self._loop is not None
        self._loop.call_soon_threadsafe(_deliver, done)

    def _annotate(self, model: ServedModel, jobs: list[Job]) -> list[Result]:
        """The results; a defect that isn't one note's is an error of each of them."""
        notes = [job.note for job in jobs]
        takes = [x.take_of(model) if isinstance(x, PerModel) else x for x in (j.take for j in jobs)]
        try:
            return annotate_notes(model.nlp, notes, takes, audited=self.record is not None)
        except Exception as error:
            message = Errors.SC933.format(kind=type(error).__name__)
            return [Result(note.id, None, "SC933", message) for note in notes]

    def _recorded(self, model: ServedModel, jobs: list[Job], results: list[Result]) -> list[Result]:
        """The results, once they are recorded: what can't be recorded isn't told."""
        if self.record is None:
            return results
        now = time.monotonic()
        events = [
            Event(*job.asked, job.note, model.facts, r.doc, r.code, r.facts, now - job.began)
            for job, r in zip(jobs, results, strict=True)
            if job.asked.kind
        ]
        try:
            self.record(events)
        except Exception as error:
            message = Errors.SC936.format(kind=type(error).__name__)
            return [Result(result.id, None, "SC936", message) for result in results]
        return results


def _deliver(done: list[tuple[Job, Answer]]) -> None:
    for job, answer in done:
        if not job.future.done():
            job.future.set_result(answer)
