"""On PostgreSQL: the history of corrections is seen by who sees the person."""

from importlib.resources import files

from django.db import migrations


def secure(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        statements = files("lianfang.response.tracing").joinpath("row_security.sql").read_text("utf-8")
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(statements)


class Migration(migrations.Migration):
    dependencies = [("tracing", "0002_row_security"), ("people", "0002_correction")]
    operations = [migrations.RunPython(secure, migrations.RunPython.noop)]
