"""The few means by which a piece of a document is written: elements, anchors, links. Whatever is text is escaped."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Protocol, runtime_checkable

from markupsafe import Markup, escape

_SCHEME = re.compile(r"^[^/?#]*?:")
_SAFE_SCHEMES: Final = ("https:", "http:", "mailto:")
_CONTROLS = re.compile(r"[\x00-\x20\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff]")
_ANCHOR_LENGTH: Final = 60
_VOID: Final = frozenset({"br", "hr", "img", "input"})


@runtime_checkable
class Piece(Protocol):
    """Anything that a document can show: a chart, a table or a block; its HTML is trusted."""

    def _repr_html_(self) -> str: ...


@dataclass(frozen=True, slots=True, repr=False)
class Block:
    """A finished piece of a document: its HTML, and the same in plain words for consoles and mail."""

    html: str
    text: str

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.text


def markup_of(piece: Piece | None) -> Markup:
    """The HTML of a piece, trusted because the piece escaped what came from data; nothing for None."""
    return Markup(piece._repr_html_()) if piece is not None else Markup()  # noqa: S704 - the display protocol


def joined(parts: Iterable[str]) -> Markup:
    """Parts one after the other; those that are not Markup are escaped."""
    return Markup().join(parts)


def element(tag: str, *children: str | None, **attributes: Any) -> Markup:
    """`element("p", "a < b", class_="lead")` is `<p class="lead">a &lt; b</p>`.

    Children that are not Markup are escaped, as are attribute values; None, False and an empty class leave an
    attribute out, True writes it bare. `data_label` becomes `data-label`.
    """
    written = [f"<{tag}"]
    for name, value in attributes.items():
        if value is None or value is False or (name == "class_" and not value):
            continue
        key = name.rstrip("_").replace("_", "-")
        written.append(f" {key}" if value is True else f' {key}="{escape(str(value))}"')
    written.append(">")
    if tag in _VOID:
        return Markup("".join(written))  # noqa: S704 - every part is escaped above
    written.extend(str(escape(child)) for child in children if child is not None)
    written.append(f"</{tag}>")
    return Markup("".join(written))  # noqa: S704 - every part is escaped above


def slug(text: str) -> str:
    """'order-to-shelf-time' for 'Order-to-shelf time': what may stand in an address; 'x' where nothing remains."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return words[:_ANCHOR_LENGTH].rstrip("-") or "x"


def anchor(kind: str, key: str) -> str:
    """The id under which a thing stands in a document: `anchor("kpi", "CSAT 1")` is 'kpi-csat-1'."""
    return f"{kind}-{slug(key)}"


def safe_href(address: str) -> str:
    """The address if a reader may follow it (in the page, relative, http, https, mailto), otherwise nothing."""
    cleaned = _CONTROLS.sub("", address)
    scheme = _SCHEME.match(cleaned)
    if scheme and not cleaned.lower().startswith(_SAFE_SCHEMES):
        return ""
    return cleaned


def link(text: str, address: str, **attributes: Any) -> Markup:
    """A link, or the text alone where there is no address that may be followed."""
    href = safe_href(address)
    return element("a", text, href=href, **attributes) if href else Markup(escape(text))  # noqa: S704 - escaped
