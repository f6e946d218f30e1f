"""The order of a document: its parts, its contents, ids that occur once, and links that lead somewhere."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from markupsafe import Markup

from review_kit.report.editorial import Fragment

_PART_OPENS = re.compile(r'(?=<h2 id="[^"]*" data-toc="[^"]*">)')
_PART_HEAD = re.compile(r'<h2 id="(?P<id>[^"]*)" data-toc="(?P<title>[^"]*)">(?P<text>.*?)</h2>\n?', re.DOTALL)
_ENTRY = re.compile(r'<(?P<tag>[a-z0-9]+)\b(?P<attributes>[^<>]*\sdata-toc="(?P<title>[^"]*)"[^<>]*)>')
_ID_IN_TAG = re.compile(r'<[a-zA-Z][^<>]*?\sid="([^"]+)"')
_ID_ATTRIBUTE = re.compile(r'\sid="([^"]*)"')
_LOCAL_LINK = re.compile(r'<a\b[^<>]*\shref="#([^"]*)"[^<>]*>')
_LOCAL_ANCHOR = re.compile(r'(?P<tag><a\b[^<>]*\shref="#(?P<anchor>[^"]*)"[^<>]*>)(?P<text>.*?)</a>', re.DOTALL)
_EVIDENCE = re.compile(r"<(?:table|svg|figure|img|article|dl)\b")
_RESERVED: Final = ("contents", "top")  # ids of the template


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents."""

    anchor: str
    title: Markup


@dataclass(frozen=True, slots=True)
class Part:
    """A numbered part under a heading of level 2; the front has no number and no heading."""

    number: int
    anchor: str
    title: Markup  # as it stands in the contents
    heading: Markup  # as it stands over the part, with its emphasis
    bodies: tuple[Markup, ...]
    entries: tuple[Entry, ...] = ()

    @property
    def is_brief(self) -> bool:
        """Whether it is a few sentences only, as where there is nothing to tell: not worth a page of print."""
        return not any(_EVIDENCE.search(body) for body in self.bodies)


@dataclass(frozen=True, slots=True)
class Outline:
    """A document ready for its template."""

    cover: Markup
    front: tuple[Markup, ...]
    parts: tuple[Part, ...]


@dataclass(slots=True)
class _Draft:
    anchor: str = ""
    title: str = ""
    heading: str = ""
    bodies: list[str] = field(default_factory=list)


def outline(fragments: Sequence[Fragment]) -> Outline:
    """Fragments in notebook order, gathered into front and parts; a cover among the front is set apart."""
    unique = with_unique_ids(fragments)
    anchors = ids_in(unique)
    drafts = [_Draft()]
    for fragment in unique:
        for head, body in part_pieces(fragment):
            if head:
                drafts.append(_Draft(head["id"], head["title"], head["text"]))
            if body.strip():
                drafts[-1].bodies.append(without_dead_links(body, anchors))
    front = drafts[0].bodies
    covers = [body for body in front if body.lstrip().startswith('<header class="block cover"')]
    return Outline(
        cover=_trusted("".join(covers[:1])),
        front=tuple(_trusted(body) for body in front if body not in covers),
        parts=tuple(_part(number, draft) for number, draft in enumerate(drafts[1:], start=1)),
    )


def part_pieces(fragment: Fragment) -> Iterable[tuple[re.Match[str] | None, str]]:
    """Prose cut before each heading of level 2, as (heading, what follows it); a piece is never cut."""
    if not fragment.is_prose:
        return [(None, fragment.html)]
    cut = [(_PART_HEAD.match(text), text) for text in _PART_OPENS.split(fragment.html)]
    return [(head, text[head.end() :] if head else text) for head, text in cut]


def ids_in(fragments: Iterable[Fragment]) -> set[str]:
    """Every id that a link may lead to."""
    return set(_RESERVED) | {found for fragment in fragments for found in _ID_IN_TAG.findall(fragment.html)}


def with_unique_ids(fragments: Iterable[Fragment]) -> list[Fragment]:
    """An id that occurred before gets a number, and so do the references to it in its own fragment."""
    seen = set(_RESERVED)
    result = []
    for fragment in fragments:
        html = fragment.html
        own: set[str] = set()
        for found in dict.fromkeys(_ID_IN_TAG.findall(html)):
            if found in seen:
                fresh = next(name for n in range(2, 10**6) if (name := f"{found}-{n}") not in seen and name not in own)
                html = _renamed(html, found, fresh)
                own.add(fresh)
            else:
                own.add(found)
        seen |= own
        result.append(replace(fragment, html=html) if html is not fragment.html else fragment)
    return result


def without_dead_links(html: str, anchors: set[str]) -> str:
    """A link to what this document does not hold (another edition does) becomes plain text; "Read more" goes."""
    dead = set(_LOCAL_LINK.findall(html)) - anchors
    if not dead:
        return html

    def settled(found: re.Match[str]) -> str:
        if found["anchor"] not in dead:
            return found[0]
        return "" if 'class="more"' in found["tag"] else found["text"]

    return _LOCAL_ANCHOR.sub(settled, html)


def _renamed(html: str, old: str, new: str) -> str:
    name = re.escape(old)
    attributes = r"id|for|aria-labelledby|aria-describedby|aria-controls"
    html = re.sub(rf'(<[a-zA-Z][^<>]*?\s(?:{attributes})="){name}"', rf'\g<1>{new}"', html)
    html = re.sub(rf'(href="#){name}"', rf'\g<1>{new}"', html)
    return re.sub(rf"url\(#{name}\)", f"url(#{new})", html)


def _part(number: int, draft: _Draft) -> Part:
    bodies = tuple(_trusted(body) for body in draft.bodies)
    entries = tuple(entry for body in draft.bodies for entry in _entries(body))
    return Part(number, draft.anchor, _trusted(draft.title), _trusted(draft.heading), bodies, entries)


def _entries(html: str) -> Iterable[Entry]:
    for found in _ENTRY.finditer(html):
        own_id = _ID_ATTRIBUTE.search(found["attributes"])
        if own_id:
            yield Entry(own_id[1], _trusted(found["title"]))


def _trusted(html: str) -> Markup:
    """HTML of our own pieces and renderer, where text from data was escaped when it was written."""
    return Markup(html)  # noqa: S704 - see above
