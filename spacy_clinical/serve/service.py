"""What the routes share: the pipeline and its queue, bounds, tokens, counters."""

import asyncio
import os
import time
from datetime import UTC, datetime
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from spacy.tokens import Doc

from ..docs import to_record
from ..encoder.memory_release import trim_heap
from ..errors import Errors, ServeError, SpacyClinicalError
from ..exports.fhir import FhirExporter, bundle_exporter
from ..garbage_collection import collect_all
from .bearer_tokens import Tokens
from .metrics import Metrics
from .micro_batcher import Asked, Batcher
from .refusals import Refusal
from .served_model import ServedModel, load_served, said_by
from .service_events import ModelFacts, Recorder
from .service_settings import ServeSettings

READY_FOR = 5.0  # seconds that a check of the golden sentence holds
UNREADY_FOR = 1.0  # seconds that a failed one holds
_MEMINFO = Path("/proc/meminfo")


class Service:
    """A service.

    model (ServedModel): The pipeline, checked.
    settings (ServeSettings): The bounds.
    tokens (Tokens | None): Who may use it, None for everybody who reaches it.
    record (Recorder | None): Is told of each note.
    """

    def __init__(
        self,
        model: ServedModel,
        settings: ServeSettings,
        tokens: Tokens | None = None,
        record: Recorder | None = None,
    ):
        self.settings = settings
        self.tokens = tokens
        self.metrics = Metrics()
        self.metrics.tell_model(model.facts)
        self.batcher = Batcher(model, settings, self.metrics, record)
        self.hosts = {host.strip("[]").lower() for host in settings.hosts}
        self.routes: frozenset[str] = frozenset()
        self.stopping = False
        self.several = False
        self.started = datetime.now(UTC).isoformat(timespec="seconds")
        self._checked_until = 0.0
        self._outcome: Refusal | None = None
        self._checking = asyncio.Lock()
        self._loading = asyncio.Lock()

    @property
    def model(self) -> ServedModel:
        """RETURNS (ServedModel): The pipeline in use."""
        return self.batcher.model

    @cached_property
    def exporter(self) -> FhirExporter:
        """RETURNS (FhirExporter): With its tables read. Raises Refusal where FHIR's classes
        aren't installed."""
        if find_spec("fhir") is None or find_spec("fhir.resources") is None:
            extra = "FHIR's classes: pip install 'spacy-clinical[fhir]'"
            raise Refusal(501, Errors.SC930.format(what="FHIR", expected=extra))
        return bundle_exporter(self.model.export_settings(self.settings))

    def check_open(self) -> None:
        """Raises Refusal where the service is about to end."""
        if self.stopping:
            seconds = max(1, round(self.settings.drain))
            raise Refusal(503, Errors.SC928.format(seconds=seconds), seconds)

    async def check_ready(self) -> None:
        """Annotate the golden sentence, before all notes that wait, unless that was done a moment
        ago: whoever asks costs no more than that. Raises Refusal if it came out otherwise, or too
        late."""
        self.check_open()
        async with self._checking:
            if time.monotonic() >= self._checked_until:
                model = self.model
                self._outcome = await self._check_golden(model)
                if self.model is model:  # else it says nothing of the one in use
                    seconds = READY_FOR if self._outcome is None else UNREADY_FOR
                    self._checked_until = time.monotonic() + seconds
            outcome = self._outcome
        if outcome is not None:
            raise Refusal(outcome.status, str(outcome), outcome.retry_after)

    async def _check_golden(self, model: ServedModel) -> Refusal | None:
        """What is wrong with the golden sentence, None if nothing is."""
        found: list[Any] = []

        def take(doc: Doc) -> bytes:
            found.append(said_by(to_record(doc)))
            return b""

        future = self.batcher.submit(model.checked_note, take, Asked(""), first=True)
        try:
            answer = await asyncio.wait_for(future, self.settings.timeout)
        except TimeoutError:
            return Refusal(503, Errors.SC929.format(seconds=self.settings.timeout), 1)
        if answer.result.doc is None:
            return Refusal(503, Errors.SC931.format(found=answer.result.error), 1)
        if answer.model == model.facts:
            try:
                model.compare(model.checked_note.id, found[-1])
            except ServeError as error:
                return Refusal(503, str(error), 1)
        return None

    async def reload(self) -> ModelFacts:
        """Load pipeline and tokens again, beside those in use, and change over between two batches.

        RETURNS (ModelFacts): Of the new pipeline. Raises Refusal where there is none, or it isn't
        sound; the old one goes on.
        """
        self._check_reload()
        async with self._loading:
            old = self.model
            try:
                assert old.source is not None
                new = await asyncio.to_thread(load_served, old.source, old.golden)
                if self.tokens is not None:
                    self.tokens.read()
            except SpacyClinicalError as error:
                raise _not_loaded(500, str(error)) from None
            except Exception as error:  # spaCy's parts have no common one
                raise _not_loaded(500, f"a {type(error).__name__}") from None
            self.batcher.model = new
            self.metrics.tell_model(new.facts, old.facts)
            self._checked_until = 0.0
            del old
            await asyncio.to_thread(_release)
            return new.facts

    def _check_reload(self) -> None:
        """Raises Refusal where it can't be loaded again."""
        if self.model.source is None:
            raise _not_loaded(409, "it was given as it is, not by a name")
        if self.several:
            raise _not_loaded(409, "there are several processes; send SIGHUP to their parent")
        if self._loading.locked():
            raise _not_loaded(409, "it is being loaded already")
        free, needed = _free_memory(), _resident_memory()
        if free is not None and needed is not None and free < needed:
            raise _not_loaded(507, f"{free >> 20} MB are free, and {needed >> 20} MB may be needed")


def _not_loaded(status: int, found: str) -> Refusal:
    return Refusal(status, Errors.SC932.format(found=found))


def _release() -> None:
    collect_all()
    trim_heap()


def _free_memory() -> int | None:
    """Bytes that Linux could give, None where that isn't told."""
    try:
        lines = _MEMINFO.read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    return next((1024 * int(x.split()[1]) for x in lines if x.startswith("MemAvailable:")), None)


def _resident_memory() -> int | None:
    """Bytes that this process has: a second pipeline takes no more."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")
