"""Reading a line list for a command: findings are printed in the user's language, and nothing goes on past a question."""

from pathlib import Path

import click

from lianfang.cli.speech import chinese, text
from lianfang.engines.linelist import MappingError, Preview, Problem, Refused, inspect, read_mapping

_SHOWN = 20


def language() -> str:
    return "zh" if chinese() else "en"


def read(path: Path, contacts: Path | None, map_file: Path | None) -> Preview:
    try:
        return inspect(path, contacts, read_mapping(map_file) if map_file else None)
    except MappingError as error:
        raise click.ClickException(str(error)) from error
    except Refused as error:
        problem = error.problem
        raise click.ClickException(line_of(problem)) from error


def answered(preview: Preview) -> Preview:
    """Pass a preview that can be used, or stop and say everything that stands against it."""
    if preview.ready:
        return preview
    against = preview.of("error") + preview.of("question")
    for problem in against[:_SHOWN]:
        click.echo(f"  {line_of(problem)}", err=True)
    raise click.ClickException(
        text(
            f"有 {len(against)} 处需更正或在映射文件中回答；什么都没有保存",
            f"{len(against)} to mend or answer in a map; nothing was stored",
        )
    )


def line_of(problem: Problem) -> str:
    where = problem.where(language())
    return f"{where}: {problem.message(language())}" if where else problem.message(language())
