"""What people do with it, in a real browser. One city and one server for all of these."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600), pytest.mark.xdist_group("browser")]


def test_a_commander_finds_what_is_late_from_the_wall(server, visit):
    page = visit("commander")
    page.goto(f"{server}/wall/")
    page.wait_for_selector(".map svg path.l5")
    page.click(".map svg a:has(path.l5)")
    page.wait_for_url("**/wall/130109/**")
    assert "藁城区" in page.inner_text("h1")
    page.click("#figures a")
    assert "late=1" in page.url
    page.click("tr.is-late a[data-open]")
    page.wait_for_selector("main dl.facts")


def test_a_tracer_names_a_contact_in_the_interview_by_pinyin_initials(server, visit):
    page = visit("tracer")
    page.goto(f"{server}/cases/?state=confirmed")
    page.click("tr[data-row] a[data-open]")
    page.click("a.btn-primary")
    before = page.locator("#contact ~ section tr[data-row]").count()
    page.fill("#id_text", "zw")
    page.wait_for_selector("#found button[name=person]")
    page.click("#found button[name=person]")
    page.wait_for_load_state()
    assert page.locator("#contact ~ section tr[data-row]").count() >= before
    assert page.locator(".problem").count() == 0


def test_the_keyboard_alone_names_a_contact_and_one_enter_names_nobody(server, visit):
    page = visit("tracer")
    page.goto(f"{server}/cases/?state=confirmed")
    page.click("tr[data-row] a[data-open]")
    page.click("a.btn-primary")
    page.wait_for_url("**/interview/")
    page.keyboard.type("zw")  # the field has the focus
    page.wait_for_selector("#found [data-picked]")
    page.keyboard.press("Enter")
    first, second = (page.locator("#found [data-picked]").nth(n) for n in (0, 1))
    assert first.evaluate("it => it === document.activeElement")
    page.keyboard.press("ArrowDown")
    assert second.evaluate("it => it === document.activeElement")
    page.keyboard.press("Enter")
    page.wait_for_url("**/interview/?stay=*")
    assert page.locator("#id_text").evaluate("it => it === document.activeElement"), "ready for the next"


def test_paper_is_white_on_a_dark_screen_too(server, visit):
    page = visit("commander")
    page.evaluate("localStorage.setItem('theme', 'dark')")
    page.goto(f"{server}/wall/")
    page.emulate_media(media="print")
    page.wait_for_function(
        "() => getComputedStyle(document.querySelector('.panel')).backgroundColor === 'rgb(255, 255, 255)'"
    )


def test_a_wall_without_connection_says_so(server, visit):
    page = visit("commander", locale="en-US")
    page.goto(f"{server}/wall/")
    page.context.set_offline(True)
    page.wait_for_selector("#pulse.lost")
    assert "connection lost" in page.inner_text("#pulse")
    page.context.set_offline(False)
    page.wait_for_selector("#pulse:not(.lost)")


def test_nobody_is_looked_up_without_a_purpose(server, visit):
    page = visit("tracer2")
    page.goto(f"{server}/people/")
    assert page.locator("#id_text").count() == 0
    page.fill("#id_reason", "寻找同餐者")
    page.click("form[action='/purposes/open/'] button")
    page.fill("#id_text", "王")
    page.fill("#id_text", "王芳")
    page.click("form[action='/people/search/'] button")
    page.wait_for_load_state()
    assert "***" in page.inner_text("body") or "没有找到" in page.inner_text("body")


def test_a_tracer_cuts_the_list_by_keyboard_and_pushes_the_chosen(server, visit):
    page = visit("tracer")
    page.goto(f"{server}/warrants/1/")
    page.wait_for_selector(".met .marks circle")
    page.locator(".cut .handle").focus()
    for key in ("Home", "ArrowRight", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    assert page.locator(".cut .handle").get_attribute("aria-valuenow") == "3"
    chosen = page.locator("input[name=candidate]:checked").count()
    assert 1 <= chosen <= 3
    page.click("button[value=accept]")
    page.wait_for_load_state()
    assert page.locator("[data-candidate] .tag:not(.off)").count() >= chosen


def test_a_tracer_drags_the_cut_and_sees_where_they_met(server, visit):
    page = visit("tracer")
    page.goto(f"{server}/warrants/1/")
    page.wait_for_selector(".met .marks circle")
    box = page.locator(".cut svg").bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 60)
    page.mouse.up()
    assert page.locator("[data-candidate].below").count() > 0
    page.locator("[data-meet]").nth(2).click()
    page.wait_for_selector("[data-candidate]:nth-child(3).chosen")
    assert page.locator("[data-met-list] li").count() > 0


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
@pytest.mark.parametrize("width", [390, 1440])
def test_no_page_is_wider_than_its_screen(server, visit, locale, width):
    page = visit("county", width=width, locale=locale)
    for path in (
        "/",
        "/wall/",
        "/areas/130109/",
        "/not-done/",
        "/cases/",
        "/contacts/",
        "/measures/",
        "/protocols/",
        "/grants/",
    ):
        page.goto(server + path)
        wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 1, f"{path} is {wide} px too wide at {width}"


def test_the_keyboard_alone_goes_from_page_to_page(server, visit):
    page = visit("commander", locale="en-US")
    page.keyboard.press("w")
    page.wait_for_url("**/wall/")
    page.keyboard.press("n")
    page.wait_for_url("**/not-done/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/duties/**")


def test_the_language_is_switched_on_any_page(server, visit):
    page = visit("commander", locale="zh-CN")
    page.goto(f"{server}/wall/")
    assert "五条线" in page.inner_text("main")
    page.click("form[action='/language/'] button")
    page.wait_for_load_state()
    assert "Five lines" in page.inner_text("main")
