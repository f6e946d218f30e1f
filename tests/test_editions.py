"""An edition never holds what its audience may not see: canaries are hidden and looked for in every byte."""

import json
import re

import openpyxl
import pandas as pd
import pytest
from workspaces import DATA, contents, copy_workspace, page, replace_text, review, words

from review_kit.checkpoint import run_checkpoint

pytestmark = pytest.mark.kernel

KPI = "Quokkamargin of the zephyr channels"
KPI_OF_2024 = "Quokkamargin as it was called"
UNDER_A_HIDDEN_OBJECTIVE = "Wallabyshare of narwhals"
OBJECTIVE = "Narwhalgoal known to few"
INITIATIVE = "Wombatproject in Lyon"
RISK = "Axolotlrisk of the partner"
RISK_OF_2024 = "Axolotlrisk a year ago"
CHANGE = "Pangolinlaw about narwhals"
NAMES = (KPI, UNDER_A_HIDDEN_OBJECTIVE, OBJECTIVE, INITIATIVE, RISK, CHANGE)
FEEDBACK = ("Okapi doubts the margin", "Tapir doubts the project", "Dugong fears the risk", "Numbat misses the goal")
SURVEY = "Bandicoot survey of the board"
PAST = ("Takahe decided it then", "Kea saw it done")
DECISIONS = ("Kakapo decided the margin", "Ibex decided the project")
NUMBERS = ("27.1828", "31.4159", "48.2207", "19.7531", "7654321")
CANARIES = (
    *(name.split()[0] for name in NAMES),
    *(text.split()[0] for text in (*FEEDBACK, *DECISIONS, *PAST, SURVEY)),
    *NUMBERS,
    "narwhal",
    "wallaby_share",
    "security_incidents",
    "digital_margin",  # the ids of what is hidden tell of it too
    "I13",
    "R14",
)
TOLD_TO_EXECUTIVES = (*NAMES, *FEEDBACK, DECISIONS[0], "27.1828", "31.4159")


def plant(workspace):
    """Words and numbers that exist nowhere else, in rows that only executives may see and in what hangs on them."""
    data = workspace / DATA
    margin = "Contribution margin of digital channels,F1,%,higher,"
    replace_text(
        data / "kpis.csv",
        (f"{margin}22.5,21.4", f"{KPI},F1,%,higher,31.4159,27.1828"),
        ('"SAP BW, report CO-207",1', '"SAP BW, report CO-207",4'),
    )
    replace_text(data / "kpis_2024.csv", ("Contribution margin of digital channels", KPI_OF_2024))
    actuals = (data / "actuals.csv").read_text(encoding="utf-8")
    actuals = re.sub(r"(digital_margin,2025-\d\d),[\d.]+", r"\1,31.4159", actuals)
    months = "".join(f"wallaby_share,2025-{month:02d},19.7531,,,,actual,\n" for month in range(1, 13))
    (data / "actuals.csv").write_text(actuals + months, encoding="utf-8", newline="")
    kpis = (data / "kpis.csv").read_text(encoding="utf-8")
    headings = kpis.splitlines()[0].split(",")
    cells = dict.fromkeys(headings, "") | {
        "kpi_id": "wallaby_share",
        "name": UNDER_A_HIDDEN_OBJECTIVE,
        "objective_id": "N1",
        "unit": "points",
        "direction": "higher",
        "target": "27.1828",
        "baseline": "10",
        "aggregate": "mean",
        "frequency": "monthly",
        "decimals": "4",
        "weight": "5",
        "due": "2025-12-31",
        "definition": "Counted by hand",
    }
    (data / "kpis.csv").write_text(kpis + ",".join(cells.values()) + "\n", encoding="utf-8", newline="")
    append(data / "objectives.csv", f"N1,{OBJECTIVE},Financial,,4,,active,executive")
    replace_text(data / "risks.csv", ("ERP partner is up for sale and may lose its project team", RISK))
    replace_text(data / "risks_2024.csv", ("ERP partner is up for sale and may lose its project team", RISK_OF_2024))
    append(data / "changes.csv", f"X99,{CHANGE},regulation,threat,5,5,N1,Wait")
    for number, (about, text) in enumerate(zip(("digital_margin", "I13", "R14", "N1"), FEEDBACK, strict=True)):
        append(data / "feedback.csv", f"B9{number},2025-12-12,S01,{about},{text}.,open,,,")
    append(data / "surveys.csv", f"V98,{SURVEY},2025,nps,digital_margin,Board,5,3,2,,10,20,")
    append(data / "surveys.csv", f"V99,{SURVEY} again,2025,nps,,Board,5,3,2,,10,20,executive")
    book = openpyxl.load_workbook(data / "initiatives.xlsx")
    sheet = book["Portfolio"]
    row = next(cells for cells in sheet.iter_rows() if cells[0].value == "I13")
    heading = {cell.value: cell.column - 1 for cell in sheet[3]}
    row[heading["Initiative"]].value = INITIATIVE
    row[heading["Budget (EUR)"]].value = 7654321
    book.save(data / "initiatives.xlsx")
    decisions = workspace / "params" / "2025.decisions.yml"
    entry = '  - {{id: D-9{}, on: 2026-01-30, by: "Board", about: {}, subject: {}, choice: "{}", reason: "{}."}}'
    append(decisions, entry.format(1, "target", "digital_margin", "48.2207", DECISIONS[0]))
    append(decisions, entry.format(2, "initiative", "I13", "stop", DECISIONS[1]))
    past = workspace / "params" / "2024.decisions.yml"
    then = '  - {{id: D-9{}, on: 2025-01-30, by: "Board", about: {}, subject: {}, choice: "{}", reason: "{}."}}'
    append(past, then.format(3, "target", "digital_margin", "48.2207", PAST[0]))
    append(past, then.format(4, "decision", "D-93", "done", PAST[1]))


