"""One look for documents and for JupyterLab, made from the tokens."""

import re

import pytest

from review_kit.charts.tokens import DARK, LIGHT, css_variables
from review_kit.stylesheet import compressed, lab_css, pieces_css, variables_css
from review_kit.stylesheet.colour import READABLE, contrast_to_white, readable, softened


@pytest.mark.parametrize(("colour", "made"), [("#12436d", "#12436d"), ("12436D", "#12436d"), ("#036", "#003366")])
def test_a_readable_colour_stays_as_it_is(colour, made):
    assert readable(colour) == made


def test_a_pale_colour_is_darkened_until_text_in_it_can_be_read():
    red, green, blue = (int(readable("#ffd400")[at : at + 2], 16) / 255 for at in (1, 3, 5))
    assert contrast_to_white((red, green, blue)) >= READABLE - 0.05
    assert red > green > blue


def test_contrast_to_white_is_that_of_wcag():
    assert contrast_to_white((0, 0, 0)) == pytest.approx(21)
    assert contrast_to_white((1, 1, 1)) == pytest.approx(1)


def test_a_softened_colour_is_a_quarter_of_it():
    assert softened("#000000") == "#bfbfbf"


def test_every_variable_that_a_rule_uses_is_defined():
    used = set(re.findall(r"var\((--[a-z0-9-]+)", pieces_css()))
    defined = set(re.findall(r"(--[a-z0-9-]+):", variables_css()))
    assert used <= defined


def test_the_rules_name_no_colour_themselves():
    own = pieces_css()
    assert not re.search(r"#[0-9a-f]{3,6}\b", own)


def test_jupyterlab_gets_the_look_in_outputs_alone_in_light_and_dark():
    css = lab_css()
    assert css.count("{") == css.count("}")
    outside = re.sub(r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}", ";", css)
    assert {part for part in outside.split(";") if part} == {
        ".jp-OutputArea-output,.review-output",
        '[data-jp-theme-light="false"] .jp-OutputArea-output,[data-jp-theme-light="false"] .review-output',
        ":is(.jp-OutputArea-output,.review-output)",
    }
    assert css_variables(LIGHT)["--ink"] in css
    assert css_variables(DARK)["--ink"] in css


def test_compressing_drops_comments_and_breaks_only():
    assert (
        compressed("/* a */\n.b {\n  color: red;\n}\n.c > .d { margin: 0 1px; }")
        == ".b{color: red}.c > .d{margin: 0 1px}"
    )
