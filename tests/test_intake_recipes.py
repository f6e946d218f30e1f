"""Every recipe of docs/intake.md, followed to the letter with the file that it speaks of."""

import datetime as dt
import re
import sqlite3
from pathlib import Path

import openpyxl
import pytest
import yaml
from workspaces import REPOSITORY

from review_kit.intake import read_cycle
from review_kit.params import Source, find_checkpoint

GUIDE = (REPOSITORY / "docs" / "intake.md").read_text(encoding="utf-8")
RECIPES = {
    title: yaml.safe_load(told)
    for title, told in re.findall(
        r"^\*\*([^*]+)\*\*[^\n]*\n(?:[^`\n][^\n]*\n)*\n```yaml\n(.*?)```", GUIDE, re.DOTALL | re.MULTILINE
    )
}
ELSEWHERE = "A file elsewhere"  # test_intake_elsewhere asks real servers
OWN = {
    "objectives": "objective_id,name\nO1,Serve\n",
    "kpis": "kpi_id,name,objective_id,unit,direction,target,aggregate,frequency\n",
    "actuals": "kpi_id,period,value\nK1,2025,1\n",
}


def book(path: Path, sheet: str, *rows, others: tuple[str, ...] = ()) -> None:
    made = openpyxl.Workbook()
    made.active.title = sheet
    for row in rows:
        made.active.append(row)
    for name in others:
        made.create_sheet(name).append(["x", "y"])
    made.save(path)


def titles(data: Path) -> None:
    rows = [["Results of the year"], [], ["KPI no.", "Month", "Result"], ["K1", "2025-01", 4]]
    book(data / "results.xlsx", "Results", *rows, others=("Notes",))


def wide(data: Path) -> None:
    book(data / "scorecard.xlsx", "Scorecard", ["KPI", 2023, 2024, "Jan 25", "Feb 25"], ["K1", 1, 2, 3, 4])


def kpis_in_columns(data: Path) -> None:
    text = "Month,Revenue,Orders,Returns (%)\n2025-01,5,6,7\n"
    (data / "figures.csv").write_text(text, encoding="utf-8")


def one_sheet(data: Path) -> None:
    heads = ["Goal", "KPI", "Unit", "Better", "Target", 2024, 2025]
    book(
        data / "all.xlsx",
        "All",
        heads,
        ["Grow", "Sales", "EUR", "Up", 5, 3, 4],
        ["Grow", "Cost", "EUR", "Down", 5, 3, 4],
    )


def german(data: Path) -> None:
    text = "kpi_id;period;value\nK1;31.01.2025;1.234,5\nK1;28.02.2025;k.A.\n"
    (data / "werte.csv").write_bytes(text.encode("cp1252"))


def year_and_month(data: Path) -> None:
    (data / "values.csv").write_text("KPI,Year,Month,Actual\nK1,2025,1,5\nK1,2025,12,6\n", encoding="utf-8")


def ratio(data: Path) -> None:
    text = "period,org_code,type,seen_in_time,attendances\n2025-01,RF4,1,9,10\n2025-01,RF4,2,4,5\n"
    (data / "ae.csv").write_text(text, encoding="utf-8")


def money(data: Path) -> None:
    text = 'uniqueId,projectName,totalBudget,completionDate\np,Portal,"$2,812,101","July 31, 2022"\n'
    (data / "projects.csv").write_text(text, encoding="utf-8")


def two_lines(data: Path) -> None:
    heads = [["Plan and actual 2025"], ["KPI", "North", None, "South", None], [None, *["Plan", "Actual"] * 2]]
    book(data / "plan_and_actual.xlsx", "Sheet", *heads, ["Sales", 5, 4, 7, 8])
    facts = [["kpi_id", "Sales"], ["name", "Sales"], ["objective_id", "O1"], ["unit", "EUR"], ["direction", "higher"]]
    book(data / "fact_sheet.xlsx", "Sheet", *facts, ["target", 12], ["aggregate", "sum"])


def quarters(data: Path) -> None:
    heads = [["KPI", "Q1", None, "Q2", None], [None, *["Plan", "Actual"] * 2]]
    book(data / "quarters.xlsx", "Sheet", *heads, ["K1", 5, 4, 7, 8])


