"""A client of the service: what it refuses for the moment is sent again."""

import json
import random
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from ..errors import Errors, ServeError

Row = dict[str, Any]
AGAIN = (429, 502, 503, 504)
PASSING = ("SC926", "SC927", "SC928", "SC929", "SC936")  # of rows: no room, no time, no record


class Client:
    """Talks to a service. All that it asks for may be asked twice.

    url (str): Where the service is, such as "http://127.0.0.1:8080".
    token (str | None): The bearer token.
    timeout (float): Seconds for an answer.
    tries (int): How often a request is sent before it fails.
    max_pause (float): Seconds between two tries at most.
    chunk (int): Notes of one stream at most; their lines have to fit into `chunk_bytes` too, so
        that they are all sent before answers fill the way back.
    chunk_bytes (int): See `chunk`.
    verify (Any): Certificates, as httpx takes them.
    """

    def __init__(
        self,
        url: str,
        token: str | None = None,
        *,
        timeout: float = 120.0,
        tries: int = 8,
        max_pause: float = 10.0,
        chunk: int = 256,
        chunk_bytes: int = 1_000_000,
        verify: Any = True,
    ):
        self.url = url.rstrip("/")
        self.tries = tries
        self.max_pause = max_pause
        self.chunk = chunk
        self.chunk_bytes = chunk_bytes
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._http = httpx.Client(
            base_url=self.url, headers=headers, timeout=timeout, verify=verify, trust_env=False
        )

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def annotate(
        self, text: str, id: str | None = None, meta: Mapping[str, Any] | None = None
    ) -> Row:
        """Annotate a note.

        text (str): The note.
        id (str | None): Its name.
        meta (Mapping[str, Any] | None): What else is known of it.
        RETURNS (Row): The row that `annotate` writes. Raises ServeError with the service's code.
        """
        row: Row = self._json("POST", "/annotate", _note(text, id, meta))
        return row

    def bundle(
        self, text: str, id: str | None = None, meta: Mapping[str, Any] | None = None
    ) -> Row:
        """RETURNS (Row): A note's FHIR Bundle; see `annotate`."""
        row: Row = self._json("POST", "/annotate?to=fhir", _note(text, id, meta))
        return row

    def process_note(self, resource: Row) -> Row:
        """Send a DocumentReference or Parameters.

        resource (Row): The resource.
        RETURNS (Row): A Bundle of type "transaction".
        """
        kind = {"Content-Type": "application/fhir+json"}
        bundle: Row = self._json("POST", "/fhir/$process-note", resource, kind)
        return bundle

    def deidentify(
        self, text: str, id: str | None = None, meta: Mapping[str, Any] | None = None
    ) -> Row:
        """RETURNS (Row): A note's new `text`, `changes` by offset, and new `meta`; see
        `annotate`."""
        row: Row = self._json("POST", "/deidentify", _note(text, id, meta))
        return row

    def annotate_all(self, notes: Iterable[Row]) -> Iterator[Row]:
        """Annotate many notes.

        notes (Iterable[Row]): Objects with `text`, and perhaps `id` and `meta`.
        YIELDS (Row): A row a note, in their order; of one that failed `id`, `code` and `error`.
        """
        stream = iter(notes)
        lines: list[bytes] = []
        for note in stream:
            lines.append(json.dumps(note).encode() + b"\n")
            if len(lines) == self.chunk or sum(map(len, lines)) > self.chunk_bytes:
                yield from self._stream(lines)
                lines = []
        if lines:
            yield from self._stream(lines)

    def model(self) -> Row:
        """RETURNS (Row): Name, version, hash, components and labels of the pipeline."""
        row: Row = self._json("GET", "/model")
        return row

    def is_ready(self) -> bool:
        """RETURNS (bool): Whether the service takes notes now. It is asked once."""
        try:
            return self._http.get("/readyz").status_code == 200
        except httpx.HTTPError:
            return False

    def _stream(self, lines: list[bytes]) -> Iterator[Row]:
        """Send lines until each has its row: those that were refused for the moment, or that a
        service which stops hasn't read, are sent again. Rows go on in the order of the lines."""
        left = dict(enumerate(lines))
        rows: dict[int, Row] = {}
        next_row = 0
        for attempt in range(self.tries):
            rows |= zip(left, self._rows(left.values()), strict=False)
            rows = {i: row for i, row in rows.items() if row.get("code") not in PASSING}
            left = {i: line for i, line in left.items() if i not in rows}
            while next_row in rows:
                yield rows.pop(next_row)
                next_row += 1
            if not left:
                return
            self._pause(attempt, None)
        found = f"refused {len(left)} of {len(lines)} notes"
        raise ServeError(Errors.SC935.format(url=self._place, found=found, n=self.tries))

    def _rows(self, lines: Iterable[bytes]) -> list[Row]:
        """Send lines once. The rows are fewer where the service stopped in between."""
        kind = {"Content-Type": "application/x-ndjson"}
        answer = self._send("POST", "/annotate.ndjson", b"".join(lines), kind)
        return [json.loads(line) for line in answer.content.split(b"\n") if line.strip()]

    def _json(self, method: str, path: str, value: Any = None, headers: Row | None = None) -> Any:
        data = None if value is None else json.dumps(value).encode()
        kind = {"Content-Type": "application/json"} if value is not None else {}
        return self._send(method, path, data, kind | (headers or {})).json()

    def _send(self, method: str, path: str, data: bytes | None, headers: Row) -> httpx.Response:
        """Send a request until it is answered, or refused for good. Raises ServeError."""
        found = ""
        for attempt in range(self.tries):
            try:
                answer = self._http.request(method, path, content=data, headers=headers)
            except httpx.TransportError as error:
                found = f"can't be reached ({type(error).__name__})"
                self._pause(attempt, None)
                continue
            if answer.is_success:
                return answer
            if answer.status_code not in AGAIN:
                raise ServeError(_message(answer))
            found = f"answered {answer.status_code}: {_message(answer)}"
            self._pause(attempt, answer.headers.get("Retry-After"))
        raise ServeError(Errors.SC935.format(url=self._place, found=found, n=self.tries))

    @property
    def _place(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.hostname}:{parts.port or ''}".rstrip(":")

    def _pause(self, attempt: int, told: str | None) -> None:
        """Wait before the next try: as long as the service says, else longer each time; never all
        clients for the same time."""
        if attempt + 1 < self.tries:
            known = told is not None and told.isdecimal()
            seconds = float(told or 0) if known else 0.1 * 2**attempt
            time.sleep(min(self.max_pause, seconds) * random.uniform(0.5, 1.0))


def _note(text: str, id: str | None, meta: Mapping[str, Any] | None) -> Row:
    given = {"id": id, "text": text, "meta": dict(meta) if meta is not None else None}
    return {key: value for key, value in given.items() if value is not None}


def _message(answer: httpx.Response) -> str:
    try:
        row = answer.json()
    except ValueError:
        row = {}
    if not isinstance(row, dict):
        row = {}
    issues = row.get("issue") or [{}]
    return str(row.get("error") or issues[0].get("diagnostics") or f"HTTP {answer.status_code}")
