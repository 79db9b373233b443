"""Routes that tell of the service itself."""

import json
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from ..errors import Errors
from ..viewer.paste_page import render_paste_page
from .fhir_messages import OPERATION, TYPE, capability, definition
from .metrics import CONTENT_TYPE
from .refusals import Refusal
from .routing import add_route
from .service import Service

JSON = "application/json"


def add_state_routes(app: FastAPI, service: Service) -> None:
    """Add the routes.

    app (FastAPI): The app.
    service (Service): What they tell of.
    """
    routes: dict[str, tuple[str, Callable[..., Any]]] = {
        "/livez": ("GET", livez),
        "/readyz": ("GET", readyz),
        "/metrics": ("GET", metrics),
        "/model": ("GET", model),
        "/reload": ("POST", reload),
        "/fhir/metadata": ("GET", fhir_metadata),
        f"/fhir/OperationDefinition/{OPERATION}": ("GET", fhir_definition),
        "/": ("GET", page),
    }
    for path, (method, endpoint) in routes.items():
        add_route(app, service, path, method, endpoint)


async def livez(service: Service, request: Request) -> Response:
    """Tell that the process answers."""
    return _json({"status": "alive"})


async def readyz(service: Service, request: Request) -> Response:
    """Tell whether the golden sentence is annotated as it should be; 503 if not, or at the end."""
    await service.check_ready()
    return _json({"status": "ready"})


async def metrics(service: Service, request: Request) -> Response:
    """Counters for Prometheus."""
    return Response(service.metrics.text(), media_type=CONTENT_TYPE)


async def model(service: Service, request: Request) -> Response:
    """The pipeline: name, version, hash, components, labels, and its card's facts."""
    nlp, facts = service.model.nlp, service.model.facts
    labels = {name: [str(x) for x in getattr(pipe, "labels", ())] for name, pipe in nlp.pipeline}
    return _json(
        {
            **facts._asdict(),
            "components": nlp.pipe_names,
            "labels": {name: found for name, found in labels.items() if found},
            "description": nlp.meta.get("description", ""),
            "license": nlp.meta.get("license", ""),
            "performance": nlp.meta.get("performance", {}),
        }
    )


async def reload(service: Service, request: Request) -> Response:
    """Load the pipeline again, beside the one in use."""
    request.state.passage.check_admin()
    return _json((await service.reload())._asdict())


async def fhir_metadata(service: Service, request: Request) -> Response:
    """FHIR's CapabilityStatement."""
    name, version, _ = service.model.facts
    return _json(capability(name, version, service.started, _address(request)), TYPE)


async def fhir_definition(service: Service, request: Request) -> Response:
    """FHIR's OperationDefinition of `$process-note`."""
    return _json(definition(_address(request)), TYPE)


async def page(service: Service, request: Request) -> Response:
    """A page on which a person pastes a note."""
    if not service.settings.page:
        raise Refusal(404, Errors.SC930.format(what="This path", expected="the setting `page`"))
    facts = service.model.facts
    html, policy = render_paste_page(
        model=f"{facts.name} {facts.version}".strip(), tokens=service.tokens is not None
    )
    headers = {"Content-Security-Policy": policy, "X-Frame-Options": "DENY"}
    return Response(html, headers=headers, media_type="text/html; charset=utf-8")


def _address(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}/fhir"


def _json(value: Any, kind: str = JSON) -> Response:
    return Response(json.dumps(value, default=str) + "\n", media_type=kind)
