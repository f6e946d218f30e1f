"""Documents in a real browser: on a desk, on a phone, on paper, and in the face of hostile text."""

import re
from dataclasses import replace

import pandas as pd
import pytest
from chart_samples import AS_OF, initiatives
from documents import HOSTILE, META, history, notebook, prose, rollup, scores, shown, whole_review
from playwright.sync_api import Page
from workspaces import REPOSITORY

from review_kit import charts
from review_kit.desk import open_cycle
from review_kit.model.period import Rhythm
from review_kit.report import render_report, render_slides
from review_kit.tables_view import Ask, Column, StripItem, asks, lead, scorecard, strip, table, verdict

pytestmark = pytest.mark.browser


@pytest.fixture
def opened(browser, tmp_path):
    """Opens a document from disk and holds, at the end, that it asked for nothing and complained of nothing."""
    complaints: list[str] = []
    pages: list[Page] = []

    def open_page(html: str, width: int = 1280, height: int = 900) -> Page:
        path = tmp_path / "document.html"
        path.write_text(html, encoding="utf-8")
        page = browser.new_page(viewport={"width": width, "height": height})
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: complaints.append(request.url) if outside(request.url) else None)
        page.goto(path.as_uri())
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        page.close()
    assert complaints == []


def outside(url: str) -> bool:
    return not url.startswith(("file:///", "data:"))


def big_review(count: int = 1139):
    frame = scores(count)
    card = scorecard(frame, history=history(frame["kpi_id"].head(50)), rollup=rollup())
    return notebook(prose("## Scorecard"), shown(card), prose("## Method\n\nWords."))


def shown_names(page: Page) -> list[str]:
    return page.eval_on_selector_all(
        ".scorecard tbody tr:not(.group)",
        "rows => rows.filter(row => row.offsetParent !== null).map(row => row.cells[0].firstChild.textContent)",
    )


@pytest.mark.parametrize("render", [render_report, render_slides])
def test_hostile_text_runs_nothing_and_fetches_nothing(opened, render):
    page = opened(render(whole_review(HOSTILE), META))
    page.wait_for_timeout(100)
    assert page.evaluate("window.__pwned") is None
    assert page.locator("img").count() == 0


def test_the_policy_stops_a_script_that_is_not_ours(opened, browser, tmp_path):
    html = render_report(whole_review(), META).replace("<main>", "<main><script>window.__pwned = 1</script>")
    path = tmp_path / "tampered.html"
    path.write_text(html, encoding="utf-8")
    page = browser.new_page()
    page.goto(path.as_uri())
    assert page.evaluate("window.__pwned") is None
    assert page.evaluate("document.documentElement.classList.contains('js')")
    page.close()


def test_a_thousand_rows_open_on_the_exceptions_and_say_what_is_hidden(opened):
    page = opened(render_report(big_review(), META))
    count = page.locator(".filter-count").inner_text()
    visible = len(shown_names(page))
    assert count.replace("\u202f", "").startswith(f"{visible} of 1139 KPIs shown, the exceptions")
    assert count.replace("\u202f", "").endswith(f"{1139 - visible} hidden.")
    frame = scores(1139)
    assert visible == int((frame["status"].eq("off target") | frame["variation"].eq("concern")).sum())


def test_search_and_filters_narrow_the_rows_together(opened):
    page = opened(render_report(big_review(60), META))
    page.select_option("select[name=show]", "all")
    assert len(shown_names(page)) == 60
    page.fill("input[name=search]", "MEASURE 1")
    assert set(shown_names(page)) == {f"Measure {number}" for number in range(60) if "1" in str(number)}
    page.select_option("select[name=objective]", "Delight")
    page.select_option("select[name=owner]", "Ben")
    assert shown_names(page) == ["Measure 1", "Measure 13", "Measure 19", "Measure 31"]
    page.select_option("select[name=show]", "status-off-target")
    assert shown_names(page) == []
    assert page.locator(".filter-count").inner_text() == "0 of 60 KPIs shown. 60 hidden."
    assert page.locator(".scorecard tr.group:visible").count() == 0


def test_the_search_finds_owners_and_objectives_too(opened):
    page = opened(render_report(big_review(12), META))
    page.fill("input[name=search]", "chloe grow")
    assert shown_names(page) == ["Measure 2", "Measure 8"]


def test_a_short_scorecard_shows_everything(opened):
    page = opened(render_report(big_review(12), META))
    assert len(shown_names(page)) == 12
    assert page.locator(".filter-count").inner_text() == "All 12 KPIs are shown."


def test_a_thousand_rows_filter_within_a_blink(opened):
    page = opened(render_report(big_review(), META))
    took = page.evaluate(
        """() => { const search = document.querySelector('input[name=search]'); search.value = 'measure 77';
        const start = performance.now(); search.dispatchEvent(new Event('input', {bubbles: true}));
        document.body.offsetHeight; return performance.now() - start; }"""
    )
    assert took < 400


