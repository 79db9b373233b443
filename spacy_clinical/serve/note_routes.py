"""Routes that take notes: one a request, a stream of them, FHIR."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from fastapi import FastAPI
from spacy.tokens import Doc
from starlette.requests import Request
from starlette.responses import Response

from ..batch.worker_pool import Take
from ..errors import Errors
from ..exports.document_facts import read_facts
from ..exports.export_settings import ExportSettings
from ..exports.fhir import FhirExporter, collect
from ..note import Note
from ..viewer import render
from .fhir_messages import TYPE, read_process_note, take_transaction
from .micro_batcher import Answer, Asked, PerModel
from .note_stream import NoteStream
from .refusals import Refusal
from .request_bodies import check_type, parse, read_body, read_note
from .routing import add_route
from .served_model import ServedModel, take_row
from .service import Service
from .service_events import ModelFacts
from .service_settings import ServeSettings

JSON, NDJSON, HTML = "application/json", "application/x-ndjson", "text/html; charset=utf-8"


def add_note_routes(app: FastAPI, service: Service) -> None:
    """Add the routes.

    app (FastAPI): The app.
    service (Service): What they use.
    """
    routes: dict[str, Callable[..., Any]] = {
        "/annotate": annotate,
        "/annotate.ndjson": annotate_stream,
        "/fhir/$process-note": process_note,
    }
    for path, endpoint in routes.items():
        add_route(app, service, path, "POST", endpoint)


async def annotate(service: Service, request: Request) -> Response:
    """Annotate one note: `{"id", "text", "meta"}` to the line that `annotate` writes, or with
    `?to=fhir` to a Bundle."""
    take, kind = choose(service, request, page=service.settings.page)
    check_type(request, JSON)
    value = parse(await receive(service, request), service.settings)
    note = read_note(value, service.settings)
    return await answer(service, request, note, take, kind, "annotate")


async def annotate_stream(service: Service, request: Request) -> Response:
    """Annotate a stream of notes, a line each, to a stream of lines in the same order. The first
    answers come while notes are still sent."""
    take, _ = choose(service, request)
    check_type(request, NDJSON, "application/jsonl")
    service.check_open()
    return NoteStream(service, request, take, name_model(service.model.facts))


async def process_note(service: Service, request: Request) -> Response:
    """FHIR R4: a DocumentReference or Parameters to a transaction of what the note states."""
    exporter = service.exporter
    check_type(request, TYPE, JSON)
    value = parse(await receive(service, request), service.settings)
    note, reference = await asyncio.to_thread(read_process_note, value, service.settings)

    def take_of(model: ServedModel) -> Take:
        settings = model.export_settings(service.settings)
        return partial(take_transaction, exporter=exporter, settings=settings, note=reference)

    return await answer(service, request, note, PerModel(take_of), TYPE, "process-note")


def choose(
    service: Service, request: Request, *, page: bool = False
) -> tuple[Take | PerModel, str]:
    """Choose what is made of a note, by the query's `to`.

    service (Service): Has the settings.
    request (Request): The request.
    page (bool): Whether a page may be made of it.
    RETURNS (tuple[Take | PerModel, str]): What makes it, and its media type. Raises Refusal for
        another name.
    """
    to = request.query_params.get("to", "jsonl")
    if to == "jsonl":
        return take_row, JSON
    if to == "fhir":
        return PerModel(partial(_bundles_of, service.exporter, service.settings)), TYPE
    if to == "html" and page:
        return take_page, HTML
    raise Refusal(400, Errors.SC930.format(what="This `to`", expected="jsonl or fhir"))


def _bundles_of(exporter: FhirExporter, settings: ServeSettings, model: ServedModel) -> Take:
    return partial(take_bundle, exporter=exporter, settings=model.export_settings(settings))


def take_bundle(doc: Doc, exporter: FhirExporter, settings: ExportSettings) -> bytes:
    """RETURNS (bytes): A Bundle of type "collection", on a line of its own."""
    fresh = exporter.fresh(settings)
    return fresh.dump(collect(fresh.checked(read_facts(doc, settings)))) + b"\n"


def take_page(doc: Doc) -> bytes:
    """RETURNS (bytes): The page of a note."""
    return render([doc], names=["note"], title="Annotated note").encode()


async def receive(service: Service, request: Request) -> bytes:
    """Read a body.

    service (Service): Has the bounds.
    request (Request): The request.
    RETURNS (bytes): The body. Raises Refusal where it is too large, or comes too slowly.
    """
    try:
        async with asyncio.timeout(service.settings.timeout):
            return await read_body(request, service.settings.max_bytes)
    except TimeoutError:
        message = Errors.SC929.format(seconds=service.settings.timeout)
        raise Refusal(408, message, close=True) from None


async def answer(
    service: Service,
    request: Request,
    note: Note,
    take: Take | PerModel,
    kind: str,
    event: str,
) -> Response:
    """Have a note annotated.

    service (Service): Has the queue.
    request (Request): The request, whose body has been read.
    note (Note): The note.
    take (Take | PerModel): What is made of it.
    kind (str): The media type of that.
    event (str): As `Event.kind`.
    RETURNS (Response): It. Raises Refusal where the note fails, is too late, or nobody waits.
    """
    if note.fault:
        raise Refusal(422, note.fault)
    asked = Asked(event, request.state.actor, request.state.request_id)
    future = service.batcher.submit(note, take, asked)
    done = await wait(request, future, service.settings.timeout)
    if done.result.doc is None:
        status = {"SC933": 500, "SC936": 503}.get(done.result.code, 422)
        raise Refusal(status, f"[{done.result.code}] {done.result.error.partition('] ')[2]}")
    return Response(done.result.doc, headers=name_model(done.model), media_type=kind)


async def wait(request: Request, future: "asyncio.Future[Answer]", seconds: float) -> Answer:
    """Wait for an answer as long as somebody waits for it.

    request (Request): The request, whose body has been read.
    future (asyncio.Future[Answer]): The answer.
    seconds (float): How long.
    RETURNS (Answer): It. Raises Refusal if it is late, or the client is gone.
    """
    gone: asyncio.Future[None] = asyncio.ensure_future(_gone(request))
    both: set[asyncio.Future[Any]] = {future, gone}
    try:
        await asyncio.wait(both, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        left = gone.done()
        gone.cancel()
        if not future.done():
            future.cancel()
    if not future.cancelled():
        return future.result()
    if left:
        raise Refusal(499, "the client is gone", close=True)
    raise Refusal(503, Errors.SC929.format(seconds=seconds), 5)


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def name_model(facts: ModelFacts) -> dict[str, str]:
    """RETURNS (dict[str, str]): Headers that name a pipeline."""
    named = {"X-Model": facts.name, "X-Model-Version": facts.version, "X-Model-Hash": facts.hash}
    return {key: value.encode("ascii", "replace").decode() for key, value in named.items()}
