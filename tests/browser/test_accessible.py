"""axe finds nothing on any page, in light and dark, at a desk and on a phone."""

from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600), pytest.mark.xdist_group("browser")]
AXE = Path(__file__).resolve().parents[2] / ".build-cache" / "axe.min.js"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
PAGES = {
    "commander": (
        "/", "/wall/", "/areas/130109/", "/not-done/", "/protocols/", "/grants/", "/account/",
        "/account/second-factor/", "/account/password-again/", "/components/", "/no/such/page/",
    ),
    "tracer": ("/cases/", "/contacts/", "/measures/", "/people/", "/import/", "/warrants/", "/warrants/1/"),
    "county": ("/people/merges/",),
    "administrator": ("/territory/",),
}  # fmt: skip


@pytest.fixture(scope="session")
def axe() -> str:
    if not AXE.is_file():
        pytest.skip("axe was not built: python hatch_build.py")
    return AXE.read_text(encoding="utf-8")


def findings(page: Any, axe: str) -> list[str]:
    """What axe found on the page: rule, number of places, and the first of them."""
    page.evaluate(axe)
    found = page.evaluate("(tags) => axe.run({ runOnly: { type: 'tag', values: tags } })", list(RULES))["violations"]
    return [f"{page.url} {row['id']} ×{len(row['nodes'])}: {row['nodes'][0]['html'][:120]}" for row in found]


@pytest.mark.parametrize("user", list(PAGES))
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(server: str, visit: Any, axe: str, user: str, theme: str, width: int) -> None:
    page = visit(user, width=width)
    page.evaluate("(theme) => localStorage.setItem('theme', theme)", theme)
    found = []
    for path in PAGES[user]:
        page.goto(server + path)
        found += findings(page, axe)
    for path in ("/cases/", "/contacts/", "/measures/", "/"):
        page.goto(server + path)
        record = page.locator("[data-row] a[data-open], a.duty").first
        if record.count():
            record.click()
            page.wait_for_load_state()
            found += findings(page, axe)
    assert found == []


def test_axe_finds_what_is_wrong(server: str, visit: Any, axe: str) -> None:
    """Otherwise an empty list would mean nothing."""
    page = visit("commander")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<input><button></button>')")
    assert {row.split()[1] for row in findings(page, axe)} >= {"label", "button-name"}
