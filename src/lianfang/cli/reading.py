"""Reading a line list for a command: findings are printed in the user's language, and nothing goes on past a question."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from lianfang.cli.speech import chinese, say, text
from lianfang.engines.linelist import MappingError, Preview, Problem, Refused, inspect, read_mapping
from lianfang.engines.linelist.problems import ANSWERED_IN, WARNING

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
        click.echo(f"  {(one := Finding(problem))}{hint(one.code, one.answers)}", err=True)
    raise click.ClickException(
        text(
            f"有 {len(against)} 处需更正或在映射文件中回答；什么都没有保存",
            f"{len(against)} to mend or answer in a map; nothing was stored",
        )
    )


def line_of(problem: Problem) -> str:
    where = problem.where(language())
    return f"{where}: {problem.message(language())}" if where else problem.message(language())


class Finding:
    """A problem of the engine as a line to print."""

    def __init__(self, problem: Problem) -> None:
        self.problem, self.severity, self.code = problem, problem.severity, problem.code
        answers = problem.params.get("answers", ())
        self.answers = tuple(map(str, answers)) if isinstance(answers, list | tuple) else ()

    def __str__(self) -> str:
        return line_of(self.problem)


def hint(code: str, answers: Iterable[object]) -> str:
    """Where in a map the answer to a question goes, and what it may be; '' where no answer helps."""
    where = ANSWERED_IN.get(code, "")
    may_be = "" if code == "sex_coded" else " | ".join(map(str, answers))  # its place says both answers
    between = "" if not may_be else ": " if "=" in where else " = "
    return f" → --map {where}{between}{may_be}" if where else ""


def summarise(preview: Preview) -> None:
    links = len(preview.link_rows()) + preview.sources
    say(
        f"{preview.table.path.name}：{preview.count} 例 · {links} 条联系 · SHA-256 {preview.table.sha256}",
        f"{preview.table.path.name}: {preview.count} cases · {links} links · SHA-256 {preview.table.sha256}",
    )
    used = ", ".join(f"{column} → {field}" for column, field in preview.columns.items())
    say(f"  已识别：{used or '–'}", f"  recognised: {used or '–'}")
    unused = ", ".join(name for name in preview.unknown_columns if name)
    say(f"  未使用：{unused or '–'}", f"  not used: {unused or '–'}")


def list_findings(problems: Sequence[Any]) -> None:
    """What must be mended or answered first, with how; then the warnings; the rest is counted.

    problems: with severity, code, answers, and themselves as text.
    """
    words = {"error": text("错误", "error"), "question": text("疑问", "question"), "warning": text("提示", "warning")}
    for severity, word in words.items():
        mine = [one for one in problems if one.severity == severity]
        for one in mine[:_SHOWN]:
            click.echo(f"  {word}: {one}{hint(one.code, one.answers) if severity != WARNING else ''}")
        if len(mine) > _SHOWN:
            say(f"  ……另有 {len(mine) - _SHOWN} 条", f"  … and {len(mine) - _SHOWN} more")
