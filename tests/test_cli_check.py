"""`review check`: one screen a source, every fault with its place, and how fresh the values are."""

import io
import json
import re
from collections import Counter

import pandas as pd
import pytest
from click.testing import CliRunner
from rich.console import Console
from workspaces import REPOSITORY, copy_workspace, replace_text

from review_kit.cli import main
from review_kit.cli.check_screens import counted, plain_lines, screens_of
from review_kit.cli.check_terminal import rows_told, show
from review_kit.intake import Intake, freshness, read_cycle
from review_kit.model.fault import Fault, Severity
from review_kit.model.shares import shares
from review_kit.params import find_checkpoint
from review_kit.store import read_table

ACTUALS = "data/global_snack_retailer/actuals.csv"
OUT_OF = "`review check 2025 --out faults.parquet` writes all."
COUNTS = ["table", "source", "read", "used", "refused", "outside", "duplicate"]
EMPTY_FRESHNESS = pd.DataFrame(
    columns=["kpi_id", "name", "rhythm", "last", "due", "behind", "expected", "came", "preliminary", "projected"]
)


def call(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)


def intake_of(counts, faults) -> Intake:
    return Intake(tables={}, faults=tuple(faults), reconciliation=pd.DataFrame(counts, columns=COUNTS))


def many(count: int, file: str, severity: Severity = Severity.ERROR) -> list[Fault]:
    return [
        Fault(file=file, rule="not-a-number", message=f"'{row}x' is not a number.", row=row, severity=severity)
        for row in range(2, count + 2)
    ]


def in_terminal(intake, fresh, width: int) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False)
    show(screens_of(intake, fresh), OUT_OF, console)
    return console.file.getvalue()


@pytest.mark.parametrize(
    ("counts", "most", "told"),
    [
        ([], 100, []),
        ([3, 0, 2], 100, [3, 0, 2]),
        ([1000, 5, 1000], 100, [48, 5, 47]),  # 95 are left for two: 47 and 48
        ([1, 1, 1], 2, [1, 1, 0]),
        ([7], 3, [3]),
    ],
)
def test_of_many_faults_each_source_tells_its_share(counts, most, told):
    assert shares(counts, most) == told


@pytest.mark.parametrize(
    ("number", "words"), [(0, "no errors"), (1, "1 error"), (2, "2 errors"), (1335, "1,335 errors")]
)
def test_counts_read_as_people_say_them(number, words):
    assert counted(number, "error") == words


def test_a_source_that_is_cut_short_does_not_hide_the_others():
    counts = [["kpis", "k.csv", 900, 0, 900, 0, 0], ["actuals", "a.csv", 12, 10, 2, 0, 0]]
    intake = intake_of(counts, [*many(900, "k.csv"), *many(2, "a.csv")])
    text = "\n".join(plain_lines(screens_of(intake, EMPTY_FRESHNESS), OUT_OF))
    assert Counter(line[:12] for line in text.splitlines() if line.startswith("error")) == {
        "error: k.csv": 98,
        "error: a.csv": 2,
    }
    assert "… and 802 more here; `review check 2025 --out faults.parquet` writes all." in text
    assert "k.csv\n  kpis: 900 rows read = 0 used + 900 refused + 0 outside the period + 0 duplicate\n" in text
    assert "  nothing of it can be used\n  900 errors, no warnings" in text


def test_errors_stand_before_warnings():
    intake = intake_of([["kpis", "k.csv", 3, 2, 1, 0, 0]], [*many(2, "k.csv", Severity.WARNING), *many(1, "k.csv")])
    (screen,) = screens_of(intake, EMPTY_FRESHNESS)
    assert [fault.severity for fault in screen.faults] == ["error", "warning", "warning"]
    assert screen.verdict == "1 error, 2 warnings"


def test_a_file_that_feeds_several_tables_has_one_screen():
    counts = [[table, "all.xlsx#One", 2, 2, 0, 0, 0] for table in ("objectives", "kpis")]
    counts.append(["actuals", "all.xlsx#Two", 1, 0, 1, 0, 0])
    of_sheet = Fault(file="all.xlsx", sheet="Two", rule="r", message="m.")
    of_book = Fault(file="all.xlsx", rule="r", message="m.")
    screens = screens_of(intake_of(counts, [of_sheet, of_book]), EMPTY_FRESHNESS)
    assert [(screen.source, len(screen.tables), len(screen.faults)) for screen in screens] == [
        ("all.xlsx#One", 2, 1),
        ("all.xlsx#Two", 1, 1),
    ]


def test_a_value_that_the_message_does_not_say_is_told():
    faults = [Fault(file="a.csv", rule="r", message="it lies outside.", value="77", row=3, hint="look.")]
    intake = intake_of([["actuals", "a.csv", 1, 0, 1, 0, 0]], faults)
    text = "\n".join(plain_lines(screens_of(intake, EMPTY_FRESHNESS), OUT_OF))
    assert "error: a.csv, row 3: it lies outside.\nHint: look.\nValue: 77\n" in text
    assert "Value: 77" in in_terminal(intake, EMPTY_FRESHNESS, 80)


