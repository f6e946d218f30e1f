"""A review on one page: what is in it, how it is ordered, and what never gets in."""

import base64
import hashlib
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser

import nbformat
import pytest
from documents import HOSTILE, META, notebook, prose, shown, whole_review

from review_kit.errors import StageFailedError, UsageError
from review_kit.model.period import Rhythm
from review_kit.report import DocumentMeta, render_report, render_slides
from review_kit.tables_view import cover, kpi_page, lead


class Page(HTMLParser):
    """What the tests ask of a document, read as a browser reads it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    @property
    def ids(self):
        return [attributes["id"] for _, attributes in self.tags if "id" in attributes]

    @property
    def local_links(self):
        found = [attributes.get("href") or "" for tag, attributes in self.tags if tag == "a"]
        return [link[1:] for link in found if link.startswith("#")]


def code(source="desk.show(x)", tags=(), outputs=()):
    return nbformat.v4.new_code_cell(source, metadata={"tags": list(tags)}, outputs=list(outputs))


def html_output(html, plain=""):
    return nbformat.v4.new_output("display_data", data={"text/html": html, "text/plain": plain})


def text_of(html):
    return re.sub(r"<(style|script)>.*?</\1>|<[^>]+>", "", html, flags=re.DOTALL)


def test_headings_of_level_2_become_numbered_parts_and_the_contents():
    html = render_report(whole_review(), META)
    heads = re.findall(r'<span class="part-number" aria-hidden="true">(\d)</span><h2 id="([^"]+)">', html)
    assert heads == [("1", "scorecard"), ("2", "measures"), ("3", "method")]
    contents = html[html.index('<nav class="toc"') : html.index("</nav>")]
    assert re.findall(r'href="#([^"]+)"', contents) == [
        "scorecard", "measures", "grow", "kpi-k0", "kpi-k1", "kpi-k2", "method",
    ]  # fmt: skip


@pytest.mark.parametrize("render", [render_report, render_slides])
def test_no_id_occurs_twice_and_every_link_within_the_page_leads_somewhere(render):
    page = Page(render(whole_review(), META))
    assert [name for name, count in Counter(page.ids).items() if count > 1] == []
    assert set(page.local_links) <= set(page.ids)


def test_a_piece_shown_twice_gets_a_second_id_and_keeps_its_own_links():
    piece = kpi_page(key="a", name="A", conclusion="It rose.")
    html = render_report(notebook(prose("## One"), shown(piece), shown(piece)), META)
    assert re.findall(r'<article class="block kpi" id="([^"]+)"', html) == ["kpi-a", "kpi-a-2"]


def test_a_link_to_what_the_edition_does_not_hold_becomes_text():
    html = render_report(whole_review(), META)
    assert "and nothing." in html
    assert "#not-here" not in html


def test_a_cell_may_name_the_address_of_its_heading():
    html = render_report(notebook(prose("## What may go wrong?", ["anchor-risks"]), shown(lead("Much."))), META)
    assert '<h2 id="risks">What may go wrong?</h2>' in html


def test_code_streams_removed_cells_and_the_analysts_title_stay_out():
    stream = nbformat.v4.new_output("stream", name="stderr", text="a warning of pandas")
    html = render_report(
        notebook(
            prose("# What did the year bring?\n\nReads `scores`."),
            code("secret_code()", outputs=[stream]),
            code("x", tags=["remove-cell"], outputs=[html_output(lead("left out").html)]),
            prose("## Kept"),
        ),
        META,
    )
    assert all(word not in html for word in ("secret_code", "warning of pandas", "left out", "What did the year bring"))
    assert "Kept" in html


@pytest.mark.parametrize(
    ("tags", "appears"),
    [([], True), (["annual"], True), (["quarterly"], False), (["quarterly", "annual"], True), (["monthly"], False)],
)
def test_a_cell_appears_in_the_documents_of_its_rhythms(tags, appears):
    html = render_report(notebook(prose("## Sometimes", tags)), META)
    assert ("Sometimes" in html) is appears


def test_a_quarterly_document_takes_the_quarterly_cells():
    node = notebook(prose("## Every quarter", ["quarterly"]), prose("## Every year", ["annual"]))
    html = render_report(node, replace(META, rhythm=Rhythm.QUARTERLY))
    assert "Every quarter" in html
    assert "Every year" not in html


def test_an_error_in_any_cell_stops_the_document_and_says_where():
    error = nbformat.v4.new_output("error", ename="KeyError", evalue="'kpi_id'", traceback=["long"])
    with pytest.raises(StageFailedError, match=r"the cell 'desk\.find_gaps\(\)' failed: KeyError: 'kpi_id'\nHint: "):
        render_report(notebook(code("desk.find_gaps()\nmore", tags=["remove-cell"], outputs=[error])), META)


def test_a_file_that_is_no_notebook_is_refused(tmp_path):
    path = tmp_path / "05.ipynb"
    path.write_text("not json", encoding="utf-8")
    with pytest.raises(StageFailedError, match=r"05\.ipynb cannot be read as a notebook"):
        render_report(path, META)


def test_raw_html_in_markdown_is_shown_as_text():
    html = render_report(notebook(prose("## Words\n\nSo <b>bold</b>\n\n<script>alert(1)</script>\n")), META)
    assert "&lt;b&gt;bold&lt;/b&gt;" in html
    assert "&lt;script&gt;alert(1)" in html


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[x](javascript:alert(1))", "<p>x</p>"),
        ("[x](JaVa\tScript:alert(1))", None),
        ("[x](data:text/html,hi)", "<p>x</p>"),
        ("[x](other.ipynb)", "<p>x</p>"),
        ("[x](https://example.org/a?b=1&c=2)", '<p><a href="https://example.org/a?b=1&amp;c=2">x</a></p>'),
        ("![a chart](https://example.org/x.png)", "<p><em>a chart</em></p>"),
    ],
)
def test_only_addresses_that_are_safe_and_lead_somewhere_become_links(source, expected):
    html = render_report(notebook(prose(source)), META)
    assert "javascript:" not in html.lower()
    assert 'src="http' not in html
    assert expected is None or expected in html


def test_html_that_is_not_ours_is_replaced_by_its_plain_text():
    foreign = html_output("<div><style scoped>td{}</style><table><tr><td>pandas</td></tr></table></div>", "a  b <c>")
    html = render_report(notebook(prose("## A"), code(outputs=[foreign])), META)
    assert '<pre class="plain">a  b &lt;c&gt;</pre>' in html
    assert "style scoped" not in html


def test_the_stylesheet_for_jupyterlab_and_widgets_leave_no_trace():
    style = html_output("<style>.lab{}</style>", "")
    widget = nbformat.v4.new_output(
        "display_data", data={"application/vnd.jupyter.widget-view+json": {}, "text/plain": "Button()"}
    )
    html = render_report(notebook(prose("## A"), code(outputs=[style, widget])), META)
    assert ".lab{}" not in html
    assert "Button()" not in html


def test_a_picture_is_embedded_as_data():
    picture = nbformat.v4.new_output(
        "display_data", data={"image/png": "aGFs\nbG8=", "text/plain": "<Figure size 1x1>"}
    )
    html = render_report(notebook(prose("## A"), code(outputs=[picture])), META)
    assert '<img src="data:image/png;base64,aGFsbG8=" alt="">' in html


@pytest.mark.parametrize("render", [render_report, render_slides])
def test_hostile_text_in_every_piece_stays_text(render):
    page = Page(render(whole_review(HOSTILE), META))
    tags = Counter(tag for tag, _ in page.tags)
    assert tags["script"] == 1
    assert tags["img"] == 0
    assert [name for _, attributes in page.tags for name in attributes if name.startswith("on")] == []
    assert [
        value
        for _, attributes in page.tags
        for name, value in attributes.items()
        if name in {"href", "src"} and value and not value.startswith(("#", "data:", "https://", "http://", "mailto:"))
    ] == []


def test_hostile_text_about_the_document_stays_text():
    meta = DocumentMeta(
        organisation=HOSTILE, title=HOSTILE, checkpoint_title=HOSTILE, as_of=HOSTILE, edition=HOSTILE, generator=HOSTILE
    )
    html = render_report(whole_review(), meta)
    tags = Counter(tag for tag, _ in Page(html).tags)
    assert (tags["script"], tags["style"], tags["img"]) == (1, 1, 0)


@pytest.mark.parametrize("render", [render_report, render_slides])
def test_the_policy_pins_the_one_script_and_allows_nothing_from_outside(render):
    html = render(whole_review(), META)
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', html)[1].replace("&#39;", "'")
    script = re.search(r"<script>(.*?)</script>", html, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "http" not in policy


def test_nothing_of_jupyter_and_nothing_from_elsewhere_gets_in():
    html = render_report(whole_review(), META)
    assert not re.search(r"mathjax|require\.js|jp-|highlight|pygments", html, re.IGNORECASE)
    assert not re.search(r"""(?:src|href)=["']https?:|url\(\s*["']?https?:|@import""", html)


def test_the_same_notebook_gives_the_same_bytes(tmp_path):
    path = tmp_path / "05_strategy_review.ipynb"
    nbformat.write(whole_review(), path)
    first, second = render_report(path, META), render_report(path, META)
    assert first == second == render_report(whole_review(), META)
    assert str(tmp_path) not in first


def test_the_cover_is_made_from_what_the_document_says_of_itself():
    html = render_report(notebook(prose("## A")), META)
    assert "<h1>Annual strategy review</h1>" in html
    assert "As of 31 December 2025 · Executive edition" in html
    assert "<title>Annual strategy review, Year 2025 – Global Snack Retailer</title>" in html


def test_a_cover_of_the_notebook_takes_its_place():
    own = cover("City of New York", "Progress report", period="Year 2023")
    html = render_report(notebook(shown(own), prose("## A")), META)
    assert html.count('class="block cover"') == 1
    assert "Progress report" in html


def test_the_brand_colour_is_darkened_until_it_can_be_read():
    assert "--brand:#12436d" in render_report(notebook(prose("## A")), META)
    assert "--brand:#00843d" in render_report(notebook(prose("## A")), replace(META, brand="#00843d"))
    assert "--brand:#ffd400" not in render_report(notebook(prose("## A")), replace(META, brand="#ffd400"))


@pytest.mark.parametrize("brand", ["green", "#12", "#12436d;}body{display:none"])
def test_a_brand_that_is_no_colour_is_refused(brand):
    with pytest.raises(UsageError, match="is no colour"):
        replace(META, brand=brand)


def test_a_document_without_an_organisation_is_refused():
    with pytest.raises(UsageError, match="needs an organisation"):
        replace(META, organisation=" ")


def test_fonts_are_embedded_once():
    html = render_report(whole_review(), META)
    assert html.count("@font-face") == html.count("data:font/woff2;base64,") == 2


def test_headings_titled_blocks_and_tagged_cells_open_slides():
    node = notebook(
        shown(lead("before")),
        prose("## First"),
        shown(lead("one")),
        shown(lead("two"), tags=["slide"]),
        prose("## Second\n\ntext"),
    )
    html = render_slides(node, META)
    slides = re.findall(r'<section class="slide"[^>]*>(.*?)</section>', html, re.DOTALL)
    assert [text_of(slide).split()[0] for slide in slides] == ["before", "First", "two", "Second"]


def test_a_slide_that_says_only_that_there_is_nothing_is_left_out_while_the_report_keeps_its_part():
    nothing = lead("This cycle names no risks.", is_all=True)
    node = notebook(
        prose("## Risks"), shown(nothing), prose("## Initiatives"), shown(nothing, lead("but this")),
    )  # fmt: skip
    slides = re.findall(r'<section class="slide"[^>]*>(.*?)</section>', render_slides(node, META), re.DOTALL)
    assert [text_of(slide).split()[0] for slide in slides] == ["Initiatives"]
    assert "This cycle names no risks." in render_report(notebook(prose("## Risks"), shown(nothing)), META)


def test_a_table_of_markdown_stands_in_a_frame_that_scrolls_by_itself():
    html = render_report(notebook(prose("| a | b |\n|---|---|\n| 1 | 2 |")), META)
    assert '<div class="table-frame"><table class="table compact plain">' in html


def test_missing_values_of_pandas_never_reach_a_reader():
    page = kpi_page(key="a", name="A", conclusion="x", status=float("nan"))  # type: ignore[arg-type]
    html = render_report(notebook(prose("## A"), shown(page)), META)
    assert not re.search(r"\b(nan|NaN|NaT|None|<NA>)\b", text_of(html))


def test_making_documents_does_not_wait_for_a_grammar_that_no_notebook_needs():
    asked = "import sys, review_kit.report; print(sys.modules['rfc3987_syntax'], 'lark' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["None", "False"]
