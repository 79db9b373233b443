"""Routes of a CDS service (https://cds-hooks.hl7.org/2.0/): its offers, and a patient's cards."""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from ..decisions.cds_hooks import discovery, patient_of
from ..errors import Errors
from .card_source import to_bytes
from .note_routes import JSON, receive
from .refusals import Refusal
from .request_bodies import check_type, parse
from .routing import add_route
from .service import Service

ROOT = "/cds-services"
TITLE = "Rules over a patient's notes"
DESCRIPTION = "For the review of charts: alerts that cite the notes that they rest on."


def add_cds_routes(app: FastAPI, service: Service, answers: Mapping[str, bytes]) -> None:
    """Add the routes.

    app (FastAPI): The app.
    service (Service): What they use.
    answers (Mapping[str, bytes]): As `CardSource.load` gives them.
    """
    offered = discovery(TITLE, DESCRIPTION)
    told = partial(cds_services, to_bytes(offered))
    _add(app, service, ROOT, "GET", told, cds_services)
    for one in offered["services"]:
        hooked = partial(cds_hook, answers, one["hook"])
        _add(app, service, f"{ROOT}/{one['id']}", "POST", hooked, cds_hook)


def _add(
    app: FastAPI, service: Service, path: str, method: str, endpoint: Any, of: Callable[..., Any]
) -> None:
    endpoint.__name__, endpoint.__doc__ = of.__name__, of.__doc__
    add_route(app, service, path, method, endpoint)


async def cds_services(offered: bytes, service: Service, request: Request) -> Response:
    """Tell which CDS Hooks are answered."""
    return Response(offered, media_type=JSON)


async def cds_hook(
    answers: Mapping[str, bytes], hook: str, service: Service, request: Request
) -> Response:
    """Answer a CDS Hook with the patient's cards, none where no rule fired. A patient whose notes
    aren't there is refused (412): that nothing is known isn't that nothing was found."""
    check_type(request, JSON)
    value = await asyncio.to_thread(parse, await receive(service, request), service.settings)
    patient = patient_of(value) if isinstance(value, dict) and value.get("hook") == hook else ""
    if not patient:
        expected = f"a request of the hook {hook} with context.patientId"
        raise Refusal(400, Errors.SC930.format(what="This request", expected=expected))
    if patient not in answers:
        expected = "a patient of the service's graph"
        raise Refusal(412, Errors.SC930.format(what="This patient", expected=expected))
    return Response(answers[patient], media_type=JSON)
