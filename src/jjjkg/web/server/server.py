"""The production server: uvicorn around the front, until a signal ends it."""

import asyncio
import errno
import logging
import signal
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import uvicorn

from jjjkg.errors import InputError
from jjjkg.evaluation import Limits
from jjjkg.web.server.access import AccessLog
from jjjkg.web.server.asgi import Front
from jjjkg.web.server.connection import Connection, Gate
from jjjkg.web.server.deployment import Deployment
from jjjkg.web.server.process import prepare_process, settle_memory, trim_memory
from jjjkg.web.server.supervision import Supervision
from jjjkg.web.site import Content

_LOG: Final = logging.getLogger(__name__)
_BACKLOG: Final = 2048
#: Bytes on their way to one client that the system keeps; by itself it keeps megabytes of them.
_SENDING: Final = 1 << 18
#: Seconds between looks for clients that take nothing.
_SWEEP: Final = 5
#: Seconds between looks whether queries can still be answered.
_LOOK: Final = 1.0
#: The exit status where they can't: EX_TEMPFAIL of sysexits.h, so that a supervisor starts anew.
LOST: Final = 75


@dataclass(frozen=True)
class Settings:
    """Settings of a server."""

    host: str = "127.0.0.1"
    port: int = 8000  #: 0 takes any that is free
    limits: Limits = field(default_factory=Limits)
    cache: int = 24 << 20  #: bytes of ready answers
    grace: float = 10.0  #: seconds for running queries to end in, when a signal ends the server
    connections: int = 1000  #: in all; one address may have a quarter of them
    proxies: str = ""  #: addresses, separated by commas, whose X-Forwarded-For is believed
    store: str = ""  #: the address of a SPARQL endpoint that is asked; empty for one in memory
    pool: dict[str, Any] = field(default_factory=dict)  #: options of Pool


def serve(
    load: Callable[[], Content],
    settings: Settings,
    log: AccessLog,
    tell: Callable[[str], None] = print,
) -> int:
    """Serve what is loaded until SIGINT or SIGTERM; SIGHUP has it loaded anew.

    Return the exit status: 0, or LOST where no query can be answered any more. `tell` is given the
    address once requests are answered. Raises InputError if the port is in use or may not be
    used, or what is loaded can't be served.
    """
    prepare_process()
    try:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        listening = socket.create_server(
            (settings.host, settings.port), family=family, backlog=_BACKLOG
        )
    except OSError as error:
        raise _explain(error, settings.host, settings.port) from error
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SENDING)
    with listening, asyncio.Runner(loop_factory=_make_loop) as runner:
        return runner.run(_run(load, settings, log, tell, listening))


def _make_loop() -> asyncio.AbstractEventLoop:
    try:
        import uvloop
    except ImportError:  # there is none for this system
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


async def _run(
    load: Callable[[], Content],
    settings: Settings,
    log: AccessLog,
    tell: Callable[[str], None],
    listening: socket.socket,
) -> int:
    opening = await _open(load, settings)
    front = Front(opening, log)
    server = make_server(front, settings)
    supervision, status = Supervision(), 0
    loop = asyncio.get_running_loop()
    tasks: set[asyncio.Task[None]] = set()
    renewing, wanted = asyncio.Lock(), 0

    def stop() -> None:
        supervision.tell("STOPPING=1")
        server.should_exit = True

    def begin(work: Coroutine[Any, Any, None]) -> None:
        task = loop.create_task(work)
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    async def renew() -> None:
        nonlocal wanted
        wanted += 1
        turn = wanted
        # One at a time, the latest last: what was read earlier must not take its place.
        async with renewing:
            if turn < wanted:
                return
            supervision.tell_reloading()
            before = await _renew(front, load, settings, tell)
            supervision.tell("READY=1")
        if before:
            await before.retire(settings.limits.seconds + settings.grace)

    async def end_when_lost() -> None:
        nonlocal status
        while not (reason := front.deployment.pool.lost):
            await asyncio.sleep(_LOOK)
        tell(f"no query can be answered any more, so the server ends: {reason}")
        status = LOST
        stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    loop.add_signal_handler(signal.SIGHUP, lambda: begin(renew()))
    shown = f"[{settings.host}]" if ":" in settings.host else settings.host
    try:
        serving = loop.create_task(server.serve(sockets=[listening]))
        while not server.started and not serving.done():
            await asyncio.sleep(0.01)
        settle_memory()
        tell(f"ready: http://{shown}:{listening.getsockname()[1]}/ (Ctrl-C ends it)")
        supervision.tell("READY=1")
        begin(supervision.keep_telling(lambda: front.deployment.pool.living > 0))
        begin(end_when_lost())
        await serving
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await front.deployment.close()
        front.close()
    return status


async def _open(load: Callable[[], Content], settings: Settings) -> Deployment:
    content = await _call_aside(load)
    return await Deployment.open(
        content, settings.limits, settings.cache, store=settings.store, **settings.pool
    )


async def _call_aside(load: Callable[[], Content]) -> Content:
    """Load in a thread that nobody waits for when the server ends meanwhile.

    The loop's own threads are waited for, and a query of the data's may keep this one long.
    """
    future: Future[Content] = Future()
    future.set_running_or_notify_cancel()  # so that nobody can cancel it

    def run() -> None:
        try:
            future.set_result(load())
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, name="loading", daemon=True).start()
    return await asyncio.wrap_future(future)


async def _renew(
    front: Front,
    load: Callable[[], Content],
    settings: Settings,
    tell: Callable[[str], None],
) -> Deployment | None:
    """Serve what is loaded now; return what was served before, for requests that run to end with.

    None where that stays, since the data can't be loaded.
    """
    try:
        deployment = await _open(load, settings)
    except Exception as error:  # whatever it is, what is served stays served
        tell(f"the data can't be loaded anew, what was served stays: {error}")
        if not isinstance(error, InputError):
            _LOG.exception("while loading anew")
        return None
    before, front.deployment = front.deployment, deployment
    tell("ready: the data were loaded anew")
    return before


def make_server(front: Front, settings: Settings) -> uvicorn.Server:
    """A server to be run in a loop; it ends when its ``should_exit`` is set."""
    gate = Gate(settings.connections, settings.proxies)
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    config = uvicorn.Config(
        front,
        http=partial(Connection, gate=gate, front=front),  # type: ignore[arg-type]
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=settings.proxies or None,
        timeout_graceful_shutdown=max(1, round(settings.grace)),
        backlog=_BACKLOG,
        timeout_notify=_SWEEP,
    )
    server = _Server(config)

    async def sweep() -> None:
        for connection in tuple(server.server_state.connections):
            if isinstance(connection, Connection):
                connection.drop_if_stuck()
        trim_memory()

    config.callback_notify = sweep
    return server


class _Server(uvicorn.Server):
    """uvicorn's server, without its handling of signals: we end by returning."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _explain(error: OSError, host: str, port: int) -> InputError:
    keys = {errno.EADDRINUSE: "server.port_in_use", errno.EACCES: "server.port_without_rights"}
    why = error.strerror or str(error)
    key = keys.get(error.errno or 0, "server.no_listening")
    return InputError(key, host=host, port=port, why=why)
