"""What has not changed is not run again; what is run says why; and the result is as if all had been run."""

import json
import shutil
from pathlib import Path

import pytest
from workspaces import contents, replace_text, review

from review_kit.chain.events import RECALLED, StageFinished, StageStarted
from review_kit.checkpoint import run_checkpoint
from review_kit.checkpoint.cache import Cache
from review_kit.checkpoint.changes import changed_rows, count_rows, listed
from review_kit.checkpoint.code import Code, imported
from review_kit.checkpoint.explain import MAY_RUN, RUNS, explain_checkpoint
from review_kit.checkpoint.fingerprint import hash_code
from review_kit.scaffold import new_workspace

LEDGER = {"run.json"}


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory) -> Path:
    """A small workspace whose year 2025 has been reviewed; tests that change it copy it."""
    workspace = tmp_path_factory.mktemp("recall") / "w"
    new_workspace(workspace, 2025)
    run_checkpoint(workspace, "2025")
    return workspace


@pytest.fixture
def workspace(reviewed, tmp_path) -> Path:
    """A copy of it elsewhere, with its cache."""
    return Path(shutil.copytree(reviewed, tmp_path / "elsewhere"))


class Watch:
    """What a run told of its steps."""

    def __init__(self):
        self.reasons = {}
        self.states = {}

    def __call__(self, event):
        if isinstance(event, StageStarted):
            self.reasons[event.name] = event.reason
        if isinstance(event, StageFinished):
            self.states[event.name] = event.state

    @property
    def recalled(self):
        return {name for name, state in self.states.items() if state == RECALLED}


def run(workspace, checkpoint="2025", **kwargs):
    watch = Watch()
    run_checkpoint(workspace, checkpoint, observer=watch, **kwargs)
    return watch


def made(folder):
    return {name: content for name, content in contents(folder).items() if name not in LEDGER}


def test_a_deleted_review_comes_back_from_the_cache_byte_for_byte_and_without_a_kernel(workspace, reviewed):
    shutil.rmtree(workspace / "outputs" / "2025")
    watch = run(workspace)
    assert watch.reasons == {}
    assert made(workspace / "outputs" / "2025") == made(reviewed / "outputs" / "2025")


@pytest.mark.kernel
def test_a_changed_row_is_named_and_the_result_is_that_of_a_run_without_a_cache(workspace, tmp_path):
    source = workspace / "data" / "actuals.csv"
    lines = source.read_text(encoding="utf-8").splitlines()
    cells = lines[1].split(",")
    lines[1] = ",".join([*cells[:2], str(float(cells[2]) + 1), *cells[3:]])
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    fresh = tmp_path / "fresh"
    shutil.copytree(workspace, fresh, ignore=shutil.ignore_patterns("outputs"))
    watch = run(workspace)
    assert watch.reasons["01_data_intake"] == "actuals.csv changed: row 2."
    run(fresh)
    assert made(workspace / "outputs" / "2025") == made(fresh / "outputs" / "2025")


@pytest.mark.kernel
def test_a_row_that_lies_outside_the_year_reaches_only_what_counts_rows(workspace):
    source = workspace / "data" / "actuals.csv"
    text = source.read_text(encoding="utf-8")
    first = text.splitlines()[1].split(",")
    source.write_text(text + ",".join([first[0], "2026-01", *first[2:]]) + "\n", encoding="utf-8")
    before = len(text.splitlines()) - 1
    watch = run(workspace)
    assert watch.reasons["01_data_intake"] == f"actuals.csv changed: {before:,} rows to {before + 1:,}."
    assert {"scorecard", "slides (analyst)", "report (executive)", "slides (executive)"} <= watch.recalled


@pytest.mark.kernel
def test_a_changed_notebook_runs_alone_when_it_gives_the_same_tables(workspace):
    template = workspace / "notebooks" / "02_kpi_scoring.ipynb"
    replace_text(template, ("# How did each KPI do against its target?", "# How did each KPI do?"))
    watch = run(workspace)
    assert watch.reasons == {"02_kpi_scoring": "the notebook changed."}
    assert "How did each KPI do?" in (workspace / "outputs/2025/notebooks/02_kpi_scoring.ipynb").read_text("utf-8")


@pytest.mark.kernel
def test_force_runs_every_step_and_gives_the_same_bytes(workspace, reviewed):
    watch = run(workspace, force=True)
    assert watch.recalled == set()
    assert set(watch.reasons.values()) == {"--force asks for it."}
    assert made(workspace / "outputs" / "2025") == made(reviewed / "outputs" / "2025")


