"""The route that takes a note and gives it back without what identifies its patient."""

import json
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from weakref import WeakKeyDictionary

from fastapi import FastAPI
from spacy.tokens import Doc
from starlette.requests import Request
from starlette.responses import Response

from ..batch.deidentification_run import find_locales
from ..batch.worker_pool import Take
from ..deid import Policy, Surrogates
from ..deid.rewriter import Rewriter
from ..errors import DeidError, Errors
from .micro_batcher import PerModel
from .note_routes import JSON, answer, receive
from .refusals import Refusal
from .request_bodies import check_type, parse, read_note
from .routing import add_route
from .served_model import ServedModel
from .service import Service


@dataclass(frozen=True)
class Deidentifier:
    """What is done with identifiers.

    policy (Policy): What becomes of each kind.
    surrogates (Surrogates | None): Where surrogates come from.
    """

    policy: Policy
    surrogates: Surrogates | None = None
    _rewriters: "WeakKeyDictionary[ServedModel, Rewriter]" = field(
        default_factory=WeakKeyDictionary, repr=False, compare=False
    )

    @classmethod
    def load(cls, policy: str | Path, key: Path | None) -> "Deidentifier":
        """RETURNS (Deidentifier): By a policy's name or table, and a file with a key. Raises
        DeidError where one of them can't be used."""
        surrogates = Surrogates.keyed(key) if key is not None else None
        return cls(Policy.load(policy), surrogates)

    def check(self, model: ServedModel) -> None:
        """Raises Refusal where a pipeline or the policy lacks what nothing may leave without.

        model (ServedModel): The pipeline.
        """
        try:
            self._rewriter(model)
        except DeidError as error:
            raise Refusal(501, str(error)) from None

    def take_of(self, model: ServedModel) -> Take:
        """RETURNS (Take): What is made of documents of a pipeline."""
        return partial(self._take, model)

    def _rewriter(self, model: ServedModel) -> Rewriter:
        if model not in self._rewriters:
            locales = find_locales(model.nlp)
            self._rewriters[model] = Rewriter(self.policy, self.surrogates, locales=locales)
        return self._rewriters[model]

    def _take(self, model: ServedModel, doc: Doc) -> bytes:
        """The new text, what was done by offsets, and the new meta, as JSON. Raises DeidError, so
        that the note fails, where a second search finds an identifier in it."""
        done = self._rewriter(model).checked(doc)
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
    deidentifier.check(service.model)
    value = parse(await receive(service, request), service.settings)
    note = read_note(value, service.settings)
    return await answer(service, request, note, PerModel(deidentifier.take_of), JSON, "deidentify")
