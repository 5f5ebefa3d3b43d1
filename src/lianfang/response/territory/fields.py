from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.apps import apps
from django.db import connection, models


class PathField(models.CharField):
    """A materialised path, every segment ending in '/'. Compared byte by byte, so that a subtree is one range."""

    def db_parameters(self, connection):
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


def subtree(field: str, path: str) -> models.Q:
    """Everything at or below ``path``. ``field``: the path of an area itself, or ``…__path`` of a foreign key to one.

    Records hang on areas down to the community, of which a city has some thousands, while the tree holds millions of
    dwellings; so a record is found through the ids of those areas. The only root holds everything: no condition.
    """
    if path.count("/") == 1 and _is_the_only_root(path):
        return models.Q()
    inside = {f"{field}__gte": path, f"{field}__lt": path[:-1] + "0"}  # '0' is the character after '/'
    if not field.endswith("__path"):
        return models.Q(**inside)
    areas = apps.get_model("territory", "Area").objects.filter(path__gte=path, path__lt=path[:-1] + "0", kind__lte=4)
    ids, key = areas.order_by().values("pk"), field.removesuffix("__path")
    if connection.vendor == "postgresql":
        return models.Q(_is_one_of(key, ids))
    return models.Q(**{f"{key}__in": ids})


def _is_one_of(key: str, ids: models.QuerySet) -> models.Func:
    """PostgreSQL collects the ids first and goes to the index of the records with them. As a join, behind row security
    that it cannot estimate, it came to another plan from one analysis to the next, and to scans of the whole table."""
    collected = models.Subquery(ids, template="(ARRAY(%(subquery)s))")
    return models.Func(
        models.F(key), collected, template="%(expressions)s", arg_joiner=" = ANY", output_field=models.BooleanField()
    )


_asked: ContextVar[dict[str, bool] | None] = ContextVar("only_root", default=None)


@contextmanager
def asking_once() -> Iterator[None]:
    """While a request that changes nothing is answered, whether a root is the only one is asked once."""
    token = _asked.set({})
    try:
        yield
    finally:
        _asked.reset(token)


def _is_the_only_root(path: str) -> bool:
    known = _asked.get()
    if known is None:
        return _no_other_root(path)
    if path not in known:
        known[path] = _no_other_root(path)
    return known[path]


def _no_other_root(path: str) -> bool:
    """As SQL: to compose it from the model takes ten times as long as to answer it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM territory_area WHERE parent_id IS NULL AND path <> %s LIMIT 1", [path])
        return cursor.fetchone() is None


def upward(path: str) -> list[str]:
    """'1301/09/104/' → ['1301/', '1301/09/', '1301/09/104/']."""
    parts = path.strip("/").split("/")
    return ["/".join(parts[: n + 1]) + "/" for n in range(len(parts))]
