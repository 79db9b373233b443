"""A pipeline as an ASGI app."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request
from spacy.language import Language
from starlette.exceptions import HTTPException
from starlette.responses import Response

from ..errors import Errors
from .access_log import silence_paths
from .bearer_tokens import Tokens
from .card_source import CardSource
from .cds_routes import add_cds_routes
from .deid_route import Deidentifier, add_deid_route
from .middleware import Gate, error_response
from .note_routes import add_note_routes
from .served_model import ServedModel, load_served
from .service import Service
from .service_events import Recorder
from .service_settings import ServeSettings
from .state_routes import add_state_routes


def create_app(
    model: str | Path | Language,
    settings: ServeSettings | None = None,
    *,
    token_file: str | Path | None = None,
    golden: str | Path | None = None,
    policy: str | Path = "hipaa",
    deid_key: str | Path | None = None,
    record: Recorder | None = None,
    cards: CardSource | None = None,
) -> FastAPI:
    """Make an app for uvicorn or any other ASGI server, in one process, with one worker.

    model (str | Path | Language): The pipeline, its package's name, or its folder. One that is
        given by name can be loaded again.
    settings (ServeSettings | None): The bounds.
    token_file (str | Path | None): Hashes of the tokens that may be used, as `make_token` writes
        them; None if everybody who reaches the service may use it.
    golden (str | Path | None): Annotated notes that the pipeline must annotate so, as `annotate`
        writes them: JSON lines.
    policy (str | Path): What `/deidentify` does with each kind of identifier, see `deidentify`; the
        pipeline needs a `clinical_deid`.
    deid_key (str | Path | None): A file with the key that surrogates are made by; a policy that
        needs one refuses without.
    record (Recorder | None): Is told of each note, before its answer goes out.
    cards (CardSource | None): Rules over a graph, whose alerts answer CDS Hooks; None for no such
        routes.
    RETURNS (FastAPI): The app; `app.state.service` is its Service. Raises SpacyClinicalError where
        the pipeline can't be loaded or isn't sound.
    """
    path = Path(golden) if golden is not None else None
    if isinstance(model, Language):
        served = ServedModel(model, None, path)
        served.check()
    else:
        served = load_served(str(model), path)
    tokens = Tokens(Path(token_file)) if token_file is not None else None
    deidentifier = Deidentifier.load(policy, Path(deid_key) if deid_key is not None else None)
    service = Service(served, settings or ServeSettings(), tokens, record)
    return make_app(service, deidentifier, cards.load() if cards and cards.graph else None)


def make_app(
    service: Service, deidentifier: Deidentifier, answers: Mapping[str, bytes] | None = None
) -> FastAPI:
    """Make the app of a service.

    service (Service): The service.
    deidentifier (Deidentifier): What `/deidentify` does.
    answers (Mapping[str, bytes] | None): Patient to cards, None for no CDS service.
    RETURNS (FastAPI): The app.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        silence_paths()
        service.batcher.start()
        yield
        service.stopping = True
        await service.batcher.stop()

    app = FastAPI(title="spacy-clinical", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.service = service
    add_note_routes(app, service)
    add_deid_route(app, service, deidentifier)
    add_state_routes(app, service)
    if answers is not None:
        add_cds_routes(app, service, answers)
    service.routes = frozenset(route.path for route in app.routes if hasattr(route, "path"))
    app.add_middleware(Gate, service=service)
    app.add_exception_handler(HTTPException, _not_found)
    return app


def _not_found(request: Request, error: Exception) -> Response:
    """What the framework itself refuses: paths and methods."""
    assert isinstance(error, HTTPException)
    expected = "a route and method of /openapi.json"
    message = Errors.SC930.format(what="This request", expected=expected)
    passage = request.state.passage
    passage.code = "SC930"
    return error_response(message, error.status_code, passage.route, dict(error.headers or {}))
