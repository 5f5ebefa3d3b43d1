"""A real browser on a real server with a small city. Skipped, with the reason, where there is no Chromium."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

PASSWORD = "lianfang demonstration"


@pytest.fixture(scope="session")
def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("no Chromium on this machine (Debian: apt install chromium fonts-noto-cjk)")
    return found


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, chromium: str) -> Iterator[str]:
    """Address of ``lianfang up`` on a city of its own, built from nothing."""
    data = tmp_path_factory.mktemp("browser-city")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **{k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")},
        "LIANFANG_DATA": str(data),
        "LANG": "en_US.UTF-8",
    }
    command = [sys.executable, "-c", "from lianfang.cli import main; main()", "up", "--port", str(port)]
    with (data / "up.log").open("wb") as log:
        process = subprocess.Popen(
            command, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        _wait(f"http://127.0.0.1:{port}/alive/", process, data / "up.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, 15)
        process.wait(20)


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            pytest.fail(f"up ended by itself:\n{log.read_text()}")
        try:
            urllib.request.urlopen(address, timeout=1)
            return
        except OSError:
            time.sleep(0.5)
    pytest.fail(f"no answer after five minutes:\n{log.read_text()}")


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright's loop runs in this thread; no test here uses the ORM
    with sync_playwright() as play:
        started = play.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield started
        started.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)


@pytest.fixture(scope="session")
def signed_in_once(server: str, browser: Any) -> Any:
    """user → the cookies of a session with both factors. A code of the second factor opens one session only."""
    kept: dict[str, Any] = {}

    def _cookies(user: str) -> Any:
        if user not in kept:
            context = browser.new_context()
            page = context.new_page()
            page.goto(f"{server}/account/sign-in/")
            page.fill("#id_login", user)
            page.fill("#id_password", PASSWORD)
            page.click("button.btn-primary")
            page.fill("#id_code", page.inner_text("#demonstration-code"))
            page.click("button.btn-primary")
            page.wait_for_selector("header.bar")
            kept[user] = context.storage_state()
            context.close()
        return kept[user]

    return _cookies


@pytest.fixture
def visit(server: str, browser: Any, signed_in_once: Any) -> Iterator[Any]:
    """``visit('tracer', width=390, locale='zh-CN')`` → a page signed in with both factors; fails on any page error."""
    contexts = []
    complaints: list[str] = []

    def _visit(user: str, *, width: int = 1440, locale: str = "zh-CN") -> Any:
        size = {"width": width, "height": 900}
        context = browser.new_context(viewport=size, locale=locale, storage_state=signed_in_once(user))
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda r: _foreign(r.url, server) and complaints.append(r.url))
        page.goto(server)
        return page

    yield _visit
    for context in contexts:
        context.close()
    assert complaints == [], "a page failed, or asked something of another host"


def _foreign(address: str, server: str) -> bool:
    return not address.startswith((server, "data:", "blob:"))