@pytest.mark.kernel
def test_a_run_that_was_stopped_goes_on_where_it_was(workspace, write_notebook):
    shutil.rmtree(workspace / "outputs")
    briefing = workspace / "notebooks" / "06_briefing.ipynb"
    sound = briefing.read_bytes()
    parameters = 'checkpoint: str = "2025"\nedition: str = "analyst"\nrun: str = ""'
    write_notebook(briefing.parent, "06_briefing", "1 / 0", parameters=parameters)
    done = review(workspace, "run", "2025")
    assert done.returncode == 3
    briefing.write_bytes(sound)
    watch = run(workspace)
    assert {"01_data_intake", "02_kpi_scoring", "03_gap_findings", "04_target_reset"} <= watch.recalled


@pytest.mark.kernel
def test_a_damaged_result_is_made_again(workspace, reviewed):
    shutil.rmtree(workspace / "outputs" / "2025")
    cache = Cache(workspace / "outputs" / ".cache")
    record = cache.last("2025", "scorecard")
    [sha256] = record["writes"].values()
    cache.object_path(sha256).write_bytes(b"torn")
    watch = run(workspace)
    assert watch.reasons == {"scorecard": "its kept result is damaged or gone."}
    assert made(workspace / "outputs" / "2025") == made(reviewed / "outputs" / "2025")


@pytest.mark.kernel
def test_a_notebook_that_imports_what_we_do_not_know_runs_each_time(workspace):
    template = workspace / "notebooks" / "02_kpi_scoring.ipynb"
    book = json.loads(template.read_text(encoding="utf-8"))
    cell = {"cell_type": "code", "id": "own", "metadata": {}, "outputs": [], "execution_count": None}
    book["cells"].insert(-1, {**cell, "source": "import random"})
    template.write_text(json.dumps(book), encoding="utf-8")
    run(workspace)
    shutil.rmtree(workspace / "outputs" / "2025")
    watch = run(workspace)
    assert watch.reasons == {"02_kpi_scoring": "it imports random, and what that brings is not known."}


def test_explain_tells_what_would_run_and_why_and_writes_nothing(workspace):
    before = contents(workspace)
    assert {step.state for step in explain_checkpoint(workspace, "2025")} == {RECALLED}
    replace_text(workspace / "notebooks" / "03_gap_findings.ipynb", ("# Where", "# And where"))
    told = {step.name: step for step in explain_checkpoint(workspace, "2025")}
    assert (told["03_gap_findings"].state, told["03_gap_findings"].reason) == (RUNS, "the notebook changed.")
    assert told["02_kpi_scoring"].state == RECALLED
    assert told["04_target_reset"].state == MAY_RUN
    assert told["04_target_reset"].reason == "only if 03_gap_findings gives something else than last time."
    after = contents(workspace)
    assert {name for name in after if after[name] != before.get(name)} == {"notebooks/03_gap_findings.ipynb"}


def test_a_step_uses_the_code_that_its_modules_import_and_no_other(tmp_path):
    code = Code(hash_code(), tmp_path / "imports.json")
    used = code.used_by(["review_kit.report.files"])
    assert "review_kit/report/templates/report.html.j2" in used
    assert "review_kit/errors.py" in used
    assert "review_kit/cli/run.py" not in used
    assert "review_kit/findings/kpi_rules.py" not in used


def test_imports_in_functions_and_of_names_are_found():
    source = "import a.b\nfrom c import d\ndef f():\n    from e.f import g\n"
    assert imported(source) == {"a.b", "c", "c.d", "e.f", "e.f.g"}


def test_rows_are_numbered_as_a_person_counts_them(tmp_path):
    assert changed_rows(b"id,value\na,1\nb,2\n", b"id,value\na,1\nb,3\n") == [3]
    assert changed_rows(b"h\nx\nx\n", b"h\nx\nx\nx\n") == [4]
    (tmp_path / "a.csv").write_text("h\n1\n2\n")
    assert count_rows(tmp_path / "a.csv") == 2
    assert count_rows(tmp_path / "a.xlsx") is None


@pytest.mark.parametrize(
    ("names", "told"),
    [(["a"], "a"), (["a", "b"], "a and b"), (list("abc"), "a, b and c"), (list("abcde"), "a, b, c and 2 more")],
)
def test_names_are_listed_as_people_do(names, told):
    assert listed(names) == told
