"""How long a review takes as a chain of notebooks, against a plain script and against the usual command lines.

    python benchmarks/chain.py [--sizes small,medium,large] [--rounds 3 | --rounds small=5,large=1] [--cases cold,row]

In each round every way runs in a fresh copy of the workspace, as whole processes, in an order that changes from round
to round:

    chain          review run 2025, case by case:
      cold           nothing is there
      warm           the review was deleted, what steps remember is there
      unchanged      nothing was changed since
      decision       somebody decided on the target of one KPI
      parameter      one threshold was changed
      row            one value of the actuals was changed
    plain          benchmarks/plain.py: the same calls in one script, with neither notebooks nor Papermill
    command lines  `papermill` for each notebook, then `nbconvert` for each document

The size `example` is the example company of this repository; benchmarks/workspaces.py makes the others.
"""

import argparse
import csv
import os
import platform
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from measuring import Took, measure
from workspaces import SIZES, YEAR, make_workspace

from review_kit.decisions import Decision, decisions_path, load_decisions, next_id, with_decision
from review_kit.params import find_checkpoint

REPOSITORY = Path(__file__).resolve().parents[1]
CHECKPOINT = str(YEAR)
EXAMPLE = "example"
STAGES = ("01_data_intake", "02_kpi_scoring", "03_gap_findings", "04_target_reset")
DOCUMENTS = (("05_strategy_review", "html"), ("06_briefing", "slides"))
PLAIN, COMMAND_LINES = "plain", "command lines"

Taken = dict[tuple[str, str], Took]  # by size and case


def nothing(_workspace: Path) -> None:
    """The workspace stays as it is."""


def delete_review(workspace: Path) -> None:
    """What readers have goes; what steps remember stays."""
    shutil.rmtree(workspace / "outputs" / CHECKPOINT)


def decide(workspace: Path) -> None:
    """One more entry in the register: the target of the first KPI that has a plain one stands."""
    folder = workspace / "params"
    with source(workspace, "kpis").open(encoding="utf-8", newline="") as file:
        kpi_id, target = next(
            (row["kpi_id"], row["target"]) for row in csv.DictReader(file) if is_number(row["target"])
        )
    known = load_decisions(folder, CHECKPOINT)
    entry = Decision(
        id=next_id(CHECKPOINT, known),
        on=date(YEAR, 12, 31),
        by="The board",
        about="target",
        subject=kpi_id,
        choice=target,
        reason="It stands for one more year.",
    )
    decisions_path(folder, CHECKPOINT).write_text(with_decision(folder, CHECKPOINT, entry), encoding="utf-8")


def set_parameter(workspace: Path) -> None:
    """A KPI now counts as near its target from a little less on."""
    path = workspace / "params" / f"{CHECKPOINT}.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("amber: 0.8", "amber: 0.75"), encoding="utf-8")


def correct_row(workspace: Path) -> None:
    """The last value of the actuals becomes a little higher."""
    path = source(workspace, "actuals")
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    value = lines[0].rstrip("\n").split(",").index("value")
    at = max(at for at, line in enumerate(lines) if is_number(line.split(",")[value]))
    cells = lines[at].split(",")
    cells[value] = f"{float(cells[value]) + 0.1:.1f}"
    path.write_text("".join([*lines[:at], ",".join(cells), *lines[at + 1 :]]), encoding="utf-8")


CASES: dict[str, Callable[[Path], None]] = {  # what happens before the run; each follows upon the one before it
    "cold": nothing,
    "warm": delete_review,
    "unchanged": nothing,
    "decision": decide,
    "parameter": set_parameter,
    "row": correct_row,
}


def source(workspace: Path, table: str) -> Path:
    """Where the params say that the table lies."""
    return workspace / find_checkpoint(CHECKPOINT, workspace / "params")[0].sources[table].path


