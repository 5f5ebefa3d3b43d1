"""``lianfang collision operating-points``: where to cut a list of contacts, and what that costs."""

import json
import math
from dataclasses import asdict
from pathlib import Path

import click

from lianfang.cli.reading import language
from lianfang.cli.speech import text
from lianfang.engines.collision import CUTS, BadRecord, operating_points, read_probabilities


@click.command(
    "operating-points",
    help=text(
        "名单在何处截断：每个截点列出多少人，预计对几人，每对一人要错隔几人。",
        "Where to cut a list of contacts: for each cut how many are listed, expected right, and wrong for each right one.",
    ),
)
@click.argument("contacts", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--cut", "cuts", multiple=True, type=click.FloatRange(0, 1), help="Least probability; may be given again."
)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def command(contacts: Path, cuts: tuple[float, ...], as_json: bool) -> None:
    try:
        people, probability = read_probabilities(contacts)
    except BadRecord as error:
        raise click.ClickException(error.message(language())) from error
    points = operating_points(people, probability, cuts or CUTS)
    if as_json:
        click.echo(json.dumps([{k: _plain(v) for k, v in asdict(point).items()} for point in points]))
        return
    click.echo(text("  截点      列出    预计为真  每对一人错几人", "   cut    listed  expected true  wrong per true"))
    for point in points:
        click.echo(f"{point.cut:>6.2f}{point.listed:>10,}{point.expected_true:>15,.1f}{point.wrong_per_true:>16.3f}")


def _plain(value: float) -> float | None:
    """JSON knows neither NaN nor infinity."""
    return value if math.isfinite(value) else None
