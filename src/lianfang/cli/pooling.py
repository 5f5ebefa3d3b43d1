"""``lianfang pooling design``: how many to a tube at a given prevalence. No database, nothing stored."""

import json

import click

from lianfang.cli.speech import say, text
from lianfang.engines.pooling import (
    VALIDATED,
    Assay,
    Design,
    Figures,
    Mixing,
    choose_design,
    entropy_bound,
    figures_of,
)

_ASSAY = Assay()


@click.group("pooling", help=text("混检方案。", "Pooled testing."))
def command() -> None: ...


@command.command(
    "design",
    help=text(
        "按感染率选出检测数最少的混检方案。默认只用经过验证的 5、10、20 混一。",
        "The pooling design with the fewest tests at a prevalence. Only the validated sizes 5, 10, 20 by default.",
    ),
)
@click.option("--prevalence", required=True, type=float, help=text("感染率（0–1）", "Share infected, between 0 and 1."))
@click.option(
    "--sizes", default="5,10,20", show_default=True, help=text("每管人数，或 any", "People to a tube, or any.")
)
@click.option("--reason", default="", help=text("为何使用未经验证的每管人数", "Why sizes that are not validated."))
@click.option("--stages", type=click.Choice(["2", "3", "array"]), default="2", show_default=True,
              help=text("几级；array 为行列交叉", "Stages, or a square of rows and columns."))  # fmt: skip
@click.option("--sensitivity", default=_ASSAY.sensitivity, show_default=True,
              help=text("单人一管的灵敏度", "Of a tube of one."))  # fmt: skip
@click.option("--specificity", default=_ASSAY.specificity, show_default=True, help=text("特异度", "Of a clean tube."))
@click.option("--dilution", default=_ASSAY.dilution, show_default="0.0304",
              help=text("稀释指数，0 为无", "Exponent of the loss by dilution; 0 is none."))  # fmt: skip
@click.option(
    "--household", default=1, show_default=True, help=text("同管家庭的人数", "People of a household in a tube.")
)
@click.option("--correlation", default=0.0, show_default=True,
              help=text("同一家庭两人的感染相关系数", "Between two members of a household."))  # fmt: skip
@click.option("--assay-h", default=_ASSAY.hours, show_default=True, help=text("每级小时数", "Hours of a stage."))
@click.option("--json", "as_json", is_flag=True, help=text("输出 JSON", "Print JSON."))
def design_command(
    prevalence: float, sizes: str, reason: str, stages: str, sensitivity: float, specificity: float, dilution: float,
    household: int, correlation: float, assay_h: float, as_json: bool,
) -> None:  # fmt: skip
    try:
        assay = Assay(sensitivity, specificity, dilution, assay_h)
        mixing = Mixing(household, correlation)
        design = choose_design(prevalence, sizes=_sizes(sizes), stages=stages, assay=assay, mixing=mixing)
        figures = figures_of(design, prevalence, assay, mixing)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    answer = _answer(design, figures, prevalence, reason)
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        _say(answer)


def _sizes(written: str) -> list[int] | None:
    if written.strip() == "any":
        return None
    try:
        return [int(part) for part in written.split(",")]
    except ValueError as error:
        raise click.UsageError(text("--sizes 应为 5,10,20 或 any", "--sizes must be such as 5,10,20 or any")) from error


def _answer(design: Design, figures: Figures, prevalence: float, reason: str) -> dict[str, object]:
    return {
        "design": design.kind,
        "pool_size": design.sizes[0] if design.sizes else 1,
        "sizes": [*design.sizes, 1],
        "stages": design.stages,
        "tests_per_person": figures.planned,
        "tests_per_person_with_misses": figures.expected,
        "missed_probability": figures.missed,
        "turnaround_h": figures.hours,
        "entropy_bound": entropy_bound(prevalence),
        "validated": set(design.sizes) <= set(VALIDATED),
        "reason": reason,
    }


def _say(answer: dict[str, object]) -> None:
    for name, value in answer.items():
        click.echo(f"{name:30} {value}")
    if not answer["validated"] and not answer["reason"]:
        say(
            "这一每管人数未经验证（规则 21）：实际使用须写明理由（--reason）。",
            "This pool size is not validated (rule 21): using it needs a recorded reason (--reason).",
        )
