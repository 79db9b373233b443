"""What a service takes at most, and how it starts and stops."""

from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Annotated, Any

from thinc.api import Config
from typer import Argument, Option

from ..errors import Errors, ServeError
from .card_source import CardSource


@dataclass(frozen=True)
class ServeSettings:
    """The bounds of a service. All of them hold for one process.

    max_characters (int): Of a note; 413 above.
    max_bytes (int): Of a body, or of a line of a stream; 413 above.
    max_depth (int): Lists and objects inside each other in JSON; 400 above.
    max_queue (int): Notes that wait; 503 with Retry-After above.
    max_share (int): Of them those of one token; 429 with Retry-After above.
    max_wordpieces (int): Of a batch, by the encoder's own tokenizer; a longer note has a batch of
        its own.
    max_notes (int): Of a batch.
    max_wait (float): Seconds without a new note after which a worker waits no longer for those whom
        it has just answered.
    timeout (float): Seconds for a request; 408 or 503 above.
    drain (float): Seconds that a service which was told to stop still takes requests: it takes
        others that long to learn it.
    page (bool): Whether `/` is a page where a person pastes a note.
    only_asserted (bool): FHIR leaves out what the note denies, doubts or says of others.
    code_system (str): Of bare numbers in FHIR, see `ExportSettings`.
    hosts (tuple[str, ...]): Names that a request may call the service by, beside this machine's own
        and the address that it listens on; "*" for any.
    """

    max_characters: int = 200_000
    max_bytes: int = 4_000_000
    max_depth: int = 32
    max_queue: int = 256
    max_share: int = 192
    max_wordpieces: int = 4096
    max_notes: int = 64
    max_wait: float = 0.005
    timeout: float = 60.0
    drain: float = 2.0
    page: bool = False
    only_asserted: bool = False
    code_system: str = ""
    hosts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, int | float) and not isinstance(value, bool) and value < 0:
                raise _wrong("settings", one.name, str(value), "a number from 0")
        for name in ("max_characters", "max_bytes", "max_depth", "max_notes", "max_queue"):
            if getattr(self, name) < 1:
                raise _wrong("settings", name, "0", "a number from 1")


@dataclass(frozen=True)
class Start:
    """How a service starts.

    model (str): Installed pipeline or its folder.
    settings (ServeSettings): The bounds.
    host (str): Address to listen on.
    port (int): Port, 0 for any that is free.
    token_file (Path | None): Hashes of tokens, as serve-token writes them.
    golden (Path | None): Notes annotated as they must be: JSON lines of annotate.
    certfile (Path | None): Certificate for TLS.
    keyfile (Path | None): Its key.
    behind_proxy (bool): A proxy ends TLS before it.
    policy (str): Of /deidentify: a policy's name or table.
    deid_key (Path | None): File with the key of its surrogates.
    cards (CardSource | None): As for `create_app`.
    audit (Path | None): Folder of an audit trail: record there who ran what on what.
    key (Path | None): File with the site's key, by which the trail hashes notes: `audit new-key`
        makes one.
    processes (int): Each has a pipeline of its own.
    """

    model: Annotated[str, Argument()]
    settings: ServeSettings = field(default_factory=ServeSettings)
    host: Annotated[str, Option("--host")] = "127.0.0.1"
    port: Annotated[int, Option("--port", "-p")] = 8080
    token_file: Annotated[Path | None, Option("--token-file", "-t")] = None
    golden: Annotated[Path | None, Option("--golden", exists=True)] = None
    certfile: Annotated[Path | None, Option("--ssl-certfile", exists=True)] = None
    keyfile: Annotated[Path | None, Option("--ssl-keyfile", exists=True)] = None
    behind_proxy: Annotated[bool, Option("--behind-proxy")] = False
    policy: Annotated[str, Option("--policy")] = "hipaa"
    deid_key: Annotated[Path | None, Option("--deid-key")] = None
    cards: CardSource | None = None
    audit: Annotated[Path | None, Option("--audit")] = None
    key: Annotated[Path | None, Option("--key")] = None
    processes: Annotated[int, Option("--processes", "-n", min=1)] = 1


def read_settings(path: Path | None, **changes: Any) -> ServeSettings:
    """Read settings.

    path (Path | None): A config with a section `[serve]`; None for the defaults.
    changes (Any): Settings that go before those of the file; None for those that are not given.
    RETURNS (ServeSettings): The settings. Raises ServeError for a key or value that isn't one.
    """
    given = ServeSettings()
    section = _section(path) if path is not None else {}
    values = section | {key: value for key, value in changes.items() if value is not None}
    known = {field.name: getattr(given, field.name) for field in fields(given)}
    for key, value in values.items():
        if key not in known:
            raise _wrong(str(path), f"'{key}'", "a setting", f"one of {', '.join(sorted(known))}")
        if isinstance(known[key], tuple) and isinstance(value, list | tuple):
            values[key] = tuple(str(part) for part in value)
        elif isinstance(known[key], float) and type(value) is int:
            values[key] = float(value)
        elif type(value) is not type(known[key]):
            kind = type(known[key]).__name__
            wanted = 'a list, such as ["nlp.example"]' if kind == "tuple" else f"a {kind}"
            raise _wrong(str(path), key, f"a {type(value).__name__}", wanted)
    return replace(given, **values)


def _section(path: Path) -> dict[str, Any]:
    try:
        section = Config().from_disk(path).get("serve", {})
    except (OSError, ValueError) as error:
        found = f"read ({type(error).__name__})"
        raise _wrong(str(path), "the file", found, "a config with a section [serve]") from None
    return dict(section)


def _wrong(where: str, key: str, found: str, expected: str) -> ServeError:
    return ServeError(Errors.SC920.format(where=where, key=key, found=found, expected=expected))
