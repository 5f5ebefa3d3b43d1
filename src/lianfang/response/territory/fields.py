from django.db import models


class PathField(models.CharField):
    """A materialised path, every segment ending in '/'. Compared byte by byte, so that a subtree is one range."""

    def db_parameters(self, connection):
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


def subtree(field: str, path: str) -> models.Q:
    """Everything at or below ``path``: one index range on every database ('0' is the character after '/')."""
    return models.Q(**{f"{field}__gte": path, f"{field}__lt": path[:-1] + "0"})


def upward(path: str) -> list[str]:
    """'1301/09/104/' → ['1301/', '1301/09/', '1301/09/104/']."""
    parts = path.strip("/").split("/")
    return ["/".join(parts[: n + 1]) + "/" for n in range(len(parts))]
