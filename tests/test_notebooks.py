"""The notebooks are thin: they choose, show and explain, and anybody can run one alone."""

import ast
import json
import re
import subprocess
import sys

import nbformat
import pytest
from workspaces import REPOSITORY, table

NOTEBOOKS = (
    "00_workbench",
    "01_data_intake",
    "02_kpi_scoring",
    "03_gap_findings",
    "04_target_reset",
    "05_strategy_review",
    "06_briefing",
)
STAGES = NOTEBOOKS[1:5]
LOGIC = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Lambda,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.If,
    ast.IfExp,
    ast.Match,
    ast.Try,
    ast.With,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
    ast.Assert,
    ast.BinOp,
    ast.Compare,
)
WRITES = re.compile(r"\.write\w*\(|open\(|\.to_\w+\(")
FIGURE = re.compile(
    r"\d[\d,. ]*(%|percent|points?\b|days?\b|months?\b|hours?\b|years?\b|EUR|USD|KPIs?\b|objectives\b|risks\b|m\b|k\b)"
    r"|[$€£]\s*\d"
)
PAPERMILL = (sys.executable, "-m", "papermill", "--no-progress-bar")
LONGEST_CELL = 5  # lines


def read(name):
    return json.loads((REPOSITORY / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))


def source(cell):
    return "".join(cell["source"])


def tags(cell):
    return cell["metadata"].get("tags", [])


def code_cells(name):
    return [cell for cell in read(name)["cells"] if cell["cell_type"] == "code"]


def prose_cells(name):
    return [cell for cell in read(name)["cells"] if cell["cell_type"] == "markdown"]


all_notebooks = pytest.mark.parametrize("name", NOTEBOOKS)


def test_the_seven_notebooks_of_the_design_are_there_and_no_other():
    assert sorted(path.stem for path in (REPOSITORY / "notebooks").glob("*.ipynb")) == list(NOTEBOOKS)


@all_notebooks
def test_a_notebook_is_valid_and_runs_on_the_kernel_that_every_installation_has(name):
    book = read(name)
    nbformat.validate(book)
    assert book["metadata"]["kernelspec"]["name"] == "python3"


@all_notebooks
def test_a_notebook_opens_with_its_title_and_what_it_reads_and_writes(name):
    first = read(name)["cells"][0]
    assert first["cell_type"] == "markdown"
    title, _, rest = source(first).partition("\n")
    assert re.fullmatch(r"# \S.+", title)
    assert re.search(r"\breads\b", rest, re.IGNORECASE)
    assert re.search(r"\bwrites\b", rest, re.IGNORECASE)


@pytest.mark.parametrize("name", STAGES)
def test_a_stage_asks_a_question(name):
    assert source(read(name)["cells"][0]).splitlines()[0].endswith("?")


@all_notebooks
def test_the_second_cell_declares_the_parameters_as_typed_literals_with_a_help_comment(name):
    second = read(name)["cells"][1]
    assert tags(second) == ["parameters"]
    assert [cell for cell in code_cells(name) if "parameters" in tags(cell)] == [second]
    declared = {}
    for line, statement in zip(source(second).splitlines(), ast.parse(source(second)).body, strict=True):
        assert isinstance(statement, ast.AnnAssign)
        assert re.search(r"  # \S{1,}.{10,}", line)
        default = ast.literal_eval(statement.value)
        assert type(default).__name__ == ast.unparse(statement.annotation)
        declared[statement.target.id] = default
    assert declared == {"checkpoint": "2025", "edition": "analyst", "run": ""}


def test_all_notebooks_take_the_same_parameters_in_the_same_words():
    assert len({source(code_cells(name)[0]) for name in NOTEBOOKS}) == 1


@all_notebooks
def test_the_third_cell_opens_the_cycle(name):
    third = read(name)["cells"][2]
    assert source(third).splitlines()[-1] == "desk = open_cycle(checkpoint, edition=edition, run=run)"


@all_notebooks
def test_a_cell_has_at_most_five_lines(name):
    assert max(len(source(cell).splitlines()) for cell in code_cells(name)) <= LONGEST_CELL


