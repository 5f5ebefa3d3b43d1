"""On PostgreSQL: what the role of web requests sees of warrants. The statements stand in ``warrant_security.sql``."""

from importlib.resources import files

from django.db import migrations


def secure(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        statements = files("lianfang.response.tracing").joinpath("warrant_security.sql").read_text("utf-8")
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(statements)


class Migration(migrations.Migration):
    dependencies = [("tracing", "0004_warrants")]
    operations = [migrations.RunPython(secure, migrations.RunPython.noop)]