@pytest.mark.parametrize("width", [320, 375, 768, 1024])
def test_nothing_scrolls_sideways(opened, width):
    wide = table(
        scores(4), [Column(name, name.replace("_", " ") * 3) for name in scores(1).columns], key="wide", kind="compact"
    )
    node = whole_review("A rather long name of a measure with a Donaudampfschifffahrtsgesellschaft in it")
    node.cells.append(shown(wide))
    page = opened(render_report(node, META), width=width, height=800)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_a_phone_a_row_is_a_card_with_its_labels(opened):
    page = opened(render_report(big_review(6), META), width=375, height=812)
    first = page.locator(".scorecard tbody tr:not(.group)").first
    box = first.bounding_box()
    assert box["width"] > 300
    assert box["height"] > 80
    label = "cell => getComputedStyle(cell, '::before').content"
    assert page.eval_on_selector("td.target", label) == '"Target"'


def test_on_a_phone_the_contents_are_folded_and_on_a_desk_they_stay_beside_the_text(opened):
    html = render_report(whole_review(), META)
    assert not opened(html, width=375).evaluate("document.querySelector('.toc details').open")
    desk = opened(html)
    assert desk.evaluate("document.querySelector('.toc details').open")
    desk.evaluate("document.getElementById('method').scrollIntoView()")
    desk.wait_for_timeout(100)
    assert desk.locator(".toc").bounding_box()["y"] >= 0
    assert desk.eval_on_selector_all(".toc a[aria-current]", "links => links.map(a => a.hash)") == ["#method"]


def test_without_script_everything_can_be_read(browser, tmp_path):
    path = tmp_path / "document.html"
    path.write_text(render_report(big_review(60), META), encoding="utf-8")
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(path.as_uri())
    assert page.locator(".scorecard tbody tr:not(.group):visible").count() == 60
    assert not page.locator(".filters").is_visible()
    context.close()


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_parts_start_on_new_pages_and_nothing_is_lost_at_the_edge(opened, paper):
    page = opened(render_report(whole_review(n_kpis=12), META))
    pages = pages_of(page.pdf(format=paper))
    assert 3 <= pages <= 8
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelectorAll('.part')[1]).breakBefore") == "page"
    assert not page.locator(".filters").is_visible()
    assert not page.locator(".toc").is_visible()


def test_the_report_of_a_month_is_one_page_of_paper(opened):
    # of the example's months January has most to tell: five decisions, sixteen KPIs that moved and what is new
    desk = open_cycle("2025-01", workspace=REPOSITORY)
    front = [desk.report.cover(), desk.scoring.verdict(), *desk.report.partial_note(), *desk.report.decisions_asked()]
    moves = [desk.moves.conclusion(), *desk.moves.table(), *desk.moves.new_findings()]
    data = [desk.intake.freshness_conclusion(), desk.intake.conclusion()]
    cells = [*map(shown, front), prose("## What moved"), *map(shown, moves), prose("## Data"), *map(shown, data)]
    page = opened(render_report(notebook(*cells), replace(META, rhythm=Rhythm.MONTHLY)))
    assert page.locator("h2").all_inner_texts()[-2:] == ["What moved", "Data"]
    assert pages_of(page.pdf(format="A4")) == 1


def test_a_thousand_rows_print_their_exceptions_and_a_line_that_says_so(opened):
    page = opened(render_report(big_review(), META))
    page.emulate_media(media="print")
    assert "the exceptions" in page.locator(".filter-count").inner_text()
    assert pages_of(page.pdf(format="A4")) < 40


def test_slides_turn_by_key_and_click_and_print_one_a_page(opened):
    node = notebook(prose("## First"), shown(lead("one")), prose("## Second"), shown(lead("two")))
    page = opened(render_slides(node, META), width=960, height=540)
    now = "document.querySelector('.slide.now').innerText"
    assert "Annual strategy review" in page.evaluate(now)
    page.keyboard.press("ArrowRight")
    assert page.evaluate(now).startswith("First")
    page.mouse.click(900, 200)
    assert page.evaluate(now).startswith("Second")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(now).startswith("Second")
    page.keyboard.press("Home")
    assert "Annual strategy review" in page.evaluate(now)
    assert pages_of(page.pdf(prefer_css_page_size=True)) == 3


def test_a_slide_with_too_much_on_it_is_drawn_smaller(opened):
    node = notebook(prose("## Full"), shown(scorecard(scores(12))))
    page = opened(render_slides(node, META), width=1280, height=720)
    page.keyboard.press("ArrowRight")
    bottom = page.evaluate("document.querySelector('.slide.now .slide-body').getBoundingClientRect().bottom")
    assert bottom <= 720 - 48


def test_a_verdict_without_a_score_takes_the_width_of_its_slide(opened):
    words = "183 of 351 KPIs that could be judged reached their target, 87 came near and 81 fell short. " * 2
    page = opened(render_slides(notebook(shown(verdict(words, detail=words))), META), width=1280, height=720)
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.querySelector('.slide.now .verdict-sentence').offsetWidth") > 900


