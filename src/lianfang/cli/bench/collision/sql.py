"""The grid join in SQL, as DuckDB, SedonaDB and Spark each want it said."""

from dataclasses import dataclass

from lianfang.cli.bench.collision.question import SIDE, Question


@dataclass(frozen=True)
class Dialect:
    """divide: whole-number division of t. real: suffix of a float64 literal. whole: of an int64 literal. hint: of the join."""

    divide: str = "{t} // {by}"
    real: str = ""
    whole: str = ""
    hint: str = ""


def keyed(question: Question, source: str, dialect: Dialect) -> str:
    """Pings on the plane with the key of their cell."""
    (lon0, lat0), (east, north), real = question.origin, question.metres, dialect.real
    x, y = f"(lon - {lon0!r}{real}) * {east!r}{real}", f"(lat - {lat0!r}{real}) * {north!r}{real}"
    bucket = dialect.divide.format(t="t", by=question.cell_s)
    column, line = (f"CAST(floor({v} / {question.cell_m!r}{real}) AS BIGINT) + {SIDE}" for v in ("x", "y"))
    key = f"(CAST({bucket} AS BIGINT) * {2 * SIDE} + {column}) * {2 * SIDE} + {line}"
    return (
        f"SELECT person_id, t, x, y, {key} AS key FROM (SELECT person_id, t, {x} AS x, {y} AS y FROM {source}) AS plane"
    )


def asking(question: Question, pings: str, index: str, dialect: Dialect) -> str:
    """The index people's pings, one row for each cell in which a contact may stand."""
    steps = ", ".join(f"({step}{dialect.whole})" for step in question.steps)
    return (
        f"SELECT i.person_id AS index_id, p.t AS tq, p.x AS xq, p.y AS yq, p.key + o.step AS key FROM {pings} AS p"
        f" JOIN {index} AS i ON p.person_id = i.person_id AND p.t BETWEEN i.t0 AND i.t1"
        f" CROSS JOIN (VALUES {steps}) AS o(step)"
    )


def met(question: Question, pings: str, asking: str, dialect: Dialect) -> str:
    """The rows of the answer, ordered as the spec says."""
    square = "(x - xq) * (x - xq) + (y - yq) * (y - yq)"
    most = f"{question.rule.radius_m**2!r}{dialect.real}"
    return (
        f"SELECT {dialect.hint} {columns(dialect, f'sqrt(min({square}))')} FROM {pings} AS p JOIN {asking} AS q"
        f" ON p.key = q.key WHERE person_id <> index_id AND abs(t - tq) <= {question.rule.gap_s} AND {square} <= {most}"
        " GROUP BY index_id, person_id ORDER BY index_id, minutes DESC, distance"
    )


def columns(dialect: Dialect, distance: str) -> str:
    bins = dialect.divide.format(t="t", by=600)
    return (
        f"index_id, person_id, count(*) AS pairs, 10 * count(DISTINCT {bins}) AS minutes,"
        f" min(t) AS first_t, max(t) AS last_t, {distance} AS distance"
    )
