"""A comparison as lines for a terminal: a screen or two, the rest counted."""

from collections.abc import Iterator, Mapping
from typing import Any

from review_kit.desk import Comparison
from review_kit.model import figures
from review_kit.narrative.comparison import bridge_words, status_words

# heading, noun of what is counted, and how many are told one by one
_PARTS = {
    "status": ("Status", "KPI", 8),
    "restated": ("Restated figures", "value", 6),
    "definition": ("Definitions", "change", 4),
    "target": ("Targets", "KPI", 5),
    "baseline": ("Baselines", "KPI", 0),
    "weight": ("Weights", "change", 5),
    "membership": ("In and out", "change", 6),
    "initiative": ("Initiatives", "change", 6),
    "risk": ("Risks and issues", "change", 6),
    "decision": ("Decisions", "decision", 5),
}


def lines_of(found: Comparison) -> Iterator[str]:
    """The score with its causes, then kind by kind what changed."""
    then, now = found.then, found.now
    yield f"{then.title} ({found.then_from}) -> {now.title} ({found.now_from})"
    yield ""
    yield from _score_lines(found)
    for kind, (heading, noun, most) in _PARTS.items():
        rows = found.changes[found.changes["kind"].eq(kind)]
        if len(rows):
            yield ""
            counted = status_words(rows) if kind == "status" else f"{figures.plural(len(rows), noun)}."
            yield f"{heading}: {counted}"
            yield from (f"  {_line(row)}" for row in rows.head(most).to_dict("records"))
            if most and len(rows) > most:
                yield f"  … and {figures.number(len(rows) - most)} more"
    if found.changes.empty:
        yield "Nothing else changed."
    if then.initiatives is None:
        yield ""
        yield f"How initiatives and risks stood then is not known: `review run {then.checkpoint.name}` was never run."


def _score_lines(found: Comparison) -> Iterator[str]:
    before, now = found.then.strategy_score, found.now.strategy_score
    printed = found.printed
    if figures.known(before) and figures.known(now):
        since = found.then.title.removeprefix("Year ")
        words = bridge_words(printed, before, now, since)
        yield words if printed.table.empty else words.split(":", 1)[0].rstrip(".") + "."
    else:
        told = [figures.number(100 * score, 1) if figures.known(score) else "not scored" for score in (before, now)]
        yield f"Score: {told[0]} then, {told[1]} now; one of the two is not known, so no causes are told."
    if len(printed.table):
        texts = [figures.signed(value, printed.decimals) for value in printed.table["printed"]]
        width = max(map(len, texts))
        rows = zip(texts, printed.table["name"], printed.table["cause"], printed.table["concerned"], strict=True)
        for text, name, cause, concerned in rows:
            yield f"  {text:>{width}}  {name}{_about(cause, concerned)}"
    if found.reported is not None:
        name = found.now.checkpoint.name
        reported = figures.number(100 * found.reported, max(printed.decimals, 1))
        yield f"The report of {name} says {reported}: its sources have changed. Hint: run `review run {name}` again."


def _about(cause: str, concerned: float) -> str:
    noun = {"restatement": "value", "definitions": "KPI"}.get(cause)
    return f" ({figures.plural(int(concerned), noun)})" if noun else ""


def _line(row: Mapping[Any, Any]) -> str:
    name, what, kind = row["name"], row["what"], row["kind"]
    before, now = row["before"] or "nothing", row["now"] or "nothing"
    if kind == "status":
        return f"{name}: {before} ({row['before_detail']}) -> {now} ({row['now_detail']})"
    if kind == "decision":
        return f"{name}: {now} ({row['now_detail'].split(': ', 1)[0]})"  # the report has the reason
    if kind in {"target", "weight"}:
        return f"{name}: {before} -> {now}"
    if not (row["before"] and row["now"]) and kind != "restated":
        return f"{name}: {what}" + (f", {row['before'] or row['now']}" if row["before"] or row["now"] else "")
    places = " -> ".join(place for place in (row["before_detail"], row["now_detail"]) if place)
    return f"{name}, {what}: {before} -> {now}" + (f" ({places})" if places else "")
