"""The ``lianfang`` command. One file of this folder per command (or group): its ``command`` is what it adds.

A file is imported only when its command is asked for, and imports Django only inside a function, after
``framework.start()``. ``--data DIR`` may stand anywhere on the line.
"""

import os
import pkgutil
import sys
from importlib import import_module
from pathlib import Path

import click

from lianfang.cli.speech import text

_FILES = {"inspect": "linelist", "import": "import_"}  # commands whose name says less than their file
_NOT_COMMANDS = {"framework", "speech", "reading"}


class Commands(click.Group):
    """Finds commands by file name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        names = {file: name for name, file in _FILES.items()}
        files = (module.name for module in pkgutil.iter_modules(__path__))
        return sorted(names.get(file, file) for file in files if file not in _NOT_COMMANDS and not file.startswith("_"))

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in self.list_commands(ctx):
            return None
        command: click.Command = import_module(f"{__name__}.{_FILES.get(name, name)}").command
        return command


@click.group(
    cls=Commands,
    help=text(
        "联防：一座城市应对疫情、也为疫情演练的软件。", "Lianfang: software with which a city meets an outbreak."
    ),
    epilog=text(
        "任何命令都可加 --data DIR：嵌入式数据库与文件所在的文件夹（也可用 LIANFANG_DATA）。",
        "Any command takes --data DIR: the folder of the embedded database and files (or LIANFANG_DATA).",
    ),
)
@click.version_option(package_name="lianfang")
def commands() -> None:
    pass


def main(arguments: list[str] | None = None) -> None:
    """Entry point of the installed command."""
    words = sys.argv[1:] if arguments is None else arguments
    try:
        commands.main(take_data_folder(words), prog_name="lianfang")
    except Exception as error:
        message = _plain(error)
        if message is None:
            raise
        click.echo(message, err=True)
        sys.exit(1)


def take_data_folder(words: list[str]) -> list[str]:
    """Return the words without ``--data DIR``, having made DIR the data folder of this process and its children."""
    rest: list[str] = []
    left = iter(words)
    for word in left:
        if word == "--":
            return [*rest, word, *left]
        if word == "--data":
            folder = next(left, "")
        elif word.startswith("--data="):
            folder = word.removeprefix("--data=")
        else:
            rest.append(word)
            continue
        if not folder or folder.startswith("-"):
            raise click.UsageError(text("--data 需要一个文件夹", "--data needs a folder"))
        os.environ["LIANFANG_DATA"] = str(Path(folder).expanduser().resolve())
    return rest


def _plain(error: Exception) -> str | None:
    """One plain message for what the user can mend; None for what only a developer can (then the traceback shows)."""
    if isinstance(error, click.ClickException):
        return error.format_message()
    kind = type(error).__name__
    if kind == "ValidationError" and hasattr(error, "messages"):
        return "\n".join(_named_messages(error))
    if kind in {"KeysUnreadable", "PermissionError", "FileNotFoundError"}:
        return str(error)
    return None


def _named_messages(error: Exception) -> list[str]:
    by_field = getattr(error, "message_dict", None) if hasattr(error, "error_dict") else None
    if by_field:
        return [f"{field}: {message}" for field, messages in by_field.items() for message in messages]
    return list(error.messages)  # type: ignore[attr-defined]  # django's ValidationError, not imported here
