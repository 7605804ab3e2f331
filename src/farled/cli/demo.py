"""The demo: the first thing that a new user runs."""

from pathlib import Path
from time import perf_counter

import click

from farled.cli.screen import err, out, preparing
from farled.cli.serve import show_in_browser


@click.command()
@click.argument("folder", default="farled-demo", type=click.Path(path_type=Path))
@click.option("--customers", type=int, default=20_000, help="How many customers the shop has. Default: 20000.")
@click.option("--seed", type=int, default=7, help="Same seed, same shop. Default: 7.")
@click.option("--serve/--no-serve", default=True, help="Show the map in the web app. Default: yes.")
@click.option("--host", default="127.0.0.1", help="Address of this computer. Default: 127.0.0.1.")
@click.option("--port", type=int, default=8765, help="Where to begin looking for a free port. Default: 8765.")
@click.option("--browser/--no-browser", default=True, help="Open the browser. Default: yes.")
def demo(folder: Path, customers: int, seed: int, serve: bool, **where: bool | int | str) -> None:
    """Build the demo workspace in FOLDER (default: farled-demo) and show its map."""
    from farled.workspace.demo import MAP, PERIOD
    from farled.workspace.demo import demo as build

    begun = perf_counter()
    with err().status(preparing("Preparing …")) as status:

        def step(doing: str) -> None:
            status.update(preparing(f"{doing} …"))

        workspace = build(folder, customers, seed, step)
        step("Measuring and drawing the map")
        drawn = folder / "map.html"
        workspace.draw(MAP, drawn, period=PERIOD, findings=False)  # the audit comes with the first page
    seconds = perf_counter() - begun
    console = out()
    console.print(f"{workspace.customers:,} customers, {workspace.events:,} events: {folder}", soft_wrap=True)
    console.print(f"The map: {drawn}  ({seconds:.1f} s)", soft_wrap=True)
    if serve:
        show_in_browser(workspace, str(where["host"]), int(where["port"]), bool(where["browser"]), f"maps/{MAP}")


COMMANDS = {"demo": demo}
