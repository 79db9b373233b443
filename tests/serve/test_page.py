"""The page on which a person pastes a note, in Chromium, against the real service."""

import os
from pathlib import Path
from typing import Any

import pytest

from spacy_clinical.viewer.paste_page import render_paste_page

from ..viewer.conftest import chromium  # noqa: F401
from .live import Live


def test_it_is_off_by_default(guarded: Live) -> None:
    answer = guarded.http.get("/")
    assert (answer.status_code, answer.json()["code"]) == (404, "SC930")


def test_its_policy(live: Live) -> None:
    answer = live.http.get("/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "connect-src 'self'" in policy
    assert answer.headers["x-frame-options"] == "DENY"
    assert 'id="token"' not in answer.text
    assert 'id="token"' in render_paste_page(model="m", tokens=True)[0]


def annotate(page: Any, text: str) -> None:
    from selenium.webdriver.support.ui import WebDriverWait

    field = page.find_element("id", "text")
    field.clear()
    field.send_keys(text)
    page.find_element("css selector", "button").click()
    told = page.find_element("id", "status")
    WebDriverWait(page, 60).until(lambda _: told.text and told.text != "Annotating…")


@pytest.mark.browser
@pytest.mark.parametrize("width", [400, 900, 1600])
def test_a_note_is_rendered(live: Live, chromium: Any, width: int) -> None:  # noqa: F811
    size = {"width": width, "height": 1000, "deviceScaleFactor": 1, "mobile": False}
    chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    chromium.get_log("browser")
    chromium.get(live.url)
    annotate(chromium, "The patient was given aspirin for pain . <b>No</b> fever .")
    assert "ms" in chromium.find_element("id", "status").text
    assert chromium.execute_script("return document.documentElement.scrollWidth") <= width
    if folder := os.environ.get("SCREENSHOTS"):
        chromium.save_screenshot(str(Path(folder) / f"paste{width}.png"))
    chromium.switch_to.frame(chromium.find_element("id", "answer"))
    text = chromium.find_element("css selector", ".text").text
    assert "<b>No</b> fever" in text
    marks = chromium.execute_script("return document.querySelectorAll('.m[id]').length")
    wires = chromium.execute_script("return document.querySelectorAll('svg.wires').length")
    assert marks > 0
    assert wires == 1  # the note's own script runs inside
    chromium.switch_to.default_content()
    assert chromium.get_log("browser") == []


@pytest.mark.browser
def test_a_refusal_is_told(live: Live, chromium: Any) -> None:  # noqa: F811
    chromium.get(live.url)
    chromium.execute_script("document.getElementById('text').value = 'a '.repeat(15000)")
    chromium.find_element("css selector", "button").click()
    from selenium.webdriver.support.ui import WebDriverWait

    told = chromium.find_element("id", "status")
    WebDriverWait(chromium, 60).until(lambda _: "SC924" in told.text)
    chromium.get_log("browser")
