"""A field page on a phone: at most 60 KB the first time, nothing but the page itself the second (LOOK.md, 8)."""

from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600), pytest.mark.xdist_group("browser")]
FIRST = 60_000
PAGES = {"community": ("/", "/wall/"), "tracer": ("/", "/cases/1/", "/cases/1/interview/")}


def loads(page: Any, address: str) -> dict[str, int]:
    """address → bytes that came over the wire, headers and all; 0 from the cache."""
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    asked: dict[str, str] = {}
    came: dict[str, int] = {}
    wire.on("Network.requestWillBeSent", lambda event: asked.update({event["requestId"]: event["request"]["url"]}))
    wire.on("Network.loadingFinished", lambda event: came.update({event["requestId"]: event["encodedDataLength"]}))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    wire.detach()
    return {asked[key]: size for key, size in came.items() if not asked[key].startswith("data:")}


@pytest.mark.parametrize("user", list(PAGES))
def test_a_field_page_is_light_and_its_second_view_loads_nothing_static(server: str, visit: Any, user: str) -> None:
    for path in (*PAGES[user], _first_duty(visit(user))):
        page = visit(user, width=390)
        page.goto("about:blank")
        page.context.new_cdp_session(page).send("Network.clearBrowserCache")
        first, again = loads(page, server + path), loads(page, server + path)
        assert sum(first.values()) <= FIRST, (path, first)
        assert len(first) > 3, "nothing was measured"
        assert [url for url, size in again.items() if "/static/" in url and size] == []


def _first_duty(page: Any) -> str:
    return str(page.locator("a.duty").first.get_attribute("href"))
