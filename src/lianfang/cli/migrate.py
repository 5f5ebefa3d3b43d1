import click

from lianfang.cli import framework
from lianfang.cli.speech import say, text


@click.command("migrate", help=text("建立或更新数据库的表。", "Create or update the tables of the database."))
def command() -> None:
    framework.start()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=1)
    say("数据库已就绪。", "The database is ready.")
