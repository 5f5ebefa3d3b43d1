"""``lianfang bench collision``: our collision engine and its peers, by turns, on the same pings, with the same sums."""

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lianfang.cli.speech import text

if TYPE_CHECKING:
    from lianfang.cli.bench.collision.question import Question
    from lianfang.engines.collision import PingRule

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _names(value: str, known: tuple[str, ...], option: str) -> list[str]:
    names = list(known) if value == "all" else [name.strip() for name in value.split(",") if name.strip()]
    for name in names:
        if name not in known:
            raise click.BadParameter(f"{name} ({', '.join(known)})", param_hint=option)
    return names


@click.command(
    "collision",
    help=text(
        "轨迹碰撞引擎与同类软件轮流比速度：同样的数据，校验和必须一致。",
        "Race the collision engine against its peers by turns: the same data, and the same check-sums or no figure.",
    ),
)
@click.option("--rows", default=2_340_000.0, show_default=True, help="Pings to make, as 23.4e6.")
@click.option("--against", default="all", show_default=True, help="Some of polars,duckdb,sedonadb,postgis,spark.")
@click.option(
    "--what", default="query", show_default=True,
    help="Some of query,k1,build,one-off,doubling,size,second-order,per-core, or all.",
)  # fmt: skip
@click.option("--k", default=100, show_default=True, type=click.IntRange(min=1), help="Index people.")
@click.option("--seed", default=7, show_default=True, type=click.IntRange(min=0), help="Of the data that is made.")
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(min=1), help="Counted turns of each.")
@click.option("--radius-m", default=50.0, show_default=True, help="Metres between two pings.")
@click.option("--gap-s", default=600, show_default=True, help="Seconds between two pings.")
@click.option("--data-file", type=_FILE, help="Parquet file of pings instead; its index people in FILE.index.parquet.")
@click.option("--work", type=click.Path(file_okay=False, path_type=Path), help="Folder for all that is made; kept.")
@click.option("--picture", type=click.Path(dir_okay=False, path_type=Path), help="Draw the ratios into this SVG file.")
@click.option("--json", "as_json", is_flag=True, help="Print ratios, seconds and sums as JSON.")
def command(
    rows: float, against: str, what: str, k: int, seed: int, rounds: int, radius_m: float, gap_s: int,
    data_file: Path | None, work: Path | None, picture: Path | None, as_json: bool,
) -> None:  # fmt: skip
    from lianfang.cli.bench.collision import measures, telling
    from lianfang.cli.bench.collision.racing import Disagreement, Race
    from lianfang.engines.collision import PingRule

    families = _names(against, measures.FAMILIES, "--against")
    asked = _names(what, measures.WHAT, "--what")
    if work is not None:
        work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="lianfang-bench-", dir=work) as folder:
        files = _files(data_file, int(rows), k, seed, work or Path(folder))
        question = _question(*files, k, PingRule(radius_m, gap_s), Path(folder))
        bench = measures.Bench(question, families, rounds, lambda line: click.echo(line, err=True))
        races: list[Race] = []
        try:
            for one in asked:
                races += bench.run(one)
        except Disagreement as error:
            raise click.ClickException(text(f"校验和不一致：{error}", f"The check-sums differ: {error}")) from error
        about = {"rows": question.rows, "k": len(question.index), "machine": measures.machine()}
        told = telling.as_json(races, bench.figures, bench.missing, about)
    if picture is not None:
        picture.write_text(telling.picture(told), encoding="utf-8")
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else telling.table(races, bench.figures, bench.missing))


def _files(data_file: Path | None, rows: int, k: int, seed: int, folder: Path) -> tuple[Path, Path]:
    """Pings and index people: those given, those made before in the same folder, or new ones."""
    from lianfang.cli.bench.collision.city import make_pings

    if data_file is not None:
        index = data_file.with_suffix(".index.parquet")
        if not index.exists():
            raise click.ClickException(text(f"缺少 {index}", f"There is no {index}"))
        return data_file.resolve(), index.resolve()
    pings, index = folder / f"city-{rows}-{seed}.parquet", folder / f"city-{rows}-{seed}-{k}.index.parquet"
    if not (pings.exists() and index.exists()):
        click.echo(text(f"生成 {rows:,} 条……", f"making {rows:,} pings …"), err=True)
        make_pings(rows, seed, pings, index, k)
    return pings.resolve(), index.resolve()


def _question(pings: Path, index: Path, k: int, rule: "PingRule", folder: Path) -> "Question":
    from lianfang.cli.bench.collision.city import ORIGIN
    from lianfang.cli.bench.collision.question import Question

    question = Question(pings, index, rule, ORIGIN, folder)
    return question if k >= len(question.index) else question.of_first(k)
