"""Page one: what this is, the verdict, what to know, what is asked, and how each objective stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from review_kit.model.figures import known, percent, signed
from review_kit.model.figures import score as in_points
from review_kit.tables_view.cells import short_date
from review_kit.tables_view.html import Block, Piece, element, joined, link, markup_of
from review_kit.tables_view.labels import sentence_case, status_label, words

_COUNTS = ("", "One thing", "Two things", "Three things", "Four things", "Five things", "Six things", "Seven things")
_STRIP_OF_CARDS = 12  # more than these are set as lines, not as cards


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One thing a reader must know: a sentence with its number, the evidence in small, and where it is told in full.

    `of` says what the piece shows, where the headline is about something else.
    """

    headline: str
    detail: str = ""
    piece: Piece | None = None
    of: str = ""
    link: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A decision that is asked of the reader; `due` is a date or words such as 'at this meeting'."""

    decision: str
    owner: str = ""
    due: object = ""
    reason: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StripItem:
    """One objective on page one; scores are shares (1 = all targets met) and are shown out of 100."""

    name: str
    score: float | None = None
    change: float | None = None  # in the same share: 0.04 is shown as +4
    confidence: float | None = None  # share of the weight that could be scored
    status: str = ""
    link: str = ""


def cover(
    organisation: str,
    title: str,
    *,
    period: str = "",
    as_of: str = "",
    edition: str = "",
) -> Block:
    """The head of page one: who, what, which period, as of when, for whom."""
    parts = [
        element("p", organisation, class_="cover-organisation"),
        element("h1", title),
        element("p", period, class_="cover-period") if period else None,
        element("p", " · ".join(part for part in (sentence_case(as_of), edition) if part), class_="cover-as-of"),
    ]
    text = "\n".join(line for line in (organisation, title, period, as_of, edition) if line)
    return Block(str(element("header", *parts, class_="block cover")), text)


def verdict(
    sentence: str,
    *,
    score: float | None = None,
    change: float | None = None,
    status: str = "",
    since: str = "",
    detail: str = "",
) -> Block:
    """The review in one sentence, with the strategy's score out of 100 and its change (both given as shares)."""
    figure = None
    moved = points(change, since)
    if known(score):
        figure = element(
            "p",
            element("strong", hundredths(score)),
            element("span", "of 100", class_="of"),
            status_label(status) if words(status) else None,
            element("span", moved, class_="change") if moved else None,
            class_="verdict-score",
        )
    said = element(
        "div",
        element("p", sentence, class_="verdict-sentence"),
        element("p", detail, class_="verdict-detail") if detail else None,
    )
    scored = [f"Score {hundredths(score)} of 100" + (f", {moved}" if moved else "")] if known(score) else []
    text = "\n".join([sentence, *scored, *([detail] if detail else [])])
    return Block(str(element("section", figure, said, class_="block verdict")), text)


def things(items: Sequence[Thing], *, title: str = "") -> Block:
    """What to know in one minute: each a sentence, its little chart and a link to the evidence."""
    counted = _COUNTS[len(items)] if 0 < len(items) < len(_COUNTS) else f"{len(items)} things"
    heading = title or f"{counted} to know"
    body = joined(_thing(item) for item in items)
    said = [heading]
    for place, item in enumerate(items, start=1):
        said.append(f"{place}. {item.headline}" + (f" {item.detail}" if item.detail else ""))
    return Block(str(_titled("things", heading, element("ol", body))), "\n".join(said))


def asks(items: Sequence[Ask], *, title: str = "What is asked of you") -> Block:
    """The decisions that the review needs: what, by whom, by when and why."""
    said = [title]
    for item in items:
        who = ", ".join(part for part in (item.owner, _due(item.due)) if part)
        said.append(f"- {item.decision}" + (f" ({who})" if who else "") + (f" {item.reason}" if item.reason else ""))
    return Block(str(_titled("asks", title, element("ol", joined(_ask(item) for item in items)))), "\n".join(said))


def strip(items: Sequence[StripItem], *, title: str = "The objectives", note: str = "") -> Block:
    """Every objective with its score, change and confidence, side by side."""
    many = "strip-lines" if len(items) > _STRIP_OF_CARDS else ""
    is_first = not any(known(item.change) for item in items)  # then none is said to lack what none can have
    body = element("ul", joined(_strip_item(item, is_first=is_first) for item in items), class_=many)
    small = element("p", note, class_="table-note") if note else None
    said = [title]
    for item in items:
        facts = [hundredths(item.score) if known(item.score) else "not scored", points(item.change)]
        said.append(f"- {item.name}: {', '.join(fact for fact in facts if fact)}")
    return Block(str(_titled("strip", title, body, small)), "\n".join(said))


def hundredths(score: float | None) -> str:
    """'82' for a score of 0.82, '99.95' where whole points would say that the target was met."""
    return in_points(score)


def points(change: float | None, since: str = "") -> str:
    """'+4 points since 2024' for a change of 0.04; nothing where it is not known."""
    if not known(change):
        return ""
    text = signed(change * 100, 0)
    if text == "0":
        return f"unchanged since {since}" if since else "unchanged"
    noun = "point" if text.strip("+−") == "1" else "points"
    return f"{text} {noun}" + (f" since {since}" if since else "")


def _titled(kind: str, heading: str, *inner: Markup | None) -> Markup:
    return element("section", element("h2", heading, class_="block-title"), *inner, class_=f"block {kind}")


def _thing(item: Thing) -> Markup:
    mark = status_label(item.status) if words(item.status) else None
    more = link("Read more", item.link, class_="more", aria_label=f"Read more: {item.headline}") if item.link else None
    parts = [part for part in (mark, escape(item.detail) if item.detail else None, more) if part]
    detail = element("p", Markup(" ").join(parts), class_="thing-detail") if parts else None
    said = element(
        "div",
        element("p", item.headline, class_="thing-headline"),
        detail,
        class_="thing-words",
    )
    shows = element("p", item.of, class_="thing-of") if item.of else None
    drawn = element("div", markup_of(item.piece), shows, class_="thing-piece") if item.piece is not None else None
    return element("li", said, drawn)


def _ask(item: Ask) -> Markup:
    decision = link(item.decision, item.link) if item.link else item.decision
    said = element(
        "div",
        element("p", decision, class_="ask-decision"),
        element("p", item.reason, class_="ask-reason") if item.reason else None,
    )
    due = _due(item.due)
    pairs: Iterable[tuple[str, str]] = (("Decides", item.owner), ("By", due))
    who = joined(element("div", element("dt", name), element("dd", value)) for name, value in pairs if value)
    return element("li", said, element("dl", who) if who else None)


def _due(due: object) -> str:
    return short_date(due) if words(due) else ""


def _strip_item(item: StripItem, *, is_first: bool) -> Markup:
    name = link(item.name, item.link) if item.link else item.name
    moved = points(item.change)
    sure = f"Weight scored {percent(item.confidence)}" if known(item.confidence) else ""
    return element(
        "li",
        element("p", name, class_="strip-name"),
        element(
            "p",
            element("span", hundredths(item.score), class_="strip-score"),
            status_label(item.status) if words(item.status) else None,
            class_="strip-figure",
        ),
        element("p", moved or "No earlier score", class_="strip-change") if not is_first else None,
        element("p", sure, class_="strip-confidence") if sure else None,
        class_=f"strip-{words(item.status).replace(' ', '-')}" if item.status else "",
    )
