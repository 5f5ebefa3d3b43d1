from django.apps import apps
from django.db import models


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
    return models.Q(**{f"{field.removesuffix('__path')}__in": areas.order_by().values("pk")})


def _is_the_only_root(path: str) -> bool:
    return not apps.get_model("territory", "Area").objects.filter(parent=None).exclude(path=path).exists()


def upward(path: str) -> list[str]:
    """'1301/09/104/' → ['1301/', '1301/09/', '1301/09/104/']."""
    parts = path.strip("/").split("/")
    return ["/".join(parts[: n + 1]) + "/" for n in range(len(parts))]
