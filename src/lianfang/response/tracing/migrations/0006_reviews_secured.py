"""On PostgreSQL: the review list is seen by who reaches the area of a review."""

from importlib.resources import files

from django.db import migrations


def secure(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        statements = files("lianfang.response.tracing").joinpath("row_security.sql").read_text("utf-8")
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(statements)


class Migration(migrations.Migration):
    dependencies = [("tracing", "0005_warrant_row_security"), ("ledger", "0002_review")]
    operations = [migrations.RunPython(secure, migrations.RunPython.noop)]
