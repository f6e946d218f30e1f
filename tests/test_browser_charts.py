"""Charts as a browser lays them out: no text is cut off, at full width, at half width and on a phone."""

from base64 import b64encode
from pathlib import Path

import pytest
from chart_samples import KINDS

from review_kit.charts.fonts import web_font
from review_kit.charts.tokens import css_variables, drawing_rules

pytestmark = pytest.mark.browser

CUT_OFF = """() => [...document.querySelectorAll('.chart-drawing svg')]
  .filter(svg => getComputedStyle(svg).display !== 'none')
  .flatMap(svg => [...svg.querySelectorAll('text')].filter(text => {
    const box = text.getBBox(), sheet = svg.viewBox.baseVal;
    return box.x < -1 || box.x + box.width > sheet.width + 1 || box.y < -2 || box.y + box.height > sheet.height + 3;
  }).map(text => svg.closest('figure').id + ': ' + text.textContent))"""
SMALLEST = """() => Math.min(...[...document.querySelectorAll('.chart-drawing svg')]
  .filter(svg => getComputedStyle(svg).display !== 'none')
  .map(svg => 13 * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width))"""


@pytest.fixture(scope="module")
def page_file(tmp_path_factory) -> Path:
    faces = "".join(
        f"@font-face{{font-family:Inter;font-weight:{weight};src:url(data:font/woff2;base64,"
        f"{b64encode(web_font(weight)).decode()})}}"
        for weight in (400, 600)
    )
    variables = "".join(f"{name}:{value};" for name, value in css_variables().items())
    body = "".join(make()._repr_html_() for make in KINDS.values())
    path = tmp_path_factory.mktemp("charts") / "charts.html"
    path.write_text(
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<style>:root{{{variables}}}{faces}body{{margin:16px auto;max-width:720px}}figure{{margin:0}}"
        f"{drawing_rules()}</style>{body}",
        encoding="utf-8",
    )
    return path


@pytest.mark.parametrize("width", [1280, 375])
def test_no_text_is_cut_off_and_all_can_be_read(browser, page_file, width):
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(page_file.as_uri())
    page.evaluate("document.fonts.ready")
    assert page.evaluate(CUT_OFF) == []
    assert page.evaluate(SMALLEST) >= 12
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()
