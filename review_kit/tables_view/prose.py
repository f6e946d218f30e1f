"""Words set for reading: conclusions, paragraphs, lists, notes, facts and definitions."""

from collections.abc import Iterable
from typing import Literal

from markupsafe import Markup

from review_kit.tables_view.html import Block, element, joined, link

NoteKind = Literal["info", "warning", "method"]
_OPENINGS: dict[str, str] = {"info": "", "warning": "Please note. ", "method": "How this is worked out. "}


def lead(text: str, *, is_all: bool = False) -> Block:
    """The conclusion with which a part opens; `is_all` where it says that there is nothing, which slides leave out."""
    return Block(str(element("p", text, class_=f"block lead{' lead-all' if is_all else ''}")), text)


def paragraph(text: str) -> Block:
    """Plain prose; an empty line starts a new paragraph."""
    parts = [part.strip() for part in text.split("\n\n") if part.strip()]
    return Block(str(element("div", joined(element("p", part) for part in parts), class_="block prose")), text)


def bullets(items: Iterable[str], *, title: str = "") -> Block:
    """Short points, one a line."""
    entries = list(items)
    heading = element("h4", title, class_="block-title-small") if title else None
    body = element("ul", joined(element("li", entry) for entry in entries))
    text = "\n".join([*([title] if title else []), *(f"- {entry}" for entry in entries)])
    return Block(str(element("div", heading, body, class_="block bullets")), text)


def note(text: str, kind: NoteKind = "info") -> Block:
    """Something to keep in mind while reading on; the kind is said in words and by the rule beside it."""
    opening = _OPENINGS[kind]
    bold = element("strong", opening) if opening else None
    return Block(str(element("p", bold, text, class_=f"block note note-{kind}")), opening + text)


def facts(pairs: Iterable[tuple[str, str]]) -> Block:
    """Figures side by side, each under its name: `facts([("Actual", "8.2 %"), ("Target", "≥ 8 %")])`."""
    known_pairs = list(pairs)
    text = "\n".join(f"{name}: {value}" for name, value in known_pairs)
    return Block(str(fact_list(known_pairs, "block facts")), text)


def definitions(pairs: Iterable[tuple[str, str]], *, title: str = "") -> Block:
    """Terms with what they mean, for appendices."""
    known_pairs = list(pairs)
    heading = element("h3", title) if title else None
    body = fact_list(known_pairs, "definitions")
    text = "\n".join([*([title] if title else []), *(f"{term}: {meaning}" for term, meaning in known_pairs)])
    return Block(str(element("div", heading, body, class_="block")), text)


def quote(text: str, *, source: str = "", warning: str = "") -> Block:
    """What somebody said, in their words, and why it may no longer hold."""
    cite = element("footer", source) if source else None
    beside = element("p", warning, class_="quote-warning") if warning else None
    said = " ".join(part for part in (f"“{text}”", source, warning) if part)
    return Block(str(element("blockquote", element("p", text), cite, beside, class_="block quote")), said)


def links(pairs: Iterable[tuple[str, str]]) -> Block:
    """A line of links, each a text and its address."""
    known_pairs = list(pairs)
    body = joined(element("li", link(text, address)) for text, address in known_pairs)
    text = "\n".join(f"{name}: {address}" for name, address in known_pairs)
    return Block(str(element("ul", body, class_="block links")), text)


def fact_list(pairs: Iterable[tuple[str, str]], classes: str) -> Markup:
    """The bare list of terms and values, each pair in a group of its own."""
    groups = (element("div", element("dt", name), element("dd", value)) for name, value in pairs)
    return element("dl", joined(groups), class_=classes)
