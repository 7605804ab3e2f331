"""Real servers on this computer: SMTP and HTTP that answer as a test says, on ports that the system chooses."""

import asyncio
import ssl
import threading
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from aiosmtpd.smtp import SMTP

CERTIFICATE = Path(__file__).with_name("localhost.pem")
"""Of localhost, mail.example.org and hooks.example.org, signed by itself, for tests only."""


def server_context():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


def client_context():
    return ssl.create_default_context(cafile=CERTIFICATE)


class Mailbox:
    """Takes mails; ``answers`` holds what it says to RCPT and DATA, in turn, before it takes them.

    An answer ``"drop"`` closes the connection after the text has come, before it says anything.
    """

    def __init__(self, rcpt=(), data=()):
        self.rcpt, self.data = list(rcpt), list(data)
        self.mails = []
        self.was_encrypted = []

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802  its framework's name
        answer = self.rcpt.pop(0) if self.rcpt else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  as above
        answer = self.data.pop(0) if self.data else "250 OK"
        self.was_encrypted.append(session.ssl is not None)
        if answer == "drop" or answer.startswith("250"):
            mail = message_from_bytes(envelope.content, policy=default)
            self.mails.append((envelope.mail_from, tuple(envelope.rcpt_tos), mail))
        if answer == "drop":
            server.transport.abort()
            return "421 gone"
        return answer


@contextmanager
def smtp_server(mailbox, **options):
    """Run a server; its port is given."""
    started, held = threading.Event(), {}

    async def serve():
        loop = asyncio.get_running_loop()
        held["loop"], held["stop"] = loop, asyncio.Event()
        server = await loop.create_server(lambda: SMTP(mailbox, loop=loop, **options), "127.0.0.1", 0)
        held["port"] = server.sockets[0].getsockname()[1]
        started.set()
        await held["stop"].wait()
        server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    assert started.wait(10)
    try:
        yield held["port"]
    finally:
        held["loop"].call_soon_threadsafe(held["stop"].set)
        thread.join(10)


class Hook:
    """Takes requests; ``answers`` are status, or status with headers, in turn; then 204."""

    def __init__(self, *answers, body=b""):
        self.answers = list(answers)
        self.requests = []
        self.body = body


@contextmanager
def http_server(hook, context=None):
    """Run a server; its port is given."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            content = self.rfile.read(int(self.headers["Content-Length"]))
            hook.requests.append((self.path, dict(self.headers), content))
            answer = hook.answers.pop(0) if hook.answers else 204
            status, headers = answer if isinstance(answer, tuple) else (answer, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(hook.body)))
            self.end_headers()
            if status != 204:
                self.wfile.write(hook.body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
