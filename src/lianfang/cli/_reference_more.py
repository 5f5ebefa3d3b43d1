"""Pages of the reference that describe what can be called: the API, the commands, the engines."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

ENGINES = Path(__file__).resolve().parents[1] / "engines"


def api() -> str:
    """Operations by tag, with the first paragraph of what they say about themselves."""
    from lianfang.response.web.api import api as service

    by_tag: dict[str, list[str]] = {}
    for path, methods in service.get_openapi_schema()["paths"].items():
        for method, operation in methods.items():
            says = (operation.get("description") or operation["summary"]).split("\n\n")[0].replace("\n", " ")
            by_tag.setdefault(operation["tags"][0], []).append(f"| `{method.upper()} {path}` | {says} |")
    parts = [f"## {tag}\n\n| operation | |\n|---|---|\n" + "\n".join(rows) + "\n" for tag, rows in sorted(by_tag.items())]
    return "\n".join(parts)


def commands() -> str:
    """Every command of ``lianfang`` with its arguments and options."""
    from lianfang.cli import commands as root

    return "\n".join(_command(name, one) for name, one in _walk(root, "lianfang"))


def _walk(group: click.Group, before: str) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        one = group.get_command(context, name)
        if isinstance(one, click.Group):
            yield from _walk(one, f"{before} {name}")
        elif one is not None:
            yield f"{before} {name}", one


def _command(name: str, one: click.Command) -> str:
    arguments = " ".join(str(p.human_readable_name) for p in one.params if isinstance(p, click.Argument))
    rows = [_option(p) for p in one.params if isinstance(p, click.Option)]
    table = "\n\n| option | |\n|---|---|\n" + "\n".join(rows) if rows else ""
    return f"## `{f'{name} {arguments}'.strip()}`\n\n{(one.help or '').strip()}{table}\n"


def _option(option: click.Option) -> str:
    return f"| `{', '.join([*option.opts, *option.secondary_opts])}` | {option.help or ''} |"


def engines() -> str:
    """Public functions of every engine: those its ``__init__`` offers."""
    parts = []
    for folder in sorted(path.parent for path in ENGINES.glob("*/__init__.py")):
        offered = _offered(folder / "__init__.py")
        rows = [row for file in sorted(folder.glob("*.py")) for row in _functions(file, offered)]
        parts.append(f"## {folder.name}\n\n| function | |\n|---|---|\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)


def _offered(init: Path) -> set[str]:
    tree = ast.parse(init.read_text(encoding="utf-8"))
    return {alias.asname or alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}


def _functions(file: Path, offered: set[str]) -> Iterator[str]:
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name in offered:
            says = (ast.get_docstring(node) or "").split("\n\n")[0].replace("\n", " ").replace("|", "\\|")
            yield f"| `{_signature(node)}` | {says} |"


def _signature(node: ast.FunctionDef) -> str:
    arguments: Any = node.args
    return f"{node.name}({', '.join(one.arg for one in [*arguments.args, *arguments.kwonlyargs])})"
