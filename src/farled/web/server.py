"""Serving the web app to this computer."""

import socket
import webbrowser
from collections.abc import Callable
from ipaddress import ip_address
from threading import Thread
from typing import Final

import uvicorn

from farled.errors import ConflictError, FarledError, InputError
from farled.web.app import create_app
from farled.web.defaults import first_questions
from farled.workspace import Workspace

PORT: Final = 8765

_TRIES: Final = 20


def serve(
    workspace: Workspace,
    host: str = "127.0.0.1",
    port: int = PORT,
    open_browser: bool = False,
    ready: Callable[[str], None] | None = None,
    page: str = "",
) -> None:
    """Serve the web app of a workspace until it is interrupted.

    Args:
        workspace: What it shows.
        host: Address of this computer: ``127.0.0.1``, ``::1`` or ``localhost``.
        port: Where to begin looking for a free port; 0 takes any.
        open_browser: Whether to open the page once the app answers.
        ready: Called with the address of the page once the app answers.
        page: Path of the page to begin with, without a slash before it; default: the start page.

    Raises:
        InputError: The host is not this computer.
        ConflictError: None of the twenty ports from ``port`` on is free.
    """
    listener = listen(host, port)
    address = f"http://{'localhost' if host == 'localhost' else _bracketed(host)}:{listener.getsockname()[1]}/"
    config = uvicorn.Config(create_app(workspace), log_level="warning", access_log=False, server_header=False)
    server = _Server(config, lambda: _announce(address + page, open_browser, ready))
    Thread(target=warm, args=(workspace,), name="warm", daemon=True).start()
    with listener:
        server.run(sockets=[listener])


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on this computer only, on the port or the next free one.

    Raises:
        InputError: The host is not this computer.
        ConflictError: None of the twenty ports from ``port`` on is free.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    if host != "localhost" and not _is_loopback(host):
        hint = "Use 127.0.0.1; to reach it from elsewhere put a proxy with a login before it."
        raise InputError(f"The host {host!r} is not this computer, and Farled has no login yet.", hint)
    for attempt in range(port, port + (_TRIES if port else 1)):
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1" if host == "localhost" else host, attempt))
            listener.listen(128)
        except (OSError, OverflowError):
            listener.close()
        else:
            return listener
    raise ConflictError(f"The ports {port} to {port + _TRIES - 1} are taken.", "Choose another with --port.")


def warm(workspace: Workspace) -> None:
    """Audit the maps and ask a first question of each kind, so that nobody waits for them later."""
    for map_id in workspace.maps() if workspace.events else ():
        try:
            workspace.audit(map_id)
        except FarledError:  # the page of the map says it
            continue
    for question in first_questions(workspace):
        try:
            workspace.ask(question)
        except FarledError:  # the page will say it to the one who asks
            return


class _Server(uvicorn.Server):
    """A server that says when it answers."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, then say so."""
        await super().startup(sockets)
        self._started()


def _announce(address: str, open_browser: bool, ready: Callable[[str], None] | None) -> None:
    if ready is not None:
        ready(address)
    if open_browser:
        webbrowser.open(address)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
