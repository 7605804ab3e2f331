"""Commands that show a workspace in the browser."""

from typing import Any

import click

from farled.cli.options import workspace_option
from farled.cli.screen import err, out, progress


@click.command(name="open")
@workspace_option
@click.option("--host", default="127.0.0.1", help="Address of this computer. Default: 127.0.0.1.")
@click.option("--port", type=int, default=8765, help="Where to begin looking for a free port. Default: 8765.")
@click.option("--browser/--no-browser", default=True, help="Open the browser. Default: yes.")
def open_(workspace: str | None, host: str, port: int, browser: bool) -> None:
    """Show the workspace in the browser."""
    import farled

    with progress("Bringing the index up to date") as advance:
        opened = farled.open(workspace, progress=advance)
        opened.journeys  # noqa: B018  brings the index up to date while the bar is shown
    show_in_browser(opened, host, port, browser)


def show_in_browser(workspace: Any, host: str, port: int, browser: bool, page: str = "") -> None:
    """Serve a workspace until it is interrupted."""
    from farled.web import serve

    def ready(address: str) -> None:
        out().print(f"Farled is at {address}  (stop with Ctrl+C)", soft_wrap=True)

    try:
        serve(workspace, host, port, browser, ready, page)
    except KeyboardInterrupt:
        err().print("Stopped.")


COMMANDS = {"open": open_}
