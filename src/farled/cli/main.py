"""The command ``farled``: names its commands and loads only the one that is run."""

import sys
from importlib import import_module

import click

COMMANDS = {
    "demo": ("farled.cli.demo", "Build the demo workspace and show its map."),
    "init": ("farled.cli.store", "Make a workspace folder."),
    "ingest": ("farled.cli.store", "Bring files of events into the workspace."),
    "status": ("farled.cli.store", "Say what the workspace holds."),
    "doctor": ("farled.cli.store", "Look the workspace over."),
    "open": ("farled.cli.serve", "Show the workspace in the browser."),
    "map": ("farled.cli.maps", "Draft, check, measure and draw journey maps."),
    "monitor": ("farled.cli.monitor", "Keep an eye on the maps: KPIs over time, and alerts."),
    "guide": ("farled.cli.guide", "How far a map has come, and what to do next."),
    "segment": ("farled.cli.segments", "List, save, overlap and export segments of customers."),
    "funnel": ("farled.cli.questions", "How many customers do the steps in order."),
    "flow": ("farled.cli.questions", "Who goes where next."),
    "paths": ("farled.cli.questions", "Along which ways customers go."),
    "variants": ("farled.cli.questions", "Which whole journeys there are."),
    "timing": ("farled.cli.questions", "How long it takes from one touchpoint to another."),
    "sessions": ("farled.cli.questions", "How often customers come, and how long they stay."),
    "attribution": ("farled.cli.questions", "Which touchpoints are credited with reaching a goal."),
    "retention": ("farled.cli.questions", "Who comes back, period after period."),
    "lifecycle": ("farled.cli.questions", "Which customers are new, stay, return and fall silent."),
    "nps": ("farled.cli.questions", "How many customers would recommend the firm."),
    "csat": ("farled.cli.questions", "How many customers are satisfied."),
    "ces": ("farled.cli.questions", "How easy it was for customers."),
    "sentiment": ("farled.cli.questions", "What customers feel in what they write."),
    "topics": ("farled.cli.questions", "What customers write about."),
    "compare": ("farled.cli.questions", "What differs between two segments or two periods."),
    "drivers": ("farled.cli.questions", "What happened before a step, with those who took it and those who did not."),
    "trend": ("farled.cli.questions", "A question per day, week or month, and where it changes."),
    "robust": ("farled.cli.questions", "How far numbers hang on windows, tie rules, cuts and models."),
}


class Commands(click.Group):
    """A group that imports a command when it is needed, so that ``--help`` answers at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which one meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[cmd_name][0]).COMMANDS[cmd_name]
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; an unknown one is answered with the nearest."""
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in COMMANDS:
            from difflib import get_close_matches

            near = get_close_matches(name, COMMANDS)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            ctx.fail(f"There is no command {name!r}.{hint}")
        return super().resolve_command(ctx, args)


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="farled", prog_name="farled")
def main() -> None:
    """From the events of every channel to a living journey map.

    Begin with: farled demo
    """


def run() -> None:
    """Run the command line; errors end it with their message, their hint and their exit code."""
    try:
        main.main(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        from farled.errors import FarledError

        if _is_interrupted(error):
            sys.exit(130)
        if isinstance(error, OSError):
            from farled.cli.system import refused

            error = refused(error)
        if not isinstance(error, FarledError):
            raise
        click.echo(f"Error: {error.message}", err=True)
        if error.hint:
            from farled.cli.options import as_typed

            click.echo(f"Hint: {as_typed(error.hint)}", err=True)
        sys.exit(error.exit_code)


def _is_interrupted(error: BaseException | None) -> bool:
    """Return whether somebody pressed Ctrl-C: within a kernel Python makes a ``SystemError`` of it."""
    while isinstance(error, SystemError):
        error = error.__cause__
    return isinstance(error, KeyboardInterrupt)
