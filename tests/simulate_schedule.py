"""Years of `review due` on a simulated clock, with real runs: is each checkpoint run exactly once, on the right day?

    python tests/simulate_schedule.py --years 3

Triggers are missed, doubled and late, and come from machines in several time zones, also on days when clocks change.
Figures arrive late; for some days a figure is no number; for some days a notebook fails; a quarter is sealed. Every
trigger is a process of its own, `review due --at MOMENT --json`. When each checkpoint has to run is worked out apart
from the code of the schedule; any difference ends the simulation with exit code 1. Takes about 10 s a checkpoint.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from calendar import monthrange
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from schedules import ACTUALS, arrive, tiny_workspace
from webhooks import Hook, listening
from workspaces import REPOSITORY, contents

from review_kit.checkpoint.seal import seal_review

FIRST_YEAR = 2024  # has a leap day
GRACE = {12: 20, 3: 10, 1: 5}  # months of a period: days
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Pacific/Kiritimati", "Pacific/Niue")
BERLIN = ZoneInfo("Europe/Berlin")
SAID = "schedule: {monthly: 5, quarterly: 10, annual: 20}\nalerts: [env:REVIEW_ALERT]\n"


@dataclass
class Story:
    """One simulation, and what was seen."""

    workspace: Path
    hook: Hook
    chance: random.Random
    years: range
    arrivals: dict[str, date] = field(default_factory=dict)  # month: the day on which its figure comes
    bad: tuple[date, date] = (date.max, date.max)  # a figure is no number from the first day until before the second
    broken: tuple[date, date] = (date.max, date.max)  # a notebook fails
    runs: dict[str, list[date]] = field(default_factory=dict)
    due_now: dict[str, list[date]] = field(default_factory=dict)  # triggers that could have run it
    pages: dict[str, dict[str, bytes]] = field(default_factory=dict)  # of each review, after its run
    seen: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def names(years: range) -> dict[str, tuple[date, date]]:
    """Every checkpoint with the last day of its period and the day on which it is due; worked out by hand."""
    found = {}
    for year in years:
        for last in range(1, 13):
            for months in (1, 3, 12):
                if last % months == 0:
                    name = {1: f"{year}-{last:02d}", 3: f"{year}-Q{last // 3}", 12: f"{year}"}[months]
                    end = date(year, last, monthrange(year, last)[1])
                    found[name] = (end, end + timedelta(days=GRACE[months]))
    return found


def months_of(name: str, end: date) -> list[str]:
    """The months whose figures stand in the period."""
    count = 3 if "Q" in name else 1 if "-" in name else 12
    return [f"{end.year}-{month:02d}" for month in range(end.month - count + 1, end.month + 1)]


def moments(story: Story, every: float) -> list[tuple[datetime, str, bool]]:
    """Moments of triggers with the zone of the machine and whether it is doubled; about one in `every` days."""
    found = []
    at = datetime(story.years[0], 1, 1, tzinfo=UTC)
    end = datetime(story.years[-1] + 1, 3, 15, tzinfo=UTC)
    while (at := at + timedelta(hours=story.chance.expovariate(1 / (24 * every)))) < end:
        found.append((at, story.chance.choice(ZONES), story.chance.random() < 0.25))
    for year in story.years:  # the nights when the clock changes, once before and once after, and the leap day
        for month, last in ((3, 31), (10, 31)):
            sunday = date(year, month, last) - timedelta(days=(date(year, month, last).weekday() + 1) % 7)
            night = [datetime(year, month, sunday.day, hour, 30, tzinfo=UTC) for hour in (0, 1, 3)]
            found += [(at, "Europe/Berlin", False) for at in night]
        if monthrange(year, 2)[1] == 29:
            found.append((datetime(year, 2, 29, 12, tzinfo=UTC), "UTC", True))
    last = [(end + timedelta(days=number), "UTC", False) for number in range(2)]  # whatever was missed is caught up
    return [*sorted(found), *last]


def prepare(story: Story) -> None:
    """Who comes late, and when things go wrong."""
    for year in story.years:
        for month in range(1, 13):
            end = date(year, month, monthrange(year, month)[1])
            late = story.chance.choice([0, 2, 4, 4, 9, 25])
            story.arrivals[f"{year}-{month:02d}"] = end + timedelta(days=late)
    middle = story.years[len(story.years) // 2]
    story.bad = (date(middle, 5, 3), date(middle, 5, 12))
    story.broken = (date(middle, 8, 4), date(middle, 8, 12))


def world(story: Story, today: date) -> None:
    """The files as they are on this day."""
    actuals = story.workspace / ACTUALS
    actuals.write_text("kpi_id,period,value\n", encoding="utf-8")
    arrive(story.workspace, *sorted(month for month, came in story.arrivals.items() if came <= today))
    if story.bad[0] <= today < story.bad[1]:
        arrive(story.workspace, f"{today.year + 1}-01", value="to be done")
    notebooks = story.workspace / "notebooks"
    if story.broken[0] <= today < story.broken[1]:
        if not notebooks.is_dir():
            shutil.copytree(REPOSITORY / "notebooks", notebooks, ignore=shutil.ignore_patterns(".*"))
            path = notebooks / "02_kpi_scoring.ipynb"
            book = json.loads(path.read_text(encoding="utf-8"))
            book["cells"][-1]["source"] = "1 / 0"
            path.write_text(json.dumps(book), encoding="utf-8")
    elif notebooks.is_dir():
        shutil.rmtree(notebooks)


def pull(story: Story, moment: datetime, zone: str, *, doubled: bool) -> None:
    """One trigger, or two at the same time."""
    today = moment.astimezone(ZoneInfo(zone)).date()
    world(story, today)
    command = [sys.executable, "-m", "review_kit", "due", "--at", moment.isoformat(), "--json"]
    environment = {**os.environ, "TZ": zone, "REVIEW_ALERT": story.hook.address}
    started = [
        subprocess.Popen(
            command, cwd=story.workspace, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(2 if doubled else 1)
    ]
    for process in started:
        output, errors = process.communicate()
        story.seen["triggers"] += 1
        story.seen[f"exit code {process.returncode}"] += 1
        if "Traceback" in errors:
            story.wrong.append(f"{moment} {zone}: {errors}")
        for entry in json.loads(output)["checkpoints"] if output else ():
            if entry["ran"] and entry["state"] == "done":
                story.runs.setdefault(entry["checkpoint"], []).append(today)
                story.pages[entry["checkpoint"]] = contents(story.workspace / "outputs" / entry["checkpoint"])
            elif entry["exit_code"]:
                story.seen[entry["state"]] += 1
    expect(story, today)


def expect(story: Story, today: date) -> None:
    """Note which checkpoints this trigger had to run, if they had not been run before."""
    hindered = any(start <= today < end for start, end in (story.bad, story.broken))
    for name, (end, due) in names(story.years).items():
        came = any(story.arrivals[month] <= today for month in months_of(name, end))
        if due <= today and came and not hindered:
            story.due_now.setdefault(name, []).append(today)


def check(story: Story) -> None:
    """Each checkpoint once, on the first day on which it could be, and never touched again."""
    for name in names(story.years):
        expected = story.due_now.get(name, [])[:1]
        if story.runs.get(name, []) != expected:
            story.wrong.append(f"{name}: was run on {story.runs.get(name)}, had to be run on {expected}")
        found = contents(story.workspace / "outputs" / name)
        found.pop("seal.json", None)
        if found != story.pages.get(name):
            story.wrong.append(f"{name}: the review is not as its run left it")
    told = Counter(
        (problem["checkpoint"], problem["state"], problem["stage"])
        for body in story.hook.bodies()
        for problem in body["problems"]
    )
    story.seen["alerts"] = len(story.hook.got)
    story.seen["failures told"] = len(told)
    story.wrong += [f"{what} was told {count} times" for what, count in told.items() if count > 1]
    everything = b"".join(contents(story.workspace).values())
    story.wrong += [f"{secret} stands in a file" for secret in ("s3cr3t", "p4ssw0rd") if secret.encode() in everything]


def main() -> int:
    """Simulate, and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--years", type=int, default=3)
    parser.add_argument("--seed", type=int, default=2025)
    parser.add_argument("--every", type=float, default=4.0, help="days between triggers on average")
    asked = parser.parse_args()
    started = time.monotonic()
    years = range(FIRST_YEAR, FIRST_YEAR + asked.years)
    with tempfile.TemporaryDirectory() as folder, listening() as hook:
        workspace = tiny_workspace(Path(folder) / "workspace", *years, more=SAID)
        story = Story(workspace, hook, random.Random(asked.seed), years)  # noqa: S311 - a seeded story, no secret
        prepare(story)
        sealed = f"{years[len(years) // 2]}-Q2"
        for moment, zone, doubled in moments(story, asked.every):
            pull(story, moment, zone, doubled=doubled)
            if sealed in story.runs and sealed not in story.seen:
                seal_review(workspace, sealed)
                story.seen[sealed] += 1
        check(story)
    story.seen["checkpoints"] = len(names(years))
    story.seen["runs"] = sum(map(len, story.runs.values()))
    del story.seen[sealed]
    sys.stdout.write("\n".join([f"{count:5d}  {what}" for what, count in sorted(story.seen.items())]) + "\n")
    sys.stdout.write(f"{time.monotonic() - started:5.0f}  seconds\n")
    sys.stdout.write("\n".join(story.wrong or [f"Sealed: {sealed}. Each checkpoint was run exactly once."]) + "\n")
    return 1 if story.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