def pages_of(pdf: bytes) -> int:
    return max(int(count) for count in re.findall(rb"/Count (\d+)", pdf))


def test_on_a_phone_an_objective_without_a_shown_kpi_is_not_headed(opened):
    page = opened(render_report(big_review(40), META), width=375, height=812)
    page.select_option(".filters select[name=show]", "exceptions")
    headed = "bodies => bodies.map(body => [body.hidden, body.offsetHeight > 0])"
    seen = page.eval_on_selector_all(".scorecard tbody", headed)
    assert all(hidden != shown for hidden, shown in seen)
    page.fill(".filters input", "no KPI is called so")
    assert page.eval_on_selector_all(".scorecard tbody", headed) == [[True, False]] * len(seen)


def test_on_a_phone_a_cell_says_the_unit_that_its_head_says(opened):
    waits = table(
        pd.DataFrame({"audience": ["IT"], "days": [14.0]}),
        [Column("audience", "Audience"), Column("days", "Time to answer", "number", 0, hint="days, median")],
        key="waits",
    )
    page = opened(render_report(notebook(prose("## People"), shown(waits)), META), width=375, height=812)
    label = "cell => getComputedStyle(cell, '::before').content"
    assert page.eval_on_selector("td.number", label) == '"Time to answer, days, median"'


def test_on_paper_a_part_that_has_little_to_say_takes_no_page_of_its_own_and_nothing_is_set_below_nine_points(opened):
    node = notebook(
        prose("## Scorecard"), shown(scorecard(scores(6))), prose("## Lessons"), shown(lead("This cycle names none.")),
        prose("## People"), shown(scorecard(scores(6))),
    )  # fmt: skip
    page = opened(render_report(node, META))
    page.emulate_media(media="print")
    breaks = "parts => parts.map(part => getComputedStyle(part).breakBefore)"
    assert page.eval_on_selector_all(".part", breaks)[1:] == ["auto", "page"]
    size = "cells => Math.min(...cells.map(cell => parseFloat(getComputedStyle(cell).fontSize)))"
    assert page.eval_on_selector_all(".scorecard :is(th, td), .table-note", size) == pytest.approx(12.0)  # px: 9 pt


def test_on_paper_the_head_of_a_table_does_not_stay_behind_at_the_foot_of_a_page(opened):
    rows = pd.DataFrame({"said": ["one", "two"]})
    long = table(rows, [Column("said", "Words", wide=True)], key="long", caption="What was said")
    html = render_report(notebook(prose("## People"), shown(lead("before")), shown(long)), META)
    page = opened(html)
    page.emulate_media(media="print")
    body = "bodies => bodies.map(body => getComputedStyle(body).breakBefore)"
    assert page.eval_on_selector_all(".table tbody, .table tbody tr:first-child", body) == ["avoid", "avoid"]


def test_on_paper_a_day_to_decide_by_is_not_parted(opened):
    node = notebook(shown(asks([Ask(decision="Agree " * 40, owner="A very long name " * 6, due=AS_OF)])))
    page = opened(render_report(node, META))
    page.emulate_media(media="print")
    assert page.eval_on_selector(".asks dl > div:last-child", "one => getComputedStyle(one).whiteSpace") == "nowrap"


def test_figures_of_a_row_of_objectives_stand_at_one_height(opened):
    names = ["Short", "A name that needs quite a few more lines than any of its neighbours does", "Middling name"]
    page = opened(render_report(notebook(shown(strip([StripItem(name=name, score=0.9) for name in names]))), META))
    tops = page.eval_on_selector_all(
        ".strip-score", "figures => figures.map(figure => figure.getBoundingClientRect().top)"
    )
    assert len(tops) == len(names)
    assert max(tops) - min(tops) < 1


def test_on_a_phone_held_upright_slides_are_a_page_to_scroll_that_can_be_read(opened):
    drawn = charts.initiative_timeline(initiatives(), AS_OF)
    node = notebook(prose("## First"), shown(lead("one")), prose("## Second"), shown(lead("two"), drawn))
    page = opened(render_slides(node, META), width=375, height=812)
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    assert page.locator("text=two").is_visible()
    tops = page.eval_on_selector_all(".slide", "slides => slides.map(slide => slide.getBoundingClientRect().top)")
    assert tops == sorted(set(tops))  # one below the other
    assert page.eval_on_selector_all("[inert], [aria-hidden=true].slide", "slides => slides.length") == 0
    size = """svgs => svgs.filter(svg => svg.getBoundingClientRect().width)
        .map(svg => 13 * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width)"""
    assert all(px >= 11 for px in page.eval_on_selector_all(".chart-drawing svg", size))
    page.set_viewport_size({"width": 812, "height": 375})
    assert page.eval_on_selector_all(".slide.now", "slides => slides.length") == 1
    assert page.locator("text=two").is_hidden()
