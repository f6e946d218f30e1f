"""The stylesheet of our pieces, written out from the tokens: for a document, and scoped for JupyterLab's outputs."""

import re
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files
from typing import Final
from urllib.parse import quote

from review_kit.charts.tokens import DARK, LIGHT, Theme, css_variables, drawing_rules
from review_kit.stylesheet.colour import readable, softened

# The shapes of a status and of a signal, 10 x 10 px; {} takes the colour. Drawn, since no font holds all of them and
# a printer must not drop them as it does backgrounds.
_MARKS: Final = {
    "on-target": '<circle cx="5" cy="5" r="4.5" fill="{}"/>',
    "near": '<circle cx="5" cy="5" r="4" fill="none" stroke="{0}"/><path d="M5 1a4 4 0 0 0 0 8z" fill="{0}"/>',
    "off-target": '<path d="M1 1h8v8H1z" fill="{}"/>',
    "not-scored": '<circle cx="5" cy="5" r="4" fill="none" stroke="{}"/>',
    "improvement": '<path d="M5 .5v9M.5 5h9" stroke="{}" stroke-width="2.4"/>',
    "concern": '<path d="M5 0v6M5 7.6V10" stroke="{}" stroke-width="2.6"/>',
    "common-cause": '<path d="M.5 6.2q2.2-4 4.5-1.2t4.5-1.2" fill="none" stroke="{}" stroke-width="1.6"/>',
    "too-few": '<circle cx="1.5" cy="5" r="1" fill="{0}"/><circle cx="5" cy="5" r="1" fill="{0}"/>'
    '<circle cx="8.5" cy="5" r="1" fill="{0}"/>',
}
_LAB_OUTPUT: Final = ".jp-OutputArea-output,.review-output"


def pieces_css() -> str:
    """Rules for charts, tables and blocks; they take their values from the variables."""
    return drawing_rules() + _read("pieces.css") + "".join(_mark_rule(name) for name in _MARKS)


def variables_css(brand: str = "", theme: Theme = LIGHT, selector: str = ":root") -> str:
    """The variables of a theme; an organisation's colour takes the place of ours, darkened where it must be."""
    if brand:
        own = readable(brand)
        theme = replace(theme, brand=own, brand_soft=softened(own))
    variables = css_variables(theme) | {f"--mark-{name}": _mark(name, theme) for name in _MARKS}
    return f"{selector}{{{''.join(f'{name}:{value};' for name, value in variables.items())}}}"


@lru_cache(maxsize=4)
def lab_css(brand: str = "") -> str:
    """The same look for outputs in JupyterLab, in its light and its dark theme; touches nothing else there."""
    light = variables_css(brand, LIGHT, _LAB_OUTPUT)
    in_the_dark = ",".join(f'[data-jp-theme-light="false"] {scope}' for scope in _LAB_OUTPUT.split(","))
    dark = variables_css("", DARK, in_the_dark)
    return compressed(f"{light}{dark}:is({_LAB_OUTPUT}){{{pieces_css()}{_read('lab.css')}}}")


def compressed(css: str) -> str:
    """The same rules without comments and line breaks; strings in our stylesheets hold neither."""
    bare = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return re.sub(r"\s*([{};,])\s*", r"\1", re.sub(r"\s+", " ", bare)).replace(";}", "}").strip()


@lru_cache(maxsize=8)
def _read(name: str) -> str:
    return (files("review_kit.stylesheet") / name).read_text(encoding="utf-8")


def _mark(name: str, theme: Theme) -> str:
    field = {"too-few": "common_cause"}.get(name, name.replace("-", "_"))
    drawing = _MARKS[name].format(getattr(theme, field))
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10">{drawing}</svg>'
    return f'url("data:image/svg+xml,{quote(svg, safe=" =:/-.")}")'.replace(" ", "%20")


def _mark_rule(name: str) -> str:
    family = "signal" if name in {"improvement", "concern", "common-cause", "too-few"} else "status"
    return f'.{family}-{name}::before{{content:var(--mark-{name});content:var(--mark-{name})/""}}'