@all_notebooks
def test_a_notebook_does_not_compute(name):
    found = [
        f"{type(node).__name__} in {source(cell)!r}"
        for cell in code_cells(name)
        for node in ast.walk(ast.parse(source(cell)))
        if isinstance(node, LOGIC)
    ]
    assert found == []


@all_notebooks
def test_a_notebook_imports_nothing_but_what_it_opens(name):
    imported = [
        ast.unparse(node)
        for cell in code_cells(name)
        for node in ast.walk(ast.parse(source(cell)))
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    wanted = ["from review_kit.desk import open_cycle"]
    if name == "00_workbench":
        wanted.append("from review_kit.widgets import decide, explore, run_review, triage")
    assert imported == wanted


@all_notebooks
def test_no_figure_is_typed_into_the_prose(name):
    assert [found[0] for cell in prose_cells(name) for found in FIGURE.finditer(source(cell))] == []


@pytest.mark.parametrize(
    ("text", "is_figure"),
    [("It rose by 12 %.", True), ("in 2025", False), ("likelihood x impact, from 1 to 5", False), ("$4 more", True)],
)
def test_the_search_for_figures_tells_a_figure_from_a_number(text, is_figure):
    assert bool(FIGURE.search(text)) == is_figure


@pytest.mark.parametrize("name", STAGES)
def test_a_stage_writes_in_its_last_cell_alone(name):
    writing = [source(cell) for cell in code_cells(name) if WRITES.search(source(cell))]
    if name == "01_data_intake":
        # faults and counts are handed over before the sources may be refused, so that a refusal can be looked at
        assert writing.pop(0) == 'desk.write("faults", "reconciliation")\ndesk.accept_sources()'
    assert writing == [source(read(name)["cells"][-1])]


@pytest.mark.parametrize("name", ["00_workbench", "05_strategy_review", "06_briefing"])
def test_a_notebook_for_readers_writes_nothing(name):
    assert [source(cell) for cell in code_cells(name) if WRITES.search(source(cell))] == []


@all_notebooks
def test_a_notebook_is_kept_without_outputs(name):
    for cell in code_cells(name):
        assert cell["outputs"] == []
        assert cell["execution_count"] is None


@all_notebooks
def test_under_every_heading_stands_prose_or_something_shown(name):
    cells = read(name)["cells"]
    for place, cell in enumerate(cells):
        if cell["cell_type"] == "markdown" and source(cell).startswith("##"):
            has_prose = len(source(cell).strip().splitlines()) > 1
            assert has_prose or cells[place + 1]["cell_type"] == "code", source(cell)
            assert cells[place + 1]["cell_type"] == "code", source(cell)


@pytest.mark.parametrize("name", ["05_strategy_review", "06_briefing"])
def test_nothing_is_shown_without_its_heading_and_no_heading_without_anything_under_it(name):
    rhythms = {"annual", "quarterly", "monthly"}
    parts = [(rhythms, set())]
    for cell in read(name)["cells"]:
        mine = rhythms & set(tags(cell)) or rhythms
        if cell["cell_type"] == "markdown":
            parts.append((mine, set()))
        elif "slide" not in tags(cell):
            assert mine <= parts[-1][0], source(cell)
            parts[-1][1].update(mine)
    assert all(shown == heading for heading, shown in parts[1:])


@all_notebooks
def test_every_cell_has_an_id_of_its_own(name):
    ids = [cell["id"] for cell in read(name)["cells"]]
    assert len(set(ids)) == len(ids)


@pytest.mark.kernel
def test_a_stage_runs_with_papermill_alone_and_finds_what_the_chain_finds(example, quarterly_review, tmp_path):
    executed = tmp_path / "out.ipynb"
    done = subprocess.run(
        [*PAPERMILL, "notebooks/02_kpi_scoring.ipynb", str(executed), "-p", "checkpoint", "2025-Q3"],
        cwd=example,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(executed.read_text(encoding="utf-8"))["cells"][-1]["execution_count"] is not None
    drafts = example / "outputs" / ".drafts" / "2025-Q3"
    for name in ("scores", "rollup"):
        assert table(drafts, name).equals(table(quarterly_review, name))
    assert not (drafts / "tables" / "findings.parquet").exists()
