"""The conclusion with which each part of a document opens."""

import pandas as pd

from review_kit.model import figures
from review_kit.model.fault import Severity
from review_kit.model.words import Certainty, Level, Status, Variation, is_closed


def _count(column: pd.Series, word: str) -> int:
    return int(column.eq(word).sum())


def scores_lead(rollup: pd.DataFrame) -> str:
    """How many objectives stand where, and which moved most since the last review."""
    objectives = rollup[rollup["level"].eq(Level.OBJECTIVE)]
    scored = objectives[objectives["score"].notna()]
    if scored.empty:
        return "No objective could be scored."
    met, near = _count(scored["status"], Status.ON_TARGET), _count(scored["status"], Status.NEAR)
    off = len(scored) - met - near
    told = figures.listed(
        f"{count} {words}" for count, words in ((met, "on target"), (near, "near"), (off, "off target")) if count
    )
    verb = "is" if (met or near or off) == 1 else "are"
    counts = told.replace(" ", f" {verb} ", 1)
    sentence = f"Of {figures.plural(len(scored), 'objective')} with a score, {counts}."
    if len(objectives) > len(scored):
        sentence += f" {len(objectives) - len(scored)} more could not be scored."
    moved = scored[scored["change"].abs() >= 0.005] if "change" in scored else scored.head(0)  # noqa: PLR2004 - half a point shows
    if len(moved):
        up, down = moved.iloc[int(moved["change"].argmax())], moved.iloc[int(moved["change"].argmin())]
        if up["change"] > 0:
            sentence += f" {up['name']} gained most ({_points(up['change'])})"
            sentence += f", {down['name']} lost most ({_points(down['change'])})." if down["change"] < 0 else "."
        else:
            sentence += f" {down['name']} lost most ({_points(down['change'])})."
    return sentence


def _points(change: float) -> str:
    text = figures.signed(100 * change, 0)
    return f"{text} point" if text.strip("+−") == "1" else f"{text} points"


def scorecard_lead(scores: pd.DataFrame) -> str:
    """How many KPIs stand where, how many could not be judged, and how many figures are not final."""
    words = ((Status.ON_TARGET, "on target"), (Status.NEAR, "near"), (Status.OFF_TARGET, "off target"))
    told = [f"{_count(scores['status'], word) or 'none'} {name}" for word, name in words]
    first = _count(scores["status"], Status.ON_TARGET)
    told[0] = f"{first or 'none'} {'is' if first == 1 else 'are'} on target"
    unjudged = _count(scores["status"], Status.NOT_SCORED)
    rest = f"; {figures.plural(unjudged, 'KPI')} could not be judged" if unjudged else ""
    if unjudged == len(scores):
        return "No KPI can be judged: targets or values are missing."
    said = f"Of {figures.plural(len(scores) - unjudged, 'KPI')} that can be judged, {figures.listed(told)}{rest}."
    not_final = 0
    if "certainty" in scores:
        not_final = int(scores["certainty"].isin([Certainty.PRELIMINARY, Certainty.PROJECTED]).sum())
    if not_final:
        said += (
            f" {figures.plural(not_final, 'KPI')} {'rests' if not_final == 1 else 'rest'} on values that are not final."
        )
    return said


def signals_lead(scores: pd.DataFrame) -> str:
    """How much of what moved is more than noise."""
    worse, better = _count(scores["variation"], Variation.CONCERN), _count(scores["variation"], Variation.IMPROVEMENT)
    routine, few = _count(scores["variation"], Variation.COMMON_CAUSE), _count(scores["variation"], Variation.TOO_FEW)
    if few == len(scores):
        return "No KPI has enough values yet to tell signal from noise."
    told = (
        f"The latest values signal improvement in {figures.plural(better, 'KPI')} and concern in {worse or 'none'}; "
        f"{routine or 'none'} only {'varies' if routine == 1 else 'vary'} as usual"
    )
    return told + (f", and {few} {'has' if few == 1 else 'have'} too few values to tell." if few else ".")


def findings_lead(findings: pd.DataFrame) -> str:
    """How many findings in how many stories, how many are new, and how many went away."""
    standing = findings[findings["state"].ne("resolved") & ~findings["rule"].str.startswith("many-")]
    problems = standing[standing["severity"].ne("success")]
    successes = standing[standing["severity"].eq("success")]
    resolved = findings[findings["state"].eq("resolved")]
    told = _in_stories(problems, "finding", "findings")
    if len(successes):
        told += f", and {_in_stories(successes, 'success', 'successes')}"
    sentence = f"{told[0].upper()}{told[1:]}."
    persisting = _count(problems["state"], "persisting")
    if persisting or len(resolved):
        sentence += (
            f" {figures.number(persisting) if persisting else 'None'} of the findings stood in the last review too; "
            f"{len(resolved) or 'none'} from then {'is' if len(resolved) == 1 else 'are'} resolved."
        )
    return sentence


def _in_stories(found: pd.DataFrame, noun: str, nouns: str) -> str:
    """'30 findings in 11 stories'; the stories are told only where they gather anything."""
    counted, stories = figures.plural(len(found), noun, nouns), found["story"].nunique()
    return counted if stories == len(found) else f"{counted} in {figures.plural(stories, 'story', 'stories')}"


