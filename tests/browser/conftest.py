"""A real browser on a served workspace."""

import os
import shutil
import threading
from pathlib import Path

import pytest
import uvicorn

from farled.web import create_app, listen
from farled.workspace.demo import demo

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
LISTEN = "addEventListener('securitypolicyviolation', e => console.error('CSP ' + e.violatedDirective + e.blockedURI))"


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


def _need(found, what):
    if not found and os.environ.get("CI") == "true":
        pytest.fail(f"CI=true, but there is no {what}.")
    if not found:
        pytest.skip(f"there is no {what} here")


@pytest.fixture(scope="module")
def chromium():
    """Give a browser to one module: while it is open an event loop runs here, which other tests must not meet."""
    _need(CHROMIUM, "Chromium")
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415  only where it is installed
    except ImportError:
        _need(None, "playwright")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def workspace(tmp_path_factory):
    made = demo(tmp_path_factory.mktemp("browser") / "shop", customers=300)
    for id_ in made.maps():
        made.audit(id_)  # once before pages are waited for: what is counted and judged is kept
    return made


@pytest.fixture(scope="session")
def address(workspace):
    with listen("127.0.0.1", 0) as listener:  # what comes before the server runs waits in the queue
        server = uvicorn.Server(uvicorn.Config(create_app(workspace), log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture
def open_page(chromium, address):
    """Open a page of the app; what the browser complains of is gathered and must be empty in the end."""
    contexts, complaints = [], []

    def open_(path, width=1440, height=900, **options):
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        page.add_init_script(LISTEN)
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address + path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert [text for text in complaints if "status of 4" not in text] == []
