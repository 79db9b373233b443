"""The route that takes a note and gives it back without what identifies its patient."""

import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from fastapi import FastAPI
from spacy.tokens import Doc
from starlette.requests import Request
from starlette.responses import Response

from ..deid import Policy, Surrogates, deidentify
from ..errors import Errors
from .bodies import check_type, parse, read_note
from .note_routes import JSON, answer, receive
from .refusals import Refusal
from .routing import add_route
from .service import Service


@dataclass(frozen=True)
class Deidentifier:
    """What is done with identifiers.

    policy (Policy): What becomes of each kind.
    surrogates (Surrogates | None): Where surrogates come from.
    """

    policy: Policy
    surrogates: Surrogates | None = None

    @classmethod
    def load(cls, policy: str | Path, key: Path | None) -> "Deidentifier":
        """RETURNS (Deidentifier): By a policy's name or table, and a file with a key. Raises
        DeidError where one of them can't be used."""
        surrogates = Surrogates.keyed(key) if key is not None else None
        return cls(Policy.load(policy), surrogates)

    def take(self, doc: Doc) -> bytes:
        """RETURNS (bytes): The new text, what was done by offsets, and the new meta, as JSON."""
        done = deidentify(doc, self.policy, self.surrogates)
        changes = [change._asdict() for change in done.changes]
        row = {"text": done.text, "changes": changes, "meta": done.meta, "dropped": done.dropped}
        return json.dumps(row, ensure_ascii=False).encode() + b"\n"


def add_deid_route(app: FastAPI, service: Service, deidentifier: Deidentifier) -> None:
    """Add the route.

    app (FastAPI): The app.
    service (Service): What it uses.
    deidentifier (Deidentifier): What is done.
    """
    endpoint = partial(deidentify_note, deidentifier)
    endpoint.__name__ = "deidentify"  # type: ignore[attr-defined]
    endpoint.__doc__ = deidentify_note.__doc__
    add_route(app, service, "/deidentify", "POST", endpoint)


async def deidentify_note(
    deidentifier: Deidentifier, service: Service, request: Request
) -> Response:
    """De-identify one note: `{"id", "text", "meta"}` to its new text, what was changed by offsets,
    and its new meta. The answer holds no original word that was found."""
    check_type(request, JSON)
    if deidentifier.policy.needs_key and deidentifier.surrogates is None:
        raise Refusal(501, Errors.SC930.format(what="This policy", expected="a service with a key"))
    value = parse(await receive(service, request), service.settings)
    note = read_note(value, service.settings)
    return await answer(service, request, note, deidentifier.take, JSON, "deidentify")
