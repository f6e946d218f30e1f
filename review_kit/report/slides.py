"""Fragments gathered into slides.

A heading of level 2 opens one, and so do a cell tagged `slide` and a block with a title of its own: things to know,
what is asked, the strip of objectives.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from review_kit.report.editorial import Fragment
from review_kit.report.outline import ids_in, part_pieces, with_unique_ids, without_dead_links

_NOTHING = re.compile(r'\s*<p class="block lead lead-all">[^<]*</p>\s*')  # "This cycle names no risks."
_TITLED = re.compile(r'\s*<section class="block [^"]*"><h2 class="block-title">')


@dataclass(slots=True)
class Slide:
    """One screen: a heading (may be empty) and what stands under it."""

    number: int
    anchor: str = ""
    heading: Markup = field(default_factory=Markup)
    bodies: list[Markup] = field(default_factory=list)

    @property
    def says_nothing(self) -> bool:
        """Whether all that stands on it is that this cycle has none of what its heading names."""
        return len(self.bodies) == 1 and _NOTHING.fullmatch(self.bodies[0]) is not None


@dataclass(frozen=True, slots=True)
class Deck:
    """The slides in order; the cover, which the template makes, comes before them."""

    cover: Markup
    slides: tuple[Slide, ...]


def decks(fragments: Sequence[Fragment]) -> Deck:
    """One deck of the fragments in notebook order; a slide without anything on it is left out.

    So is one that says only that there is nothing: the report says it too, and a room would look at an empty screen.
    """
    unique = with_unique_ids(fragments)
    anchors = ids_in(unique)
    cover = Markup()
    slides = [Slide(1)]
    for fragment in unique:
        if fragment.html.lstrip().startswith('<header class="block cover"'):
            cover = Markup(fragment.html)  # noqa: S704 - a block of ours
            continue
        has_own_title = not fragment.is_prose and bool(slides[-1].bodies) and _TITLED.match(fragment.html)
        if fragment.starts_slide or has_own_title:
            slides.append(Slide(0))
        for head, body in part_pieces(fragment):
            if head:
                slides.append(Slide(0, head["id"], Markup(head["text"])))  # noqa: S704 - rendered by us
            if body.strip():
                slides[-1].bodies.append(Markup(without_dead_links(body, anchors)))  # noqa: S704 - escaped by its piece
    filled = [slide for slide in slides if (slide.bodies or slide.heading) and not slide.says_nothing]
    for number, slide in enumerate(filled, start=2):
        slide.number = number
        slide.anchor = slide.anchor or f"slide-{number}"
    return Deck(cover, tuple(filled))