@pytest.mark.parametrize("width", [80, 120])
def test_a_terminal_shows_the_whole_path_and_place_within_its_width(width):
    path = f"data/{'a_long_folder_of_the_head_office/' * 4}risks and issues.csv"
    fault = Fault(file=path, rule="r", message="'[red]x[/red]' is not a number.", row=1313, column="Result", hint="h.")
    text = in_terminal(intake_of([["risks", path, 1, 0, 1, 0, 0]], [fault]), EMPTY_FRESHNESS, width)
    lines = text.splitlines()
    assert max(map(len, lines)) <= width
    assert path.replace(" ", "") in text.replace("\n", "").replace(" ", "")
    assert "row 1313" in text
    assert "'[red]x[/red]' is not a number." in text  # what stands in a cell is no mark-up


def test_a_terminal_says_once_what_is_wrong_in_the_same_words():
    told = {"rule": "r", "message": "'up' is not higher, lower or range.", "value": "up", "column": "direction"}
    faults = [Fault(file="k.csv", row=row, **told) for row in (2, 3, 4, 9)]
    faults.append(Fault(file="k.csv", row=5, **{**told, "message": "'on' is not higher, lower or range."}))
    text = in_terminal(intake_of([["kpis", "k.csv", 5, 0, 5, 0, 0]], faults), EMPTY_FRESHNESS, 80)
    assert text.count("'up' is not") == 1
    assert "rows 2-4, 9" in text
    assert "row 5 " in text
    assert "5 errors, no warnings" in text


@pytest.mark.parametrize(
    ("rows", "told"), [([], ""), ([7], "row 7"), ([2, 3], "rows 2-3"), ([2, 5, 6, 9], "rows 2, 5-6, 9")]
)
def test_rows_are_told_in_runs(rows, told):
    assert rows_told(rows) == told


@pytest.fixture
def workspace(tmp_path):
    return copy_workspace(tmp_path / "workspace")


def test_a_source_tells_how_far_its_values_reach(workspace):
    said = call("check", "2025", "--workspace", workspace).stdout
    assert "  31 KPIs have the last value that is due.\n" in said
    assert "  1 KPI is behind: data_quality (last 2025-07, due 2025-12).\n" in said
    assert "  2 periods of 2 KPIs are preliminary.\n" in said


@pytest.mark.parametrize(
    ("checkpoint", "kpi_id", "found"),
    [
        # months of data_quality end in July; its quarter and its year are held against the months that are over
        ("2025", "data_quality", ("monthly", "2025-07", "2025-12", 5, 12, 7)),
        ("2025-Q3", "data_quality", ("monthly", "2025-07", "2025-09", 2, 9, 7)),
        ("2025-05", "data_quality", ("monthly", "2025-05", "2025-05", 0, 5, 5)),
        ("2025", "it_run_cost", ("quarterly", "2025-Q4", "2025-Q4", 0, 4, 4)),
        ("2025-05", "it_run_cost", ("quarterly", "2025-Q1", "2025-Q1", 0, 1, 1)),
        ("2025-05", "it_engagement", ("annual", "2024", None, 0, 0, 0)),
    ],
)
def test_freshness_counts_periods_of_the_kpis_own_rhythm(example, checkpoint, kpi_id, found):
    params, point = find_checkpoint(checkpoint, example / "params")
    tables = read_cycle(params, point, example).tables
    row = freshness(tables["kpis"], tables["measures"], point).set_index("kpi_id").loc[kpi_id]
    told = tuple(row[["rhythm", "last", "due", "behind", "expected", "came"]].astype("object").where(row.notna(), None))
    assert told == found


def test_all_faults_can_be_written_into_a_table(workspace, tmp_path):
    replace_text(workspace / ACTUALS, ("csat,2025-02,", "csta,2025-02,"))
    out = tmp_path / "faults.parquet"
    done = call("check", "2025", "--out", out, "--json", "--workspace", workspace)
    assert done.exit_code == 1
    faults = read_table(out)
    assert faults["rule"].tolist() == [fault["rule"] for fault in json.loads(done.stdout)["faults"]]
    assert faults[faults["severity"].eq("error")]["value"].tolist() == ["csta"]


def test_what_is_no_table_is_not_written(workspace, tmp_path):
    done = CliRunner().invoke(main, ["check", "2025", "--out", str(tmp_path / "f.xlsx"), "--workspace", str(workspace)])
    assert done.exit_code == 2
    assert "Hint: call it f.parquet." in done.output
    assert not list(tmp_path.glob("f.*"))


def test_json_says_how_fresh_each_kpi_is(workspace):
    said = json.loads(call("check", "2025", "--json", "--workspace", workspace).stdout)
    assert (said["errors"], said["warnings"]) == (0, len(said["faults"]))
    of_kpi = {row["kpi_id"]: row for row in said["kpis"]}
    assert len(of_kpi) == 32
    assert (of_kpi["data_quality"]["last"], of_kpi["data_quality"]["behind"]) == ("2025-07", 5)


def test_the_guide_names_every_key_of_the_json(workspace):
    said = json.loads(call("check", "2025", "--json", "--workspace", workspace).stdout)
    part = (REPOSITORY / "docs" / "intake.md").read_text(encoding="utf-8").partition("`--json` prints")[2]
    listed = re.findall(r"^\| `(\w+)` \| (.+) \|$", part.partition("\n## ")[0], re.MULTILINE)
    named = {key: set(re.findall(r"`(\w+)`", words)) for key, words in listed}
    assert list(named) == list(said)
    for key in ("sources", "faults", "kpis"):
        assert set(said[key][0]) <= named[key], key
