"""A stream of notes in, a stream of rows out, in the same order."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from ..batch.worker_pool import Result, Take
from ..errors import Errors
from ..note import Note
from .micro_batcher import Answer, Asked, PerModel
from .refusals import Refusal
from .request_bodies import parse, read_note, told_id, too_large
from .served_model import take_row

if TYPE_CHECKING:
    from .service import Service

PAUSE = 0.02  # seconds before a full queue is tried again
Row = bytes | asyncio.Future[Answer]


class NoteStream(Response):
    """The answer to a stream. It reads no further than its share of the queue and what the client
    takes back allow.

    service (Service): Has queue and bounds.
    request (Request): Its body is the stream.
    take (Take | PerModel): What is made of each note.
    headers (dict[str, str]): Name the pipeline; a row that another one made says so itself, as
        every Bundle does.
    """

    def __init__(
        self,
        service: "Service",
        request: Request,
        take: Take | PerModel,
        headers: dict[str, str],
    ):
        super().__init__(headers=headers, media_type="application/x-ndjson")
        del self.headers["content-length"]
        self.service = service
        self.request = request
        self.take = take
        self.facts = service.model.facts
        self.rows: asyncio.Queue[Row | None] = asyncio.Queue(service.settings.max_notes)
        self.number = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(start)
        reading = asyncio.create_task(self._read())
        try:
            while (row := await self.rows.get()) is not None:
                data = row if isinstance(row, bytes) else self._row(await row)
                async with asyncio.timeout(self.service.settings.timeout):
                    await send({"type": "http.response.body", "body": data, "more_body": True})
            await reading  # raises what ended it, if that was a defect
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except (TimeoutError, ClientDisconnect, OSError):
            raise Refusal(499, "the client is gone", close=True) from None
        finally:
            reading.cancel()
            self._forget()

    def _forget(self) -> None:
        while not self.rows.empty():
            row = self.rows.get_nowait()
            if isinstance(row, asyncio.Future):
                row.cancel()

    async def _read(self) -> None:
        """Put each line's answer into the queue, the end last."""
        try:
            async for line in self._lines():
                self.number += 1
                if line is None:
                    await self.rows.put(self._too_long())
                elif line.strip():
                    await self.rows.put(await self._submit(line))
        except Refusal as refusal:
            await self.rows.put(_failed("", refusal))
        except ClientDisconnect:
            pass
        except Exception:
            await self.rows.put(None)
            raise
        await self.rows.put(None)

    def _too_long(self) -> bytes:
        limit = self.service.settings.max_bytes
        return _failed("", too_large(f"Line {self.number}", limit, "bytes", "max_bytes"))

    async def _lines(self) -> AsyncIterator[bytes | None]:
        """The lines, as they come, None for one that is too long. Raises Refusal if nothing comes
        for too long, and when the service stops."""
        settings = self.service.settings
        lines = _Lines(settings.max_bytes)
        stream = self.request.stream()
        while True:
            self.service.check_open()
            try:
                part = await asyncio.wait_for(anext(stream), settings.timeout)
            except StopAsyncIteration:
                break
            except TimeoutError:
                raise Refusal(408, Errors.SC929.format(seconds=settings.timeout)) from None
            for line in lines.add(part):
                yield line
        for line in lines.end():
            yield line

    async def _submit(self, line: bytes) -> Row:
        """A line's answer to come, or its error."""
        settings, id = self.service.settings, ""
        try:
            value = parse(line, settings)
            id = told_id(value)
            note = read_note(value, settings)
            if note.fault:
                raise Refusal(422, note.fault)
            return await self._queue(note)
        except Refusal as refusal:
            return _failed(id, refusal)

    async def _queue(self, note: Note) -> "asyncio.Future[Answer]":
        """Queue a note as soon as there is room."""
        state = self.request.state
        asked = Asked("annotate", state.actor, state.request_id)
        tries = max(1, round(self.service.settings.timeout / PAUSE))
        for left in range(tries, 0, -1):
            try:
                return self.service.batcher.submit(note, self.take, asked)
            except Refusal:
                if left == 1:
                    raise
                await asyncio.sleep(PAUSE)
        raise AssertionError

    def _row(self, answer: Answer) -> bytes:
        """A row. One that another pipeline made than the headers name says which; in Bundles there
        is a place for that, and none for another key."""
        data, is_row = _row_of(answer.result), self.take is take_row
        if answer.model == self.facts or not (is_row or answer.result.doc is None):
            return data
        return json.dumps({**json.loads(data), "model": answer.model._asdict()}).encode() + b"\n"


class _Lines:
    """Parts of a stream to its lines.

    limit (int): Bytes of a line. A longer one is None, as soon as that is known, and the rest of it
        is forgotten as it comes.
    """

    def __init__(self, limit: int):
        self.limit = limit
        self._kept = bytearray()
        self._skips = False

    def add(self, part: bytes) -> Iterator[bytes | None]:
        """YIELDS (bytes | None): The lines that a part ends."""
        *lines, rest = part.split(b"\n")
        for line in lines:
            yield from self._keep(line)
            yield from self.end()
        yield from self._keep(rest)

    def end(self) -> Iterator[bytes]:
        """YIELDS (bytes): What is kept of a line, at its end."""
        if not self._skips:
            yield bytes(self._kept)
        self._kept.clear()
        self._skips = False

    def _keep(self, piece: bytes) -> Iterator[None]:
        if self._skips:
            return
        self._kept += piece
        if len(self._kept) > self.limit:
            self._kept.clear()
            self._skips = True
            yield None


def _row_of(result: Result) -> bytes:
    if result.doc is not None:
        return result.doc
    return _line({"id": result.id, "code": result.code, "error": result.error})


def _failed(id: str, refusal: Refusal) -> bytes:
    return _line({"id": id, "code": refusal.code, "error": str(refusal)})


def _line(row: dict[str, str]) -> bytes:
    return json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
