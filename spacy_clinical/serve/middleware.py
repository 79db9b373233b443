"""What every request passes: host, token, time, one line of log, and no error that tells of it."""

import asyncio
import json
import time
import uuid
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..errors import Errors, find_code
from .access_log import describe_error, log_request
from .bearer_tokens import Token, is_local
from .fhir_messages import TYPE, outcome
from .refusals import Refusal
from .request_bodies import check_type

if TYPE_CHECKING:
    from .service import Service

OPEN = ("/livez", "/readyz", "/")
ONE_NOTE = ("/annotate", "/deidentify", "/fhir/$process-note")
LINGER = 5.0  # seconds at most that the rest of a body which is refused is read
HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class Gate:
    """Middleware around all routes.

    app (ASGIApp): The routes.
    service (Service): Its settings, tokens and counters.
    """

    def __init__(self, app: ASGIApp, service: "Service"):
        self.app = app
        self.service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        passage = _Passage(scope, receive, send, self.service)
        error: BaseException | None = None
        try:
            passage.check()
            await self.app(scope, receive, passage.send)
        except Refusal as refusal:
            await passage.refuse(refusal)
        except asyncio.CancelledError:
            raise
        except Exception as defect:
            error = defect
            message = Errors.SC933.format(kind=type(defect).__name__)
            await passage.refuse(Refusal(500, message))
        finally:
            passage.tell(error)
            passage.forget()


class _Passage:
    """One request on its way.

    scope (Scope): The request.
    receiver (Receive): Where the rest of it comes from.
    sender (Send): Where the answer goes.
    service (Service): As in `Gate`.
    """

    def __init__(self, scope: Scope, receiver: Receive, sender: Send, service: "Service"):
        self.scope = scope
        self.receiver = receiver
        self.sender = sender
        self.service = service
        self.request = Request(scope)
        self.id = uuid.uuid4().hex
        self.began = time.monotonic()
        self.status = 0
        self.bytes = 0
        self.code = ""
        self.token: Token | None = None
        path = scope["path"]
        self.route = path if path in service.routes else "-"
        scope.setdefault("state", {}).update(request_id=self.id, actor="", passage=self)

    def check(self) -> None:
        """Raises Refusal where the host isn't one of ours, the token isn't known, or a note would
        find no room: at the gate, where that costs least, before anything of it is read."""
        self._check_host()
        if self.service.tokens is not None and self.route not in OPEN:
            self.token = self.service.tokens.find(self.request.headers.get("authorization", ""))
            if self.token is None:
                raise Refusal(401, Errors.SC923)
            self.scope["state"]["actor"] = self.token.name
        if self.route in ONE_NOTE:
            self.service.batcher.check_room(self.scope["state"]["actor"])

    def check_admin(self) -> None:
        """Raises Refusal where there are tokens, and this isn't an administrator's; without tokens
        where a page of another origin asks, or one could: a browser sends it no JSON unasked."""
        if self.service.tokens is None:
            self._check_origin()
            check_type(self.request, "application/json")
        elif self.token is None or self.token.role != "admin":
            raise Refusal(403, Errors.SC923)

    def _check_origin(self) -> None:
        headers = self.request.headers
        origin, site = headers.get("origin"), headers.get("sec-fetch-site", "same-origin")
        own = origin is None or origin.partition("://")[2] == headers.get("host")
        if not own or site not in ("same-origin", "none"):
            expected = "a page of this service, or no browser"
            raise Refusal(
                403, Errors.SC930.format(what="A page of another origin", expected=expected)
            )

    def _check_host(self) -> None:
        """A page of a foreign site may have this machine's address under its own name."""
        host = self.request.headers.get("host", "")
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host
        known = self.service.hosts
        if not (is_local(name) or "*" in known or name.strip("[]").lower() in known):
            expected = "a name of this service (setting `hosts`)"
            raise Refusal(421, Errors.SC930.format(what="This host", expected=expected))

    async def send(self, message: Message) -> None:
        """Pass a part of the answer on, with headers that all answers have."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers: list[tuple[bytes, bytes]] = list(message.get("headers", []))
            more: MutableMapping[str, str] = dict(HEADERS) | {"X-Request-Id": self.id}
            if self.service.stopping and not any(key == b"connection" for key, _ in headers):
                more["Connection"] = "close"
            there = {key.lower() for key, _ in headers}
            headers += [
                (key.encode(), value.encode())
                for key, value in more.items()
                if key.lower().encode() not in there
            ]
            message = {**message, "headers": headers}
        elif message["type"] == "http.response.body":
            self.bytes += len(message.get("body", b""))
        await self.sender(message)

    async def refuse(self, refusal: Refusal) -> None:
        """Answer with an error, if no answer has begun."""
        self.code = refusal.code
        if self.status:
            return
        response = error_response(str(refusal), refusal.status, self.route, refusal.headers)
        if not refusal.close:
            await response(self.scope, _nothing, self.send)
            return
        start = {"type": "http.response.start", "status": response.status_code}
        await self.send({**start, "headers": response.raw_headers})
        await self.send({"type": "http.response.body", "body": response.body, "more_body": True})
        await self._drain()
        await self.send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _drain(self) -> None:
        """Read and forget the rest of a body whose answer has gone out, for a while: a connection
        that is closed while something comes is reset, and takes the answer with it."""
        try:
            async with asyncio.timeout(LINGER):
                message = await self.receiver()
                while message["type"] == "http.request" and message.get("more_body"):
                    message = await self.receiver()
        except TimeoutError:
            pass

    def forget(self) -> None:
        """Let go of the request: objects that hold each other stay until a round of the collector,
        for which every answer waits."""
        self.scope["state"].pop("passage", None)

    def tell(self, error: BaseException | None) -> None:
        """Write the line of log, and count."""
        seconds = time.monotonic() - self.began
        metrics = self.service.metrics
        metrics.requests.labels(self.route, str(self.status), self.code).inc()
        metrics.seconds.labels(self.route).observe(seconds)
        facts: dict[str, Any] = {
            "id": self.id,
            "route": self.route,
            "status": self.status,
            "ms": round(1000 * seconds, 1),
            "sent": self.bytes,
        }
        length = self.request.headers.get("content-length", "")
        if length.isdecimal():
            facts["received"] = int(length)
        if self.code:
            facts["code"] = self.code
        if self.token is not None:
            facts["token"] = self.token.name
        if error is not None:
            facts["defect"] = describe_error(error)
        log_request(**facts)


def error_response(
    message: str, status: int, route: str, headers: dict[str, str] | None = None
) -> Response:
    """RETURNS (Response): An error as JSON, or of FHIR's routes as an OperationOutcome."""
    if route.startswith("/fhir"):
        data, kind = json.dumps(outcome(message, status)), TYPE
    else:
        data = json.dumps({"code": find_code(message), "error": message})
        kind = "application/json"
    return Response(data, status, headers, kind)


async def _nothing() -> Message:
    return {"type": "http.disconnect"}
