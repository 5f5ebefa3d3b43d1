"""``lianfang collision``: trajectories. One file of this folder per command; each is imported when it is asked for."""

from importlib import import_module

import click

from lianfang.cli.speech import text

_FILES = {"build": "build", "contacts": "contacts", "file": "file", "operating-points": "points"}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_FILES)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _FILES:
            return None
        command: click.Command = import_module(f"{__name__}.{_FILES[name]}").command
        return command


@click.group(
    "collision",
    cls=_Commands,
    help=text(
        "轨迹碰撞：谁曾在某人附近，何时，多久，多近，有多大把握。",
        "Trajectory collision: who was near whom, when, for how long, how close, and how sure.",
    ),
)
def command() -> None: ...
