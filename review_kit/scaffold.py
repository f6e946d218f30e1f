"""A workspace of one's own: params, notebooks and a small example that runs as it is and is there to be overwritten."""

import csv
import io
import shutil
from pathlib import Path

from review_kit.errors import CannotWriteError, UsageError
from review_kit.schema import INPUTS, render_contract
from review_kit.store import write_text

_PARAMS = """\
# The review of {year}. People write this file, code only reads it; decisions belong into {year}.decisions.yml.
cycle: "{year}"
organisation: My organisation
calendar: {{start: {year}-01-01, end: {year}-12-31}}     # any twelve whole months

# Where the tables come from: a path, or a mapping where a file is not in our shape, for example
#   actuals:
#     path: data/results.xlsx
#     sheet: Results
#     header_row: 3                    # the row of the headings, as you see it in the sheet
#     columns: {{kpi_id: "KPI no.", value: Result, period: Month}}     # ours: theirs
#     missing: ["n/a", "tbd"]          # texts that mean: not measured
#     decimal: ","
# docs/data-contract.md lists the columns of every table. Only objectives, kpis and actuals are needed.
sources:
{sources}
scoring: {{profile: progress, green: 1.0, amber: 0.8, cap: 1.2, min_confidence: 0.5}}
signals: {{rules: nhs_r}}
reset:
  guardrails: {{max_step: 0.25}}        # no target moves further in one year without an approval

# Who may see what: rows whose restricted_to names none of these audiences are left out before anything is drawn.
editions:
  analyst: {{sees: [executive, department, it]}}
  executive: {{sees: [executive]}}

schedule: {{monthly: 5, quarterly: 10, annual: 20}}   # `review due` runs each so many days after its period; or none
"""

_MONTHS = tuple(f"{number:02d}" for number in range(1, 13))
_SATISFACTION = (78, 79, 78, 80, 79, 81, 80, 82, 81, 83, 82, 84)
_RESOLUTION = (14.1, 13.2, 14.6, 13.8, 12.9, 14.0, 13.1, 12.7, 13.6, 12.8, 13.3, 12.5)


def new_workspace(directory: Path, year: int) -> list[Path]:
    """Make the workspace in a folder that is new or empty; the files written, in the order of their names.

    Raises:
        UsageError: something stands in the folder already.
        CannotWriteError: a file cannot be written.

    """
    if directory.exists() and any(directory.iterdir()):
        msg = f"{directory} is not empty, and nothing in it shall be overwritten.\nHint: name a new folder."
        raise UsageError(msg)
    texts = {f"data/{name}.csv": _table(name, rows) for name, rows in _example(year).items()}
    sources = "".join(f"  {name}: data/{name}.csv\n" for name in _example(year))
    texts[f"params/{year}.yml"] = _PARAMS.format(year=year, sources=sources)
    texts["docs/data-contract.md"] = "# The tables of a review\n\n" + render_contract()
    texts[".gitignore"] = "outputs/\n.ipynb_checkpoints/\n"
    for name, text in texts.items():
        write_text(directory / name, text)
    return sorted([*(directory / name for name in texts), *_copy_notebooks(directory / "notebooks")])


def _copy_notebooks(folder: Path) -> list[Path]:
    package = Path(__file__).resolve().parent
    origin = next(path for path in (package / "notebooks", package.parent / "notebooks") if path.is_dir())
    try:
        folder.mkdir(parents=True)
        return [Path(shutil.copyfile(path, folder / path.name)) for path in sorted(origin.glob("*.ipynb"))]
    except OSError as error:
        msg = f"{folder}: cannot be written ({error.strerror}).\nHint: check the permissions of the folder."
        raise CannotWriteError(msg) from error


def _table(name: str, rows: list[dict[str, object]]) -> str:
    """A CSV with every column that the table may have, so that nobody has to look up a heading."""
    columns = list(INPUTS[name].columns)
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


