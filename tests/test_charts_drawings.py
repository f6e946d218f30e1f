"""What holds for every drawing: same bytes, literal text, nothing clipped or overlapping, words for nothing."""

import os
import re
import subprocess
import sys
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import matplotlib as mpl
import pytest
from chart_samples import EMPTY, KINDS, LONG, NASTY, SINGLE

from review_kit.charts.canvas import Box, text_box
from review_kit.charts.chart import anchor_of

SVG = "{http://www.w3.org/2000/svg}"


def drawings(chart):
    return [svg for svg in (chart.svg, chart.svg_narrow) if svg]


def boxes(svg: str) -> tuple[Box, list[Box]]:
    """The sheet and where each text stands, read from the finished drawing."""
    root = ET.fromstring(svg)  # noqa: S314 - our own drawing
    _, _, width, height = (float(part) for part in root.attrib["viewBox"].split())
    texts = [
        text_box(
            float(text.attrib["x"]),
            float(text.attrib["y"]),
            text.text or "",
            anchor=text.get("text-anchor", "start"),
            bold=text.get("font-weight") == "600",
        )
        for text in root.iter(f"{SVG}text")
    ]
    return Box(0, 0, width, height, ""), texts


@pytest.mark.parametrize("make", [*KINDS.values(), *SINGLE.values()], ids=[*KINDS, *(f"one {k}" for k in SINGLE)])
def test_no_text_leaves_its_drawing(make):
    for svg in drawings(make()):
        sheet, texts = boxes(svg)
        assert texts
        outside = [t for t in texts if t.left < -1 or t.right > sheet.right + 1 or t.top < 0 or t.bottom > sheet.bottom]
        assert not outside


@pytest.mark.parametrize("make", [*KINDS.values(), *SINGLE.values()], ids=[*KINDS, *(f"one {k}" for k in SINGLE)])
def test_no_two_texts_overlap(make):
    for svg in drawings(make()):
        _, texts = boxes(svg)
        clashes = [(a.text, b.text) for i, a in enumerate(texts) for b in texts[i + 1 :] if a.overlaps(b)]
        assert not clashes


@pytest.mark.parametrize("kind", KINDS)
def test_a_chart_has_the_same_bytes_on_each_run(kind):
    first, second = KINDS[kind](), KINDS[kind]()
    assert first._repr_html_() == second._repr_html_()
    assert "matplotlib" not in first.svg


def test_the_bytes_do_not_depend_on_the_process_or_on_an_analysts_settings():
    script = (
        "import hashlib, sys\n"
        "import review_kit.charts\n"
        "assert 'matplotlib' not in sys.modules, 'only who draws pays for matplotlib'\n"
        "import matplotlib as mpl\n"
        "mpl.rcParams.update({'font.size': 31, 'svg.fonttype': 'path', 'font.style': 'italic'})\n"
        "from chart_samples import KINDS\n"
        "KINDS['gaps']()\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
        "print(hashlib.sha256(''.join(make()._repr_html_() for make in KINDS.values()).encode()).hexdigest())"
    )
    digests = set()
    for seed in ("1", "2"):
        here = Path(__file__).parent
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": f"{here.parent}{os.pathsep}{here}"}
        ran = subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
        )
        digests.add(ran.stdout.strip())
    assert len(digests) == 1


def test_drawing_leaves_no_trace_in_the_settings_of_matplotlib():
    before = dict(mpl.rcParams)
    KINDS["process"]()
    assert dict(mpl.rcParams) == before


class Page(HTMLParser):
    """Tags, ids, references and text of a fragment."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags, self.ids, self.uses, self.attributes, self.text = set(), [], [], set(), []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name == "id":
                self.ids.append(value)
            if name == "href":
                self.uses.append(value)

    def handle_data(self, data):
        self.text.append(data)


@pytest.mark.parametrize("kind", KINDS)
def test_names_from_data_are_drawn_literally_and_never_become_markup(kind):
    chart = KINDS[kind]()
    page = Page(chart._repr_html_())
    known = {"figure", "figcaption", "h4", "p", "div", "svg", "path", "g", "use", "defs", "text", "details", "summary"}
    assert page.tags <= known | {"table", "caption", "thead", "tbody", "tr", "th", "td"}
    assert "style" not in page.attributes
    assert not any(name.startswith("on") for name in page.attributes)
    assert NASTY in "".join(page.text) or LONG in "".join(page.text) or kind in {"perspectives", "reach", "feedback"}


def test_ids_are_unique_on_a_page_and_every_reference_is_there():
    page = Page("".join(make()._repr_html_() for make in KINDS.values()))
    assert len(page.ids) == len(set(page.ids))
    assert set(page.uses) <= {f"#{name}" for name in page.ids}


def test_a_key_that_no_id_can_hold_is_replaced_and_told_apart():
    assert anchor_of("gross-margin") == "chart-gross-margin"
    assert anchor_of('a "b"') != anchor_of("a 'b'")
    assert re.fullmatch(r"chart-a--b--[0-9a-f]{8}", anchor_of('a "b"'))


@pytest.mark.parametrize("kind", EMPTY)
def test_nothing_to_draw_is_said_in_words(kind):
    chart = EMPTY[kind]()
    assert chart.svg == ""
    assert chart.alt.endswith(".")
    assert f'<p class="chart-empty">{escape(chart.alt)}</p>' in chart._repr_html_()


@pytest.mark.parametrize("kind", KINDS)
def test_a_drawing_scales_is_hidden_from_screen_readers_and_says_its_finding_beside_it(kind):
    chart = KINDS[kind]()
    width = 348 if kind == "process half" else 720
    assert chart.svg.startswith(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} ')
    assert 'aria-hidden="true"' in chart.svg
    assert '<div class="chart-drawing" role="img" aria-label="' in chart._repr_html_()
    assert repr(chart) == f"{chart.title}\n{chart.alt}"
    assert len(chart.alt) > 40


@pytest.mark.parametrize("kind", KINDS)
def test_a_chart_stays_small(kind):
    chart = KINDS[kind]()
    assert len(chart.svg) < 16_000
    assert bool(chart.svg_narrow) == (kind != "process half")


def test_the_narrow_drawing_stays_hidden_where_no_stylesheet_applies():
    html = KINDS["gaps"]()._repr_html_()
    assert '<svg class="drawing-narrow" display="none" ' in html
    assert '<svg class="drawing-wide" ' in html
