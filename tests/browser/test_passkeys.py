"""A passkey from its making to its removal, with the authenticator that Chromium simulates."""

from collections.abc import Iterator
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600), pytest.mark.xdist_group("browser")]
PASSWORD = "lianfang demonstration"
HOLDER = "analyst"  # whom no other journey signs in: a code of the second factor opens one session only


@pytest.fixture
def page(browser: Any, by_name: str) -> Iterator[Any]:
    """A page of a device with a fingerprint reader, on the server called by its name, as passkeys demand."""
    context = browser.new_context(locale="en-US")
    opened = context.new_page()
    opened.set_default_timeout(20_000)
    device = context.new_cdp_session(opened)
    device.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, "automaticPresenceSimulation": True}})
    yield opened
    context.close()


@pytest.fixture
def by_name(server: str) -> str:
    return server.replace("127.0.0.1", "localhost")


def password(page: Any, by_name: str) -> None:
    page.goto(f"{by_name}/account/sign-in/")
    page.fill("#id_login", HOLDER)
    page.fill("#id_password", PASSWORD)
    page.click("button.btn-primary")
    page.wait_for_selector("#id_code")


def again(page: Any) -> None:
    """The password is asked once more before the way in changes."""
    page.fill("#id_password", PASSWORD)
    page.click("button.btn-primary")


def test_a_passkey_is_added_opens_the_door_and_is_removed(page: Any, by_name: str) -> None:
    password(page, by_name)
    assert page.locator("#passkey-button").count() == 0, "offered before there is one"
    page.fill("#id_code", page.inner_text("#demonstration-code"))
    page.click("[data-sign-in]")
    page.wait_for_selector("header.bar")

    page.goto(f"{by_name}/account/second-factor/webauthn/add/")
    again(page)
    page.fill("#id_name", "Desk 4")
    page.click("#passkey-button")
    page.wait_for_url(lambda url: "/add/" not in url)
    page.goto(f"{by_name}/account/second-factor/")
    assert "Desk 4" in page.inner_text("main")

    page.click("details[data-menu] summary")
    page.click("form[action='/account/sign-out/'] button")
    password(page, by_name)
    page.click("#passkey-button")
    page.wait_for_selector("header.bar")

    page.goto(f"{by_name}/account/second-factor/")
    page.click("a[href$='/remove/']")
    again(page)
    page.click("main button.btn-primary")
    page.wait_for_url("**/webauthn/")
    assert "No passkey yet" in page.inner_text("main")


def test_a_refusal_of_the_device_is_said_on_the_page(browser: Any, server: str) -> None:
    """Called by its number a site cannot hold passkeys: the browser refuses, and the page says what to do."""
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    page.goto(f"{server}/account/sign-in/")
    page.evaluate(
        "document.querySelector('main').innerHTML = "
        "'<p data-passkey-problem data-by-number=\"by its name\" hidden>other</p>'"
    )
    page.evaluate(
        "document.dispatchEvent(new CustomEvent('allauth.error', "
        "{ cancelable: true, detail: { exception: new DOMException('', 'SecurityError') } }))"
    )
    assert page.inner_text("[data-passkey-problem]") == "by its name"
    context.close()
