"""A service from its start to its end: addresses, processes, signals."""

import asyncio
import os
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from types import FrameType
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors.multiprocess import Multiprocess, Process

from ..audit import open_audit
from ..errors import Errors, ServeError, SpacyClinicalError
from ..garbage_collection import collect_all, loaded_objects_aside
from .access_log import describe_error, log_request, log_to_stderr
from .app import create_app
from .audit_recorder import AuditRecorder
from .bearer_tokens import check_address
from .connection_draining import serve_last_connections
from .metrics import FOLDER, forget_others
from .refusals import Refusal
from .service import Service
from .service_settings import Start

SWITCH = (
    0.0005  # seconds that whoever answers waits for the thread that annotates; Python's own 0.005
)
# is waited at each call to the system, of which a refusal has several


def serve(start: Start, tell: Callable[[str], None] = lambda _: None) -> None:
    """Serve until a signal ends it.

    start (Start): How.
    tell (Callable[[str], None]): Is told the address, once requests are taken there.
    """
    check_address(
        start.host,
        tokens=start.token_file is not None,
        tls=start.certfile is not None,
        behind_proxy=start.behind_proxy,
    )
    settings = replace(start.settings, hosts=(*start.settings.hosts, start.host))
    start = replace(start, settings=settings)
    if start.processes == 1:
        config = _configure(start, build(start))
        listening = config.bind_socket()
        listening.listen(config.backlog)  # who comes from now on waits, and isn't refused
        tell(_address(start, listening))
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _leave)  # uvicorn raises the signal again when all is done
        uvicorn.Server(config).run(sockets=[listening])
        return
    with tempfile.TemporaryDirectory(prefix="metrics-") as folder:
        os.environ[FOLDER] = folder  # before prometheus_client is imported in the processes
        made = partial(_build_worker, start)
        config = _configure(start, made, factory=True, workers=start.processes)
        listening = config.bind_socket()
        workers = Workers(config, [listening], lambda: tell(_address(start, listening)))
        workers.run()
    if workers.failed:
        raise ServeError(Errors.SC934)


def _leave(number: int, frame: FrameType | None) -> None:
    """End with 0: a service that was told to end, and did, hasn't failed."""
    raise SystemExit(0)


def _build_worker(start: Start) -> FastAPI:
    """Make the app of one of several processes; what is wrong is said there as by a single one."""
    try:
        return build(start)
    except SpacyClinicalError as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(1) from None


class Workers(Multiprocess):
    """The processes of a service, which are looked after twice a second. One that ends before any
    has taken requests ends all: the others would end so too.

    config (Config), sockets (list[socket]): As uvicorn takes them.
    tell (Callable[[], None]): Is called when a process takes requests.

    serving (bool): Whether one has.
    failed (bool): Whether none did.
    """

    serving = failed = False

    def __init__(
        self, config: uvicorn.Config, sockets: list[socket.socket], tell: Callable[[], None]
    ):
        super().__init__(config, sockets)
        self.tell = tell

    def terminate_all(self) -> None:
        """End all processes. The last one of them takes what waits at the address, so nobody else
        may listen there by then."""
        for sock in self.sockets:
            sock.close()
        super().terminate_all()

    def keep_subprocess_alive(self) -> None:
        """Replace those that died; what one that isn't there any more said of itself goes too."""
        for process in self.processes:  # ours of both ends: else one that dies is waited for
            process.child_conn.close()
        if not self.serving:
            self._look()
        super().keep_subprocess_alive()
        forget_others({process.pid for process in self.processes})

    def _look(self) -> None:
        self.serving = any(map(_is_ready, self.processes))
        if self.serving:
            self.tell()
        elif any(process.exitcode is not None for process in self.processes):
            self.failed = not self.should_exit.is_set()
            self.should_exit.set()


def _is_ready(process: Process) -> bool:
    """Whether a process takes requests; of an older uvicorn, which doesn't tell, whether it answers
    its parent."""
    tells = getattr(process, "is_ready", process.ping)
    return process.process.is_alive() and bool(tells())


def build(start: Start) -> FastAPI:
    """Make the app of one process.

    start (Start): How the service starts.
    RETURNS (FastAPI): The app, which drains when it is told to stop.
    """
    log_to_stderr()
    sys.setswitchinterval(SWITCH)
    trail = open_audit(start.audit, start.key, "service") if start.audit else None
    recorder = AuditRecorder(trail) if trail is not None else None
    app = create_app(
        start.model,
        start.settings,
        token_file=start.token_file,
        golden=start.golden,
        policy=start.policy,
        deid_key=start.deid_key,
        record=recorder,
        cards=start.cards,
    )
    service: Service = app.state.service
    service.several = start.processes > 1
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[Any]:
        async with inner(app) as state:
            listen_to_signals(service)
            with loaded_objects_aside():  # a round through them all holds up every answer
                collect_all()
                yield state
        if recorder is not None:
            recorder.close()

    app.router.lifespan_context = lifespan
    return app


def listen_to_signals(service: Service) -> None:
    """Let SIGTERM and SIGINT end a service only after others could learn that it ends: until then
    it isn't ready, closes each connection after its answer, and serves; then who waits at the
    address still is. A second signal ends it at once. SIGHUP loads the pipeline again.

    service (Service): The service, in whose event loop and main thread this is called.
    """
    loop = asyncio.get_running_loop()

    ending: set[asyncio.Task[None]] = set()

    def end(number: int, frame: FrameType | None, handle: Any) -> None:
        if service.stopping or not service.settings.drain:
            handle(number, frame)
            return
        service.stopping = True
        loop.call_soon_threadsafe(lambda: ending.add(loop.create_task(drain(number, handle))))

    async def drain(number: int, handle: Any) -> None:
        try:
            await asyncio.sleep(service.settings.drain)
            await serve_last_connections(handle.__self__)
        finally:
            handle(number, None)

    for number in (signal.SIGTERM, signal.SIGINT):
        handle = signal.getsignal(number)
        if callable(handle):
            signal.signal(number, partial(_call, end, handle))
    if hasattr(signal, "SIGHUP"):
        reloads: set[asyncio.Task[None]] = set()

        def reload() -> None:
            task = loop.create_task(_reload(service))
            reloads.add(task)
            task.add_done_callback(reloads.discard)

        loop.add_signal_handler(signal.SIGHUP, reload)


def _call(end: Callable[..., None], handle: Any, number: int, frame: FrameType | None) -> None:
    end(number, frame, handle)


async def _reload(service: Service) -> None:
    try:
        facts = await service.reload()
        log_request(event="reload", status=200, hash=facts.hash)
    except Refusal as refusal:
        log_request(event="reload", status=refusal.status, code=refusal.code)
    except Exception as error:
        log_request(event="reload", status=500, defect=describe_error(error))


def _configure(start: Start, app: Any, **more: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=start.host,
        port=start.port,
        log_config=None,
        access_log=False,
        lifespan="on",
        server_header=False,
        proxy_headers=start.behind_proxy,
        ssl_certfile=start.certfile,
        ssl_keyfile=start.keyfile,
        timeout_graceful_shutdown=round(start.settings.timeout),
        timeout_worker_healthcheck=120,
        **more,
    )


def _address(start: Start, listening: socket.socket) -> str:
    scheme = "https" if start.certfile else "http"
    host = f"[{start.host}]" if ":" in start.host else start.host
    return f"{scheme}://{host}:{listening.getsockname()[1]}"