def risks_lead(risks: pd.DataFrame) -> str:
    """How grave those that are not closed are, and which way they go."""
    if risks.empty:
        return "This cycle names no risks."
    still_open = risks[[not is_closed(status) for status in risks["status"]]]
    closed = len(risks) - len(still_open)
    if still_open.empty:
        return f"{figures.plural(closed, 'risk or issue', 'risks and issues')}, none of them open."
    critical, high = _count(still_open["band"], "critical"), _count(still_open["band"], "high")
    rising, falling = _count(still_open["movement"], "rising"), _count(still_open["movement"], "falling")
    are = "is" if critical == 1 else "are"
    gone = f"; {closed} more {'is' if closed == 1 else 'are'} closed" if closed else ""
    moved = f"; {rising or 'none'} rose since the last review and {falling or 'none'} fell"
    return (
        f"Of {figures.plural(len(still_open), 'open risk or issue', 'open risks and issues')}, "
        f"{critical or 'none'} {are} critical and {high or 'none'} high"
        f"{moved if still_open['movement'].notna().any() else ''}{gone}."
    )


def changes_lead(changes: pd.DataFrame) -> str:
    """What the outside world brings."""
    if changes.empty:
        return "This cycle names no outside changes."
    threats, chances = _count(changes["effect"], "threat"), _count(changes["effect"], "opportunity")
    weight = changes["likelihood"] * changes["impact"]
    told = (
        f"{figures.plural(len(changes), 'outside change')}: {figures.plural(threats, 'threat')} "
        f"and {figures.plural(chances, 'opportunity', 'opportunities')}"
    )
    told = told[0].upper() + told[1:]
    if weight.notna().any():
        return f"{told}. The weightiest: {str(changes['description'].iloc[int(weight.argmax())]).rstrip('.')}."
    return told + "."


def feedback_lead(reach: pd.DataFrame, closure: pd.DataFrame) -> str:
    """Whom the review reached, and how many were answered."""
    parts = []
    if len(reach) and reach["share"].isna().all():
        parts.append("Nobody recorded whom the strategy reached")
    elif len(reach):
        share = reach["influence_reached"].sum() / reach["influence"].sum()
        parts.append(f"The strategy reached {figures.percent(share)} of the influence among its stakeholders")
    if len(closure):
        replies, still_open = int(closure["replies"].sum()), int(closure["open"].sum())
        waiting = f"{still_open} still {'waits' if still_open == 1 else 'wait'}" if still_open else "none still waits"
        parts.append(f"of {figures.plural(replies, 'reply', 'replies')}, {waiting} for an answer")
    return "; ".join(parts) + "." if parts else "This cycle names no stakeholders."


def lessons_lead(lessons: pd.DataFrame) -> str:
    """How many lessons, how many are done, how many are carried from earlier reviews, overdue and learned again."""
    if lessons.empty:
        return "This cycle names no lessons."
    done = int((~lessons["is_open"].astype(bool)).sum())
    told = f"{figures.plural(len(lessons), 'lesson')} {'is' if len(lessons) == 1 else 'are'} on record"
    told += f"; {done or 'none'} {'is' if done == 1 else 'are'} done"
    carried, late = int(lessons["carried"].astype(bool).sum()), int(lessons["overdue"].astype(bool).sum())
    if carried:
        told += f", and {carried} {'is' if carried == 1 else 'are'} open from earlier reviews"
    late_before = int((lessons["overdue"].astype(bool) & lessons["carried"].astype(bool)).sum())
    if late_before:
        told += f" ({late_before} overdue)"
    if others := late - late_before:
        told += f"; {others} {'other is' if others == 1 else 'others are'} overdue"
    again = int(lessons.loc[lessons["times"].gt(1), "root"].nunique())
    if again:
        told += f". {'One' if again == 1 else again} {'was' if again == 1 else 'were'} learned more than once"
    return f"{told}."


def targets_lead(proposals: pd.DataFrame) -> str:
    """What the reset proposes, by method."""
    chosen = proposals[proposals["chosen"].astype(bool)]
    if chosen.empty:
        return "There is no KPI with a target to reset."
    words = {  # of one target, of several
        "approved": ("is approved already", "are approved already"),
        "keep": ("stays as it is", "stay as they are"),
        "maintain": ("holds the level reached", "hold the level reached"),
        "percent": ("moves by a stated step", "move by a stated step"),
        "projection": ("follows the past trend", "follow the past trend"),
    }
    counts = {method: _count(chosen["method"], method) for method in words}
    told = [f"{count} {words[method][count > 1]}" for method, count in counts.items() if count]
    return f"Of {figures.plural(len(chosen), 'target')} for the next cycle, {figures.listed(told)}."


def targets_asked_words(without: int) -> str:
    """What stands behind the targets that people are to agree on; `without` counts the KPIs that had none."""
    told = "Each has a proposal with its method and reason."
    if not without:
        return told
    is_one = without == 1
    return (
        f"{told} {figures.plural(without, 'KPI')} without a target {'is' if is_one else 'are'} to hold "
        f"{'its' if is_one else 'their'} level until one is agreed."
    )


def reconciliation_line(reconciliation: pd.DataFrame) -> str:
    """The line that proves that nothing was lost: rows read = used + refused + outside + duplicate."""
    total = {name: int(reconciliation[name].sum()) for name in ("read", "used", "refused", "outside", "duplicate")}
    return (
        f"{figures.plural(total['read'], 'row')} read = {figures.number(total['used'])} used + "
        f"{figures.number(total['refused'])} refused + {figures.number(total['outside'])} outside the period + "
        f"{figures.number(total['duplicate'])} duplicate"
    )


def data_lead(reconciliation: pd.DataFrame, faults: pd.DataFrame) -> str:
    """Whether the figures are sound, with the reconciliation; errors are told before warnings."""
    errors, warnings = _count(faults["severity"], Severity.ERROR), _count(faults["severity"], Severity.WARNING)
    told = [figures.plural(errors, "error")] if errors else []
    if warnings or not errors:
        told.append(figures.plural(warnings, "warning"))
    return f"{reconciliation_line(reconciliation)}, with {figures.listed(told)}."
