"""From matplotlib's SVG to ours: small, deterministic, themed by classes, and safe beside other drawings on a page.

Colours of the tokens become classes (`f-ink`, `s-grid`) with the plain colour kept as an attribute, so that a drawing
looks right on its own and follows the page's theme on a page; there is no style attribute for a content security policy
to refuse.
"""

import re
from html import escape
from xml.etree import ElementTree as ET

from review_kit.charts.tokens import CHART_TEXT, COLOUR_NAME

_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_DROPPED = frozenset({f"{_SVG}metadata", f"{_SVG}style", f"{_SVG}title"})
_SPACES = re.compile(r"\s*([MLQCz])\s*")
_LONG = re.compile(r"-?\d+\.\d{3,}")
_LETTER = re.compile(r"[^\W\d_]")
_DEFAULTS = {
    "stroke-linejoin": "round",
    "stroke-width": "1",
    "text-anchor": "start",
    "font-size": f"{CHART_TEXT}px",
    "stroke-dashoffset": "0",
    "stroke-linecap": "butt",
    "opacity": "1",
}
_HALO = ' class="s-surface" stroke="#ffffff" stroke-width="3" paint-order="stroke"'


def refined(drawn: str, *, key: str, width: float, height: float) -> str:
    """The `<svg>` element of a drawing by matplotlib, as it goes into a page.

    `key` prefixes the ids that are referenced; all others go. The drawing scales with its container up to `width` px.
    """
    root = ET.fromstring(drawn)  # noqa: S314 - written by matplotlib a moment ago
    names: dict[str, str] = {}
    for element in root.iter(f"{_SVG}use"):
        names.setdefault(element.attrib[_HREF][1:], f"{key}-m{len(names)}")
    body = "".join(_written(child, names) for child in root if child.tag not in _DROPPED)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}" font-size="{CHART_TEXT}" font-family="Inter, sans-serif" stroke-linejoin="round" '
        f'aria-hidden="true" focusable="false">{body}</svg>'
    )


def _written(element: ET.Element, names: dict[str, str]) -> str:
    tag = element.tag.removeprefix(_SVG)
    if tag == "g" and len(element) and all(child.tag == f"{_SVG}use" for child in element):
        return _marks(element, names)
    inner = "".join(_written(child, names) for child in element if child.tag not in _DROPPED)
    if tag == "g":
        return f"<g{_HALO}>{inner}</g>" if element.get("id") == "halo" else inner
    if tag == "defs" and not inner:
        return ""
    attributes = _attributes(element, names)
    if tag == "text":
        return f"<text{attributes}>{escape(element.text or '', quote=False)}</text>"
    return f"<{tag}{attributes}>{inner}</{tag}>" if inner else f"<{tag}{attributes}/>"


def _marks(group: ET.Element, names: dict[str, str]) -> str:
    """Marks of one kind: what they share is said once, on their group."""
    classes: list[str] = []
    shared = _joined(_styled(group[0].attrib["style"], classes), classes)
    places = "".join(
        f'<use href="#{names[use.attrib[_HREF][1:]]}" x="{use.attrib["x"]}" y="{use.attrib["y"]}"/>' for use in group
    )
    return f"<g{shared}>{places}</g>"


def _attributes(element: ET.Element, names: dict[str, str]) -> str:
    found: dict[str, str] = {}
    classes: list[str] = []
    for name, value in element.attrib.items():
        if name == "style":
            found |= _styled(value, classes)
        elif name == "d":
            found["d"] = _LONG.sub(_shorter, _SPACES.sub(r"\1", value)).strip()
        elif name == "id":
            if value in names:
                found["id"] = names[value]
        elif name == _HREF:
            found["href"] = "#" + names[value[1:]]
        elif name != "transform":  # nothing of ours is rotated
            found[name] = value
    if element.text and not _LETTER.search(element.text):
        classes.append("num")  # tabular digits; in words they would also spread the hyphens
    return _joined(found, classes)


def _joined(attributes: dict[str, str], classes: list[str]) -> str:
    text = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return f'{text} class="{" ".join(classes)}"' if classes else text


def _shorter(figure: re.Match[str]) -> str:
    return f"{round(float(figure[0]), 2) + 0.0:g}"


def _styled(style: str, classes: list[str]) -> dict[str, str]:
    """The declarations as attributes; a colour of the tokens also adds its class."""
    found: dict[str, str] = {}
    for declaration in style.split(";"):
        name, _, value = declaration.partition(":")
        name, value = name.strip(), value.strip()
        if not value or name == "font-family" or _DEFAULTS.get(name) == value:
            continue
        if name in {"fill", "stroke"} and value in COLOUR_NAME:
            classes.append(f"{name[0]}-{COLOUR_NAME[value]}")
        found[name] = value
    return found
