"""The parts that charts are made of: tokens, type, scales, and the line as small as a word; worked by hand."""

from dataclasses import asdict
from itertools import pairwise

import numpy as np
import pytest

from review_kit.charts import fonts
from review_kit.charts.canvas import Canvas
from review_kit.charts.periods import axis_of
from review_kit.charts.scales import Scale, spread, tick_labels, ticks
from review_kit.charts.tokens import COLOUR_NAME, DARK, LIGHT, css_variables, drawing_rules
from review_kit.model.figures import MINUS, THIN

TEXT_COLOURS = (
    "ink", "ink_soft", "ink_faint", "brand", "on_target", "near", "off_target", "not_scored", "improvement",
    "concern", "common_cause",
)  # fmt: skip


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """As WCAG 2 defines it."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("name", TEXT_COLOURS)
def test_every_text_colour_can_be_read_on_the_surface_and_on_the_wash(theme, name):
    colour = getattr(theme, name)
    assert contrast(colour, theme.surface) >= 4.5
    assert contrast(colour, theme.wash) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read_in_every_cell_of_the_risk_grid(theme):
    assert all(contrast(theme.ink, cell) >= 4.5 for cell in (theme.low, theme.moderate, theme.high, theme.brand_soft))
    assert contrast(theme.surface, theme.critical) >= 4.5


def test_the_bands_of_risk_darken_step_by_step_also_in_grey_print():
    steps = [luminance(cell) for cell in (LIGHT.low, LIGHT.moderate, LIGHT.high, LIGHT.critical)]
    assert all(lighter - darker > 0.1 for lighter, darker in pairwise(steps))


def test_no_two_tokens_share_a_colour_since_a_drawing_finds_its_class_by_it():
    assert len(COLOUR_NAME) == len(asdict(LIGHT))


def test_the_stylesheet_has_a_rule_for_every_colour_and_a_value_for_every_rule():
    rules, variables = drawing_rules(), css_variables(DARK)
    assert variables["--off-target"] == DARK.off_target
    assert all(f".f-{name}{{fill:var(--{name})}}" in rules for name in COLOUR_NAME.values())
    used = {part.split(")")[0] for part in rules.split("var(")[1:]}
    assert used <= set(variables)


def test_a_token_becomes_a_class_and_keeps_its_plain_colour():
    canvas = Canvas(100, 20)
    canvas.bars([(0, 0, 10, 10)], LIGHT.brand)
    assert '<path d="M0 0L10 0L10 10L0 10z" fill="#12436d" class="f-brand"/>' in canvas.svg("x")


def test_letters_that_a_font_may_not_hold_and_control_signs_do_no_harm():
    canvas = Canvas(300, 20)
    canvas.text(0, 15, "売上\x07 \U0001f4c8 \u202fΩ $x$ \\frac{1}{2} & <b>")
    assert ">売上  \U0001f4c8 \u202fΩ $x$ \\frac{1}{2} &amp; &lt;b&gt;</text>" in canvas.svg("x")


@pytest.mark.parametrize("sign", "●◐■○▲▼→−–…≥≤±×↑↓←↗↘↖↙ \u202f\u00a0\u2009äßŁőžĄ€£")
def test_the_subset_of_the_font_holds_what_our_documents_write(sign):
    assert ord(sign) in fonts._advances(400)
    assert ord(sign) in fonts._advances(600)


def test_the_web_font_is_there_and_small():
    assert fonts.web_font(400)[:4] == b"wOF2"
    assert len(fonts.web_font(400)) + len(fonts.web_font(600)) < 64_000
    assert fonts.register()


def test_all_digits_are_as_wide_as_each_other():
    assert fonts.width_of("111") == fonts.width_of("888")


def test_a_long_name_wraps_at_words_and_is_shortened_at_a_word():
    name = "Share of recyclable packaging in all product lines"
    lines = fonts.wrap(name, 170, lines=2)
    assert lines == ["Share of recyclable", "packaging in all product…"]
    assert all(fonts.width_of(line) <= 170 for line in lines)
    assert fonts.shorten("Route optimisation for the last mile", 170) == "Route optimisation…"
    assert fonts.shorten("Unbreakable" * 9, 80).endswith("…")
    assert fonts.wrap("", 100) == [""]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 100, [0, 50, 100]),
        (71, 93, [70, 80, 90, 100]),
        (5, 5, [4.6, 4.8, 5.0, 5.2, 5.4]),
        (0, 0, [-1, -0.5, 0, 0.5, 1]),
        (-3e9, 1e9, [-3e9, -2e9, -1e9, 0, 1e9]),
    ],
)
def test_ticks_are_round_and_enclose_the_values(low, high, expected):
    found = ticks(low, high)
    assert found[0] <= low
    assert found[-1] >= high
    steps = np.diff(found)
    assert np.allclose(steps, steps[0])
    assert len(found) <= 7
    if (low, high) != (5, 5):
        assert found == pytest.approx(expected, rel=1e-9)


def test_tick_labels_share_one_precision():
    assert tick_labels([0, 0.5, 1.0]) == ["0.0", "0.5", "1.0"]
    assert tick_labels([-20, 0, 20]) == [f"{MINUS}20", "0", "20"]
    assert tick_labels([0, 50_000]) == ["0", f"50{THIN}k"]


def test_a_scale_keeps_values_beyond_its_ends_at_its_ends():
    scale = Scale(0, 10, 100, 0)
    assert [scale(value) for value in (-5, 0, 2.5, 10, 99)] == [100, 100, 75, 0, 0]


def test_labels_are_moved_apart_as_little_as_needed_in_their_order():
    assert spread([10, 12, 60], 0, 100, gap=16) == [10, 26, 60]
    assert spread([95, 99], 0, 100, gap=16) == [84, 100]
    assert spread([], 0, 100) == []


def test_periods_are_named_as_people_name_them():
    assert axis_of(["2025-11-30", "2025-12-31"]).names == ["November 2025", "December 2025"]
    assert axis_of(["2025-09-30", "2025-12-31"]).names == ["Q3 2025", "Q4 2025"]
    assert axis_of(["2024-12-31", "2025-12-31"], ["2024", "2025"]).marks == ["2024", "2025"]
    assert axis_of(["2025-09-30"], ["2025-Q3"]).names == ["Q3 2025"]
    assert axis_of(["2025-09-30"], ["2025-09"]).names == ["September 2025"]


def test_quarters_and_years_of_a_fiscal_year_are_named_as_the_cycle_is():
    quarters = axis_of(["2018-12-31", "2019-03-31"], ["2018-Q3", "2018-Q4"])  # from April to March
    assert (quarters.names, quarters.years) == (["Q3 2018/19", "Q4 2018/19"], ["2018/19", "2018/19"])
    assert axis_of(["2018-03-31", "2019-03-31"], ["2017", "2018"]).marks == ["2017/18", "2018/19"]
    assert axis_of(["2022-06-30", "2023-06-30"], ["2022", "2023"]).marks == ["2022", "2023"]  # called by its last year