def _example(year: int) -> dict[str, list[dict[str, object]]]:
    """Two objectives, three KPIs, a year of values, and one row of each other table: enough to see every part."""
    values = [("satisfaction", _SATISFACTION), ("resolution_time", _RESOLUTION)]
    actuals: list[dict[str, object]] = [
        {"kpi_id": kpi_id, "period": f"{year}-{month}", "value": value}
        for kpi_id, numbers in values
        for month, value in zip(_MONTHS, numbers, strict=True)
    ]
    actuals += [
        {"kpi_id": "on_time", "period": f"{year}-Q{number}", "numerator": done, "denominator": 20}
        for number, done in enumerate((15, 16, 18, 17), start=1)
    ]
    end = f"{year}-12-31"
    return {
        "objectives": [
            {"objective_id": "O1", "name": "Serve customers better", "perspective": "Customer", "weight": 2},
            {"objective_id": "O2", "name": "Deliver what we promise", "perspective": "Internal process", "weight": 1},
        ],
        "kpis": [
            {
                "kpi_id": "satisfaction", "name": "Customer satisfaction", "objective_id": "O1", "unit": "%",
                "direction": "higher", "baseline": 77, "target": 80, "lower_bound": 0, "upper_bound": 100,
                "aggregate": "mean", "frequency": "monthly", "decimals": 1, "weight": 2, "owner": "Head of Service",
                "due": end, "definition": "Share of replies that are 4 or 5 of 5, monthly survey",
            },
            {
                "kpi_id": "resolution_time", "name": "Time to resolve an incident", "objective_id": "O1",
                "unit": "hours", "direction": "lower", "baseline": 14, "target": "< 12 hours", "lower_bound": 0,
                "aggregate": "mean", "frequency": "monthly", "decimals": 1, "weight": 1, "owner": "Head of IT",
                "due": end, "definition": "From report to confirmed solution, all incidents of the month",
            },
            {
                "kpi_id": "on_time", "name": "Milestones on time", "objective_id": "O2", "unit": "%",
                "direction": "higher", "baseline": 75, "target": "≥ 85 %", "lower_bound": 0, "upper_bound": 100,
                "aggregate": "ratio", "frequency": "quarterly", "decimals": 1, "weight": 1, "owner": "Head of Projects",
                "due": end, "definition": "Milestones reached by their planned day, of all due in the quarter",
            },
        ],
        "actuals": actuals,
        "initiatives": [
            {
                "initiative_id": "I1", "name": "Self-service portal", "objective_id": "O1",
                "kpi_ids": "satisfaction;resolution_time", "owner": "Head of Service", "start": f"{year}-02-01",
                "planned_finish": f"{year}-11-30", "forecast_finish": f"{year + 1}-02-28", "budget": 400000,
                "spent": 310000, "planned_percent": 100, "percent_complete": 80, "fit": "keep", "status": "delayed",
            }
        ],
        "risks": [
            {
                "risk_id": "R1", "title": "Key people leave before the portal is live", "kind": "risk",
                "objective_id": "O1", "initiative_id": "I1", "owner": "Head of IT", "likelihood": 3, "impact": 4,
                "previous_likelihood": 2, "previous_impact": 4, "response": "Second person for each role",
                "due": f"{year + 1}-03-31", "status": "open",
            }
        ],
        "changes": [
            {
                "change_id": "C1", "description": "A competitor offers round-the-clock support",
                "category": "market", "effect": "threat", "likelihood": 4, "impact": 3, "objective_id": "O1",
                "response": "Self-service first, then longer hours",
            }
        ],
        "lessons": [
            {
                "lesson_id": "L1", "lesson": "Pilot with one team before all teams", "cycle": str(year - 1),
                "action": "Every roll-out starts with a pilot", "owner": "Head of Projects", "status": "done",
            }
        ],
        "stakeholders": [
            {
                "stakeholder_id": "S1", "name": "Board sponsor", "audience": "executive", "influence": 5,
                "engagement_now": "supportive", "engagement_wanted": "leading",
            },
            {
                "stakeholder_id": "S2", "name": "Service team", "audience": "department", "influence": 3,
                "engagement_now": "neutral", "engagement_wanted": "supportive",
            },
        ],
        "engagements": [
            {
                "date": f"{year}-03-15", "stakeholder_id": "S1", "channel": "meeting", "topic": "Strategy kick-off",
                "attended": "yes",
            }
        ],
        "feedback": [
            {
                "feedback_id": "F1", "date": f"{year}-06-20", "stakeholder_id": "S2", "about": "I1",
                "text": "The portal must work on phones.", "status": "changed", "response": "Phone first since July.",
            }
        ],
    }  # fmt: skip