def database(data: Path) -> None:
    for name, statements in (
        (
            "results.sqlite",
            ("create table results (kpi_id, period, value)", "insert into results values ('K1', '2025', 4)"),
        ),
        (
            "projects.sqlite",
            ("create table projects (id, initiative_id, name)", "insert into projects values (1, 'p', 'Portal')"),
        ),
    ):
        with sqlite3.connect(data / name) as open_one:
            for statement in statements:
                open_one.execute(statement)
        open_one.close()


MADE = {
    "A workbook with titles above the headings, and other names": (titles, {("K1", "2025-01"): 4}),
    "A wide table: months, quarters or years are headings": (wide, {("K1", "2023"): 1, ("K1", "2025-02"): 4}),
    "Each KPI has a column of its own, each month a row": (kpis_in_columns, {("returns", "2025-01"): 7}),
    "One sheet holds objectives, KPIs and values": (one_sheet, {("Sales", "2025"): 4, ("Cost", "2024"): 3}),
    "A German or French export": (german, {("K1", "2025-01"): 1234.5}),
    "Year and month in two columns": (year_and_month, {("K1", "2025-12"): 6}),
    "A ratio, or values of departments and sites": (ratio, {("ae_in_time", "2025-01", "RF4 · 1"): None}),
    "Money, percent and units beside numbers": (money, {}),
    "Headings over two lines, or down the first column": (two_lines, {("Sales", "2025", "South"): 8}),
    "Plan beside actual": (quarters, {("K1", "2025-Q1"): 4, ("K1", "2025-Q2"): 8}),
    "A database": (database, {("K1", "2025"): 4}),
}


def followed(folder: Path, recipe: dict) -> Path:
    """A workspace with the recipe's sources, and our own small tables for those that it does not speak of."""
    (folder / "params").mkdir()
    sources = {name: f"data/{name}.csv" for name in OWN} | recipe
    melted = recipe.get("actuals", {}).get("melt", {})
    ids = [next(iter(one.values())) if isinstance(one, dict) else one for one in melted.get("kpi_id", ())]
    ids = ids or [recipe.get("actuals", {}).get("constants", {}).get("kpi_id", "K1")]
    aggregate = "ratio" if "numerator" in recipe.get("actuals", {}).get("columns", {}) else "last"
    for name, text in OWN.items():
        rows = "".join(f"{kpi},{kpi},O1,EUR,higher,5,{aggregate},\n" for kpi in ids) if name == "kpis" else ""
        (folder / "data" / f"{name}.csv").write_text(text + rows, encoding="utf-8")
    params = {
        "cycle": "2025",
        "organisation": "A",
        "calendar": {"start": dt.date(2025, 1, 1), "end": dt.date(2025, 12, 31)},
    }
    (folder / "params" / "2025.yml").write_text(yaml.safe_dump(params | {"sources": sources}), encoding="utf-8")
    return folder


def test_each_recipe_has_the_file_that_it_speaks_of():
    assert {*MADE, ELSEWHERE} == RECIPES.keys()


@pytest.mark.parametrize("title", MADE)
def test_a_recipe_followed_to_the_letter_reads_its_file(tmp_path, monkeypatch, title):
    make, values = MADE[title]
    (tmp_path / "data").mkdir()
    make(tmp_path / "data")
    monkeypatch.setenv("REVIEW_DB", f"sqlite:///{tmp_path / 'data' / 'results.sqlite'}")
    intake = read_cycle(*find_checkpoint("2025", followed(tmp_path, RECIPES[title]) / "params"), tmp_path)
    assert [str(fault) for fault in intake.errors] == []
    rows = intake.tables["measures"]
    read = {
        tuple(part for part in key if part): value
        for *key, value in rows[["kpi_id", "period", "segment", "value"]].astype(object).itertuples(index=False)
    }
    assert values.keys() <= read.keys()
    assert all(read[key] == value for key, value in values.items() if value is not None)
    for table in set(RECIPES[title]) - {"actuals"}:
        assert len(intake.tables[table]), table


def test_every_declaration_is_shown_by_an_example_that_params_take():
    part = GUIDE.partition("## Every declaration")[2].partition("\n## ")[0]
    shown = re.findall(r"^\| `[^|]+ \| `([^`|]+)` \|", part, re.MULTILINE)
    assert shown
    told = {key: value for example in shown for key, value in yaml.safe_load(example).items()}
    for key, value in told.items():
        beside = {} if key in {"url", "connection"} else {"path": "data/a.xlsx"}
        asked = {"sql": "select 1", "connection": "env:REVIEW_DB"} if key in {"connection", "sql"} else {}
        Source.model_validate({**beside, **asked, key: value})
