"""On PostgreSQL: the role of web requests and what it sees. The statements stand in ``row_security.sql``."""

from importlib.resources import files

from django.db import migrations


def secure(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        statements = files("lianfang.response.tracing").joinpath("row_security.sql").read_text("utf-8")
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(statements)


class Migration(migrations.Migration):
    dependencies = [
        ("tracing", "0001_initial"),
        ("cases", "0002_receipt_disease"),
        ("duties", "0002_indexes_without_values"),
        ("people", "0001_initial"),
        ("territory", "0001_initial"),
        ("ledger", "0001_initial"),
        ("accounts", "0001_initial"),
        ("sessions", "0001_initial"),
    ]
    operations = [migrations.RunPython(secure, migrations.RunPython.noop)]