def is_number(text: str) -> bool:
    """Whether a cell holds a plain number."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def chain(workspace: Path) -> Iterator[list[str]]:
    """Our command."""
    yield [sys.executable, "-m", "review_kit", "run", CHECKPOINT, "--workspace", str(workspace)]


def plain(workspace: Path) -> Iterator[list[str]]:
    """The script without notebooks."""
    yield [sys.executable, str(REPOSITORY / "benchmarks" / "plain.py"), str(workspace), CHECKPOINT]


def command_lines(workspace: Path) -> Iterator[list[str]]:
    """What a shell script around Papermill and nbconvert would call; it hands the same tables from stage to stage."""
    prepare = (
        "from pathlib import Path; from review_kit.checkpoint.places import INPUTS, Places;"
        "from review_kit.checkpoint.plan import make_plan; from review_kit.store import fresh_folder;"
        "from review_kit.checkpoint.freezing import freeze_inputs;"
        f"places = Places(workspace=Path({str(workspace)!r}), checkpoint={CHECKPOINT!r});"
        "plan = make_plan(places, None, None); fresh_folder(places.work);"
        "freeze_inputs(places.workspace, plan.params, plan.templates, places.work / INPUTS)"
    )
    yield [sys.executable, "-c", prepare]
    run = f"outputs/.work/{CHECKPOINT}"
    out = workspace / "outputs" / "command_lines"
    out.mkdir(parents=True)
    for name in STAGES:
        yield papermill(workspace, name, out / f"{name}.ipynb", run, "analyst")
    for edition in find_checkpoint(CHECKPOINT, workspace / "params")[0].editions:
        build = f"from review_kit.desk import build_edition; build_edition({run!r}, {CHECKPOINT!r}, {edition!r})"
        yield [sys.executable, "-c", build]
        for name, kind in DOCUMENTS:
            executed = out / f"{edition}_{name}.ipynb"
            yield papermill(workspace, name, executed, run, edition)
            yield [sys.executable, "-m", "nbconvert", "--log-level=ERROR", "--to", kind, "--no-input", str(executed)]


def papermill(workspace: Path, name: str, target: Path, run: str, edition: str) -> list[str]:
    """One Papermill command line; -r keeps text as text."""
    parameters = ["-r", "checkpoint", CHECKPOINT, "-r", "run", run, "-r", "edition", edition]
    template = workspace / "notebooks" / f"{name}.ipynb"
    command = [sys.executable, "-m", "papermill", "--no-progress-bar", "--log-level", "ERROR", "-k", "python3"]
    return [*command, *parameters, str(template), str(target)]


def run_round(size: str, master: Path, number: int, cases: list[str], taken: Taken) -> None:
    """Every way once, beginning with another one each time."""
    ways = [way for way in ("chain", PLAIN, COMMAND_LINES) if way == "chain" or way in cases]
    turn = number % len(ways)
    for way in (*ways[turn:], *ways[:turn]):
        workspace = Path(tempfile.mkdtemp(prefix="review-benchmark-"))
        try:
            shutil.copytree(master, workspace, dirs_exist_ok=True)
            if way == "chain":
                for case, prepare in CASES.items():
                    if case == "cold" or case in cases:
                        prepare(workspace)
                        run_case(size, case, workspace, chain, taken)
            else:
                run_case(size, way, workspace, {PLAIN: plain, COMMAND_LINES: command_lines}[way], taken)
        finally:
            shutil.rmtree(workspace)


def run_case(
    size: str, case: str, workspace: Path, commands: Callable[[Path], Iterator[list[str]]], taken: Taken
) -> None:
    """Run and note one case."""
    took = taken.setdefault((size, case), Took())
    measure(commands(workspace), workspace, {"PYTHONPATH": str(REPOSITORY)}, took)
    print(f"  {size}, {case}: {took.seconds[-1]:.1f} s, {took.processor[-1]:.1f} s of processors", flush=True)


def table(taken: Taken) -> str:
    """What was measured, as Markdown: medians, and what they are of the plain script."""
    rows = [
        "| size | case | rounds | median s | min s | max s | processor s | of plain | peak MB | of plain |",
        "| --- | --- | --: | --: | --: | --: | --: | --: | --: | --: |",
    ]
    for (size, case), took in taken.items():
        floor = taken.get((size, PLAIN))
        middle, most = statistics.median(took.seconds), max(took.megabytes)
        numbers = [f"{middle:.1f}", f"{min(took.seconds):.1f}", f"{max(took.seconds):.1f}"]
        numbers.append(f"{statistics.median(took.processor):.1f}")
        numbers.append(f"{middle / statistics.median(floor.seconds):.2f}" if floor else "")
        numbers += [f"{most:.0f}", f"{most / max(floor.megabytes):.2f}" if floor else ""]
        rows.append(f"| {size} | {case} | {len(took.seconds)} | {' | '.join(numbers)} |")
    return "\n".join(rows)


def verdicts(taken: Taken) -> Iterator[str]:
    """How much faster the chain is than the command lines, and what part of a cold run a changed row takes."""
    for size in dict.fromkeys(size for size, _ in taken):
        found = {case: statistics.median(took.seconds) for (of, case), took in taken.items() if of == size}
        if COMMAND_LINES in found:
            yield f"{size}: cold is {found[COMMAND_LINES] / found['cold']:.1f} times as fast as the command lines."
        if "row" in found:
            yield f"{size}: one changed row takes {found['row'] / found['cold']:.2f} of cold."


def rounds_of(asked: str, size: str) -> int:
    """'3' for every size, or 'small=5,large=1'; sizes that are not named run once."""
    if asked.isdecimal():
        return int(asked)
    return int(dict(part.split("=", 1) for part in asked.split(",")).get(size, "1"))


def main() -> None:
    """Measure and print."""
    every = [*CASES, PLAIN, COMMAND_LINES]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="small", help=f"of {', '.join((EXAMPLE, *SIZES))}; parted by commas")
    parser.add_argument("--rounds", default="3", help="a number, or small=5,large=1: large runs take minutes")
    parser.add_argument("--cases", default=",".join(every), help="cold is always run; parted by commas")
    chosen = parser.parse_args()
    sizes, cases = chosen.sizes.split(","), chosen.cases.replace("_", " ").split(",")
    if unknown := [*({*sizes} - {EXAMPLE, *SIZES}), *({*cases} - {*every})]:
        parser.error(f"there is no size or case '{unknown[0]}'")
    taken: Taken = {}
    with tempfile.TemporaryDirectory(prefix="review-benchmark-") as folder:
        for size in sizes:
            master = Path(folder) / size
            if size == EXAMPLE:
                for name in ("params", "data", "notebooks"):
                    shutil.copytree(REPOSITORY / name, master / name, ignore=shutil.ignore_patterns(".*"))
            else:
                make_workspace(master, SIZES[size])
            for number in range(rounds_of(chosen.rounds, size)):
                print(f"{size}, round {number + 1}", flush=True)
                run_round(size, master, number, cases, taken)
    print(f"\nPython {platform.python_version()}, {os.cpu_count()} processors\n\n{table(taken)}\n")
    print("\n".join(verdicts(taken)))


if __name__ == "__main__":
    main()
