"""What was measured as a table, as JSON and as a picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import log10
from typing import Any

from lianfang.cli.bench.collision.racing import Race

# name of a ratio → (what it is, bar, stretch): theirs to ours, at least
RATIO_BARS = {
    "polars": ("K = 100, warm store, against Polars in memory", 10.0, 25.0),
    "k1:duckdb-clustered": ("K = 1, against DuckDB clustered by cell", 50.0, 150.0),
    "build:duckdb": ("build, against DuckDB's sorted Parquet", 1.3, 3.0),
    "one-off:polars-streaming": ("one-off from Parquet, against Polars streaming", 0.5, 1.0),
}
# name of a figure → the same: at most
FIGURE_BARS = {
    "doubling": ("cost when the city doubles and the cases do not", 1.2, 1.05),
    "bytes_a_record": ("bytes a record on disk, indexes included", 24.0, 14.0),
    "second_order_s": ("second order, seconds", 10.0, 2.0),
}


@dataclass(frozen=True)
class Verdict:
    what: str
    found: float
    bar: float
    stretch: float
    at_least: bool

    @property
    def word(self) -> str:
        def reached(goal: float) -> bool:
            return self.found >= goal if self.at_least else self.found <= goal

        return "stretch" if reached(self.stretch) else "bar" if reached(self.bar) else "missed"


def verdicts(races: Sequence[Race], figures: dict[str, float]) -> list[Verdict]:
    ratios = {one.name: one.ratio for one in races}
    fast = [Verdict(what, ratios[name], *goals, True) for name, (what, *goals) in RATIO_BARS.items() if name in ratios]
    small = [
        Verdict(what, figures[name], *goals, False) for name, (what, *goals) in FIGURE_BARS.items() if name in figures
    ]
    return fast + small


def as_json(
    races: Sequence[Race], figures: dict[str, float], missing: dict[str, str], about: dict[str, Any]
) -> dict[str, Any]:
    peers = [one for one in races if one.what != "doubling"]
    return {
        **about,
        "ratios": {one.name: round(one.ratio, 3) for one in peers},
        "seconds": {one.name: {"ours": round(one.ours_s, 6), "theirs": round(one.theirs_s, 6)} for one in races},
        "quickest": {one.name: [round(seconds, 6) for seconds in one.quickest] for one in races},
        "sums": {one.name: list(one.sums) for one in races},
        "figures": {name: round(value, 4) for name, value in figures.items()},
        "bars": [vars(one) | {"word": one.word} for one in verdicts(races, figures)],
        "missing": missing,
    }


def table(races: Sequence[Race], figures: dict[str, float], missing: dict[str, str]) -> str:
    """Markdown."""
    lines = ["| what | against | ours, s | theirs, s | ratio | rows, pairs, minutes |", "|---|---|---|---|---|---|"]
    for one in races:
        sums = " ".join(f"{value:,}" for value in one.sums if value)
        lines.append(
            f"| {one.what} | {one.peer}: {one.form} | {one.ours_s:.4f} | {one.theirs_s:.4f} | {one.ratio:.2f} | {sums} |"
        )
    lines += ["", "| | found | bar | stretch | |", "|---|---|---|---|---|"]
    for verdict in verdicts(races, figures):
        sign = "≥" if verdict.at_least else "≤"
        lines.append(
            f"| {verdict.what} | {verdict.found:.2f} | {sign} {verdict.bar:g} | {sign} {verdict.stretch:g} | {verdict.word} |"
        )
    return "\n".join(lines + [""] * bool(missing) + [f"{name}: {why}" for name, why in missing.items()])


_WIDTH, _LEFT, _ROW = 760, 210, 26


def picture(told: dict[str, Any]) -> str:
    """SVG of the ratios in ``as_json``: bars on a logarithmic scale, as fast as ours at the line."""
    ratios = sorted(told["ratios"].items(), key=lambda row: -row[1])
    powers = [log10(ratio) for _, ratio in ratios]
    least, most = min([0.0, *powers]), max([1.0, *powers])
    unit = (_WIDTH - _LEFT - 70) / (most - least)
    one = _LEFT - least * unit
    height = _ROW * len(ratios) + 64
    title = f"Times faster than each peer · {told['rows']:,} pings · K = {told['k']}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(title)}"'
        ' font-family="sans-serif" font-size="13" fill="#222">',
        f'<rect width="100%" height="100%" fill="#fff"/><text x="12" y="22" font-size="15">{escape(title)}</text>',
    ]
    for row, (name, ratio) in enumerate(ratios):
        y = 40 + row * _ROW
        end = one + log10(ratio) * unit
        colour = "#17697a" if ratio >= 1 else "#b3541e"
        parts.append(
            f'<text x="{_LEFT - 8}" y="{y + 14}" text-anchor="end">{escape(name)}</text>'
            f'<rect x="{min(one, end):.1f}" y="{y}" width="{abs(end - one):.1f}" height="18" fill="{colour}"/>'
            f'<text x="{max(one, end) + 6:.1f}" y="{y + 14}">{ratio:.3g} ×</text>'
        )
    parts.append(f'<line x1="{one:.1f}" x2="{one:.1f}" y1="32" y2="{height - 20}" stroke="#222"/></svg>')
    return "\n".join(parts) + "\n"
