"""``lianfang up``: from nothing to a running city."""

import os
import signal
import socket
import subprocess
import sys

import click

from lianfang.cli.framework import start
from lianfang.cli.speech import say


@click.command(short_help="set up, build the demonstration city if there is none, and serve")
@click.option("--port", default=8000, show_default=True, help="Port on this machine.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--scale", default=0.01, show_default=True, help="Share of the real population in the demonstration city."
)
@click.option("--workers", default=1, show_default=True, help="Server processes.")
def command(port: int, host: str, scale: float, workers: int) -> None:
    """Prepare the database, build the demonstration city where there is none, print the accounts, and serve."""
    _refuse_taken(host, port)
    start()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    _city(scale)
    call_command("collectstatic", verbosity=0, interactive=False)
    _greet(host, port)
    _serve(host, port, workers)


def _refuse_taken(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            say(
                f"端口 {port} 已被占用，请换一个：lianfang up --port {port + 1}",
                f"Port {port} is taken; choose another: lianfang up --port {port + 1}",
            )
            raise SystemExit(1) from error


def _city(scale: float) -> None:
    from lianfang.response.territory.queries import root

    if root() is None:
        from lianfang.cli.city import build

        say("正在建立演示城市（约一分钟）……", "Building the demonstration city (about a minute) …")
        build(scale=scale, seed=1, outbreak=True)


def _greet(host: str, port: int) -> None:
    from django.conf import settings

    say(f"联防已就绪：http://{host}:{port}/", f"Lianfang is ready: http://{host}:{port}/")
    if (settings.DATA / "DEMONSTRATION").exists():
        from lianfang.response.accounts.models import User
        from lianfang.response.web.demonstration import PASSWORD

        say(f"演示账号（密码均为 {PASSWORD}）：", f"Demonstration accounts (password of all: {PASSWORD}):")
        for user in User.objects.exclude(password="!").order_by("pk"):
            click.echo(f"  {user.username:<14} {user.name}")


def _serve(host: str, port: int, workers: int) -> None:
    sys.stdout.flush()
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "lianfang.response.settings"}
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(workers), "--blocking-threads", "4", "--no-ws", "--log-level", "warning",
        "lianfang.response.web.wsgi:application",
    ]  # fmt: skip
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that what is below is stopped as well
    with _clock(environment) as clock, subprocess.Popen(command, env=environment) as server:
        try:
            raise SystemExit(server.wait())
        except KeyboardInterrupt:
            raise SystemExit(0) from None
        finally:
            clock.terminate()
            server.terminate()  # asked, not killed: a killed server leaves its workers on the port


def _clock(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """The calendar works beside the server: what is due is opened, what is late climbs, once a minute."""
    tick = [sys.executable, "-c", "from lianfang.cli import main; main()", "tick", "--every", "60"]
    return subprocess.Popen(tick, env=environment, stdout=subprocess.DEVNULL)
