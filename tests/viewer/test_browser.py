"""Pages of notes in Chromium, opened from disk."""

from typing import Any

import pytest

from spacy_clinical.viewer import display, render
from spacy_clinical.viewer.explanations_page import render_explanations

from .conftest import Open
from .long_note import make_explanation, make_long_note
from .test_notes_page import NOTE

pytestmark = pytest.mark.browser
LONG = render([make_long_note()])
PAIR = render([make_long_note(300, 40, 30)], gold=[make_long_note(300, 40, 20)])

WHY = render_explanations([("a", NOTE.text, [make_explanation()])])


def keys(page: Any, *names: str) -> None:
    from selenium.webdriver.common.keys import Keys

    for name in names:
        page.switch_to.active_element.send_keys(getattr(Keys, name, name))


def count(page: Any, selector: str) -> int:
    return page.execute_script(f"return document.querySelectorAll({selector!r}).length")


@pytest.mark.parametrize("width", [400, 900, 1600])
@pytest.mark.parametrize("html", [LONG, PAIR, WHY], ids=["long", "pair", "explanation"])
def test_it_fits(open_page: Open, html: str, width: int) -> None:
    """Nothing sticks out at the side, in either theme."""
    for scheme in ("light", "dark"):
        page = open_page(html, width, color_scheme=scheme)
        wide = page.execute_script("return document.documentElement.scrollWidth")
        assert wide <= width
        text = page.find_element("css selector", ".text").rect["width"]
        assert text >= min(0.85 * width, 600)  # on a narrow page the list stands below
    paper = page.execute_script("return getComputedStyle(document.body).backgroundColor")
    assert paper == "rgb(22, 24, 28)"


def test_a_long_note_opens_quickly(open_page: Open) -> None:
    page = open_page(LONG)
    spent = page.execute_script("return performance.getEntriesByType('navigation')[0].duration")
    assert 0 < spent < 2000


def test_pointing_draws_the_relations(open_page: Open) -> None:
    page = open_page(LONG)
    mention = page.execute_script(
        "return document.getElementById(document.querySelector('aside a').dataset.h)"
    )
    from selenium.webdriver import ActionChains

    ActionChains(page).move_to_element(mention).perform()
    name = mention.get_attribute("id")
    related = count(page, f"aside a[data-h={name}], aside a[data-t={name}]")
    assert related >= 1
    assert count(page, "svg.wires path.cap") == count(page, "aside a.on") == related
    tip = page.find_element("id", "tip")
    assert tip.is_displayed()
    assert tip.text == mention.get_attribute("aria-label")
    assert "score" in tip.text
    ActionChains(page).move_to_element(page.find_element("css selector", "h1")).perform()
    assert count(page, "svg.wires path") == 0
    assert not tip.is_displayed()


def test_keyboard(open_page: Open) -> None:
    """aspirin is the second mention; its relation leads to fever."""
    page = open_page(render([NOTE]))
    keys(page, "TAB")
    assert page.switch_to.active_element.get_attribute("role") == "region"
    keys(page, "ARROW_RIGHT")
    assert page.switch_to.active_element.text == "fever"
    keys(page, "END")
    assert page.switch_to.active_element.text == "aspirin"
    assert count(page, "svg.wires path.cap") == 1
    keys(page, "ENTER")
    assert page.switch_to.active_element.text == "fever"
    keys(page, "ESCAPE")
    assert count(page, "svg.wires path") == 0
    keys(page, "TAB")
    assert page.switch_to.active_element.tag_name == "a"
    assert count(page, "svg.wires path.cap") == 1


def test_scripts_in_notes_do_not_run(open_page: Open) -> None:
    page = open_page(render([NOTE]))
    assert "alert(1)" in page.find_element("css selector", ".text").text
    assert count(page, "script") == 1


def test_parts_of_a_mention_are_joined(open_page: Open) -> None:
    page = open_page(LONG)
    split = page.execute_script(
        "return [...document.querySelectorAll('.tag')].find(e => e.dataset.tag === '…').dataset.m"
    )
    page.execute_script("document.getElementById(arguments[0]).click()", split)
    assert count(page, "svg.wires path.part") == 1
    assert count(page, f".m.on[data-m={split}]") >= 2


def test_print(open_page: Open) -> None:
    """On white paper, without what only works on a screen, with the relations."""
    page = open_page(PAIR, color_scheme="dark")
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    style = "return getComputedStyle(document.querySelector(arguments[0]))[arguments[1]]"
    assert page.execute_script(style, ".help", "display") == "none"
    assert page.execute_script(style, "body", "backgroundColor") == "rgb(255, 255, 255)"
    assert page.execute_script(style, "aside", "position") == "static"
    assert page.find_element("css selector", "aside li").is_displayed()


def test_in_a_notebook(open_page: Open) -> None:
    """The frame of a notebook's cell has a page that works, and leaves the notebook alone."""
    page = open_page(
        f"<!DOCTYPE html><title>n</title><link rel=icon href='data:,'>{display(NOTE)._repr_html_()}"
    )
    assert count(page, ".m") == 0
    page.switch_to.frame(page.find_element("css selector", "iframe"))
    assert count(page, ".m[id]") == 2
    assert count(page, "svg.wires") == 1
    page.switch_to.default_content()
