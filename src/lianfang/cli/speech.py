"""What the command says: Chinese where the terminal's language is Chinese, English elsewhere."""

import os
import sys

import click


def chinese() -> bool:
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return spoken.lower().startswith("zh")


def text(zh: str, en: str) -> str:
    return zh if chinese() else en


def say(zh: str, en: str) -> None:
    """Print one line. A terminal that cannot show Chinese gets question marks, never a crash."""
    line = text(zh, en)
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    click.echo(line.encode(encoding, "replace").decode(encoding))
