"""A transport for requests that goes only where it may: one look-up, pinned addresses, no redirects, no proxy."""

import ssl
import time
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import httpcore2
import httpx2
from httpcore2 import NetworkBackend, NetworkStream, SyncBackend

from farled.automation.channels.addresses import Allowed, Resolve, targets

SECONDS = 10.0
"""For the whole request: connecting, sending and reading."""
MOST_ANSWER = 65_536
"""Bytes that are read of an answer."""


class PinnedTransport(httpx2.BaseTransport):
    """Sends one request at a time to addresses that were judged; the name stays in Host header and certificate check.

    Args:
        allowed: Private targets.
        seconds: For the whole request.
        resolve: Finds addresses; default: the system.
        context: Of TLS; default: the system's certificates.
    """

    def __init__(
        self,
        allowed: Iterable[Allowed] = (),
        seconds: float = SECONDS,
        resolve: Resolve | None = None,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._allowed = tuple(allowed)
        self._seconds = seconds
        self._resolve = resolve
        self._context = context

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request and read the answer, at most 64 KB of it.

        Raises:
            RefusedAddressError: The host leads to an address that is neither public nor allowed.
            httpx2.TransportError: The host cannot be reached, or does not answer in time.
        """
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        host = request.url.raw_host.decode("ascii")
        deadline = time.monotonic() + self._seconds
        try:
            addresses = targets(host.strip("[]"), port, self._allowed, self._resolve)
            return self._sent(request, _PinnedBackend(addresses, deadline))
        except (OSError, UnicodeError) as error:
            raise httpx2.ConnectError(str(error)) from error
        except httpcore2.TimeoutException as error:
            raise httpx2.ReadTimeout(f"no answer within {self._seconds:g} s") from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            raise httpx2.ReadError(str(error) or type(error).__name__) from error

    def _sent(self, request: httpx2.Request, backend: "_PinnedBackend") -> httpx2.Response:
        url = httpcore2.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        content = request.read()
        context = self._context or (_context() if request.url.scheme == "https" else None)
        with (
            httpcore2.ConnectionPool(ssl_context=context, network_backend=backend) as pool,
            pool.stream(request.method, url, headers=request.headers.raw, content=content) as answer,
        ):
            body = b"".join(_cut(answer.iter_stream()))
            headers = [(name, value) for name, value in answer.headers if name.lower() not in _BODY]
            return httpx2.Response(answer.status, headers=headers, content=body)


_BODY = (b"content-encoding", b"content-length", b"transfer-encoding")


def _cut(parts: Iterable[bytes]) -> Iterator[bytes]:
    left = MOST_ANSWER
    for part in parts:
        yield part[:left]
        left -= len(part)
        if left <= 0:
            return


@cache
def _context() -> ssl.SSLContext:
    """Return the system's certificates; reading them takes longer than most requests."""
    return ssl.create_default_context()


class _PinnedBackend(NetworkBackend):
    """Connects to the addresses given, whatever name it is asked for, and to nothing after the deadline."""

    def __init__(self, addresses: list[str], deadline: float) -> None:
        self._addresses = addresses
        self._deadline = deadline
        self._inner = SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> NetworkStream:
        failed: Exception = httpcore2.ConnectError(f"{host} has no address")
        for address in self._addresses:
            try:
                left = _left(self._deadline)
                stream = self._inner.connect_tcp(address, port, left, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failed = error
                continue
            return _TimedStream(stream, self._deadline)
        raise failed


class _TimedStream(NetworkStream):
    """A stream that ends at a deadline, however slowly the other side drips."""

    def __init__(self, inner: NetworkStream, deadline: float) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(self._deadline))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> NetworkStream:
        stream = self._inner.start_tls(ssl_context, server_hostname, _left(self._deadline))
        return _TimedStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore2.ReadTimeout("the time for the whole request is over")
    return left