def append(path, line):
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + f"\n{line}\n", encoding="utf-8", newline="")


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """The annual review of a workspace with canaries."""
    workspace = copy_workspace(tmp_path_factory.mktemp("canaries") / "workspace")
    plant(workspace)
    return run_checkpoint(workspace, "2025").folder


def decoded(folder):
    """Every file of an edition as text: tables with all their cells, notebooks with all their strings."""
    texts = {name: data.decode("utf-8", "replace") for name, data in contents(folder).items()}
    for name in texts:
        path = folder / name
        if path.suffix == ".parquet":
            frame = pd.read_parquet(path)
            texts[name] = frame.to_csv() + "\n".join(map(str, frame.to_numpy().ravel()))
        elif path.suffix == ".html":
            texts[name] += words(page(path))
        elif path.suffix == ".ipynb":
            texts[name] += "\n".join(strings(json.loads(page(path))))
    return texts


def strings(value):
    if isinstance(value, dict):
        return [text for key, part in value.items() for text in [key, *strings(part)]]
    if isinstance(value, list):
        return [text for part in value for text in strings(part)]
    return [str(value)]


def test_the_edition_of_the_departments_holds_nothing_that_is_for_executives(planted):
    texts = decoded(planted / "editions" / "department")
    assert {name.rpartition(".")[2] for name in texts} == {"html", "ipynb", "parquet"}
    found = {
        (name, canary)
        for name, text in texts.items()
        for canary in CANARIES
        if re.search(rf"(?<![A-Za-z0-9]){re.escape(canary)}", text, re.IGNORECASE)
    }
    assert found == set()


@pytest.mark.parametrize("edition", ["executive", "analyst"])
def test_those_who_may_see_it_find_all_of_it_in_their_report(planted, edition):
    said = words(page(planted / "editions" / edition / "report.html"))
    missing = [text for text in TOLD_TO_EXECUTIVES if text not in said]
    assert missing == []


def test_the_report_of_the_checkpoint_is_that_of_the_analyst(planted):
    assert (planted / "report.html").read_bytes() == (planted / "editions" / "analyst" / "report.html").read_bytes()


def test_an_initiative_that_names_a_hidden_kpi_does_not_name_it_to_the_departments(planted):
    tables = planted / "editions" / "department" / "tables"
    served = pd.read_parquet(tables / "initiatives.parquet").set_index("initiative_id")["kpi_ids"]
    assert served["I05"] == "digital_revenue"
    assert served["I08"] == "phishing_clicks"


def test_the_departments_read_that_their_edition_is_worked_out_from_what_they_may_see(planted):
    note = "Worked out from what readers of this edition may see; other editions can show other scores."
    assert note in words(page(planted / "editions" / "department" / "report.html"))
    assert note not in words(page(planted / "report.html"))


def test_the_departments_get_scores_without_the_hidden_kpis(planted):
    of_all = pd.read_parquet(planted / "tables" / "scores.parquet")
    of_departments = pd.read_parquet(planted / "editions" / "department" / "tables" / "scores.parquet")
    assert set(of_all["kpi_id"]) - set(of_departments["kpi_id"]) >= {"digital_margin", "wallaby_share"}
    totals = [
        pd.read_parquet(folder / "tables" / "rollup.parquet").iloc[0]["score"]
        for folder in (planted, planted / "editions" / "department")
    ]
    assert totals[0] != totals[1]


def test_a_word_that_names_no_audience_is_refused_and_not_shown_to_anybody(tmp_path):
    workspace = copy_workspace(tmp_path / "workspace")
    replace_text(workspace / DATA / "objectives.csv", ("2027,active,\nF2", "2027,active,exekutive\nF2"))
    done = review(workspace, "run", "2025")
    assert done.returncode == 1
    place = "data/global_snack_retailer/objectives.csv, row 2, column restricted_to"
    assert f"{place}: 'exekutive' names 'exekutive', which is not executive, department or it." in done.stderr
    assert "Hint: did you mean 'executive'?" in done.stderr
    assert not (workspace / "outputs" / "2025").exists()


def test_the_last_review_tells_the_departments_nothing_of_what_is_hidden_now(planted):
    tables = planted / "editions" / "department" / "tables"
    assert pd.read_parquet(tables / "last_rollup.parquet").empty
    last = pd.read_parquet(tables / "last_findings.parquet").set_index("finding_id")
    assert not set(last["subject"]) & {"digital_margin", "security_incidents", "R14"}
    assert last.loc["initiative-off-plan:I02", "evidence"] == ""  # it could name a KPI that is hidden
    assert last.loc["target-missed:csat", "evidence"] != ""


def test_news_call_an_initiative_new_in_every_edition(planted):
    for edition in ("analyst", "department", "executive"):
        told = words(page(planted / "editions" / edition / "report.html"))
        came = re.search(r"1 initiative\s+new\s+to adjust\s+Augmented-reality shelf planner", told)
        assert came, edition  # the list of 2024 did not have it: it was never on course
