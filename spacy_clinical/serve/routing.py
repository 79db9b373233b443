"""How routes are put into an app."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from .service import Service

Endpoint = Callable[[Service, Request], Awaitable[Response]]
_NOTE: dict[str, Any] = {
    "type": "object",
    "required": ["text"],
    "properties": {
        "id": {"type": "string"},
        "text": {"type": "string"},
        "meta": {"type": "object"},
    },
}


def add_route(app: FastAPI, service: Service, path: str, method: str, endpoint: Endpoint) -> None:
    """Add a route.

    app (FastAPI): The app.
    service (Service): Given to the endpoint.
    path, method (str): What leads to it.
    endpoint (Endpoint): Its first words are its description in /openapi.json.
    """
    if method == "GET":  # what looks after services often asks by HEAD
        app.add_route(path, partial(endpoint, service), methods=["HEAD"], include_in_schema=False)
    name = endpoint.__name__  # type: ignore[attr-defined]
    body = {"requestBody": {"required": True, "content": {"application/json": {"schema": _NOTE}}}}
    app.add_api_route(
        path,
        partial(endpoint, service),
        methods=[method],
        response_model=None,
        name=name,
        description=endpoint.__doc__,
        openapi_extra=body if path == "/annotate" else None,
    )
