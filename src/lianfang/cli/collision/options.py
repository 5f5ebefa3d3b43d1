"""What several commands of the group take from the command line."""

import click

from lianfang.cli.speech import text


def origin_of(origin: str | None) -> tuple[float, float] | None:
    """'114.5,38.05' as numbers."""
    if origin is None:
        return None
    try:
        lon, lat = (float(part) for part in origin.split(","))
    except ValueError as error:
        raise click.UsageError(text("--origin 应为 经度,纬度", "--origin must be LON,LAT")) from error
    return lon, lat
