"""What has not changed is not run again; what is run says why; and the result is as if all had been run."""

import os
import shutil
import sys
from pathlib import Path

import pandas as pd
import pytest
from workspaces import contents, insert_cell, replace_text, review

from review_kit.chain.events import RECALLED, StageFinished, StageStarted
from review_kit.chain.sources import imported_modules
from review_kit.chain.steps import Call
from review_kit.chain.tracing import Trace, intents
from review_kit.checkpoint import run_checkpoint
from review_kit.checkpoint.cache import Cache, read_sure, write_sure
from review_kit.checkpoint.changes import Present, changed_input, changed_rows, count_rows, listed
from review_kit.checkpoint.code import Code, imported
from review_kit.checkpoint.explain import MAY_RUN, RUNS, explain_checkpoint
from review_kit.checkpoint.fingerprint import ABSENT, hash_code, hash_file
from review_kit.checkpoint.places import Places
from review_kit.checkpoint.recall import Recall
from review_kit.scaffold import new_workspace

LEDGER = {"run.json"}
STEP = Call(name="scorecard", function="review_kit.report.files:write_workbook", arguments={})


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
    insert_cell(workspace / "notebooks" / "02_kpi_scoring.ipynb", "import random")
    run(workspace)
    watch = run(workspace)
    assert watch.reasons == {"02_kpi_scoring": "it imports random, and what that brings is not known."}


@pytest.mark.kernel
def test_a_file_that_a_notebook_opens_by_itself_is_looked_at_like_an_input(workspace):
    insert_cell(workspace / "notebooks" / "02_kpi_scoring.ipynb", "print(open('notes.txt').read())")
    (workspace / "notes.txt").write_text("the first", encoding="utf-8")
    run(workspace)
    assert run(workspace).states == {}
    (workspace / "notes.txt").write_text("the second", encoding="utf-8")
    assert run(workspace).reasons == {"02_kpi_scoring": "notes.txt changed."}
    assert "the second" in (workspace / "outputs/2025/notebooks/02_kpi_scoring.ipynb").read_text(encoding="utf-8")
    assert (workspace / "outputs/2025/inputs/notes.txt").read_text(encoding="utf-8") == "the second"


def test_a_run_needs_no_cache_that_can_be_written(workspace, reviewed):
    shutil.rmtree(workspace / "outputs" / "2025")
    cache = workspace / "outputs" / ".cache"
    (cache / "imports.json").unlink()
    (cache / "imports.json").mkdir()
    shutil.rmtree(cache / "last" / "2025")
    (cache / "last" / "2025").write_text("in the way", encoding="utf-8")
    assert run(workspace).reasons == {}
    assert made(workspace / "outputs" / "2025") == made(reviewed / "outputs" / "2025")


def test_explain_tells_once_of_a_source_that_became_a_folder(workspace):
    source = workspace / "data" / "actuals.csv"
    source.unlink()
    source.mkdir()
    told = {step.name: step for step in explain_checkpoint(workspace, "2025")}
    assert (told["01_data_intake"].state, told["01_data_intake"].reason) == (RUNS, "actuals.csv is gone.")


def test_explain_writes_nothing_even_where_nothing_was_run_yet(workspace):
    shutil.rmtree(workspace / "outputs")
    assert {step.reason for step in explain_checkpoint(workspace, "2025")} == {"it has not been run before."}
    assert not (workspace / "outputs").exists()


def test_explain_does_not_promise_what_has_been_lost(workspace):
    cache = Cache(workspace / "outputs" / ".cache")
    for sha256 in cache.last("2025", "scorecard")["writes"].values():
        cache.object_path(sha256).unlink()
    told = {step.name: step for step in explain_checkpoint(workspace, "2025")}
    assert (told["scorecard"].state, told["scorecard"].reason) == (RUNS, "its kept result is damaged or gone.")


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
    ("old", "new", "told"),
    [
        ("h\n1\n", "h\n2\n", "a.csv changed: row 2"),
        ("h\n1\n2\n", "h\n3\n4\n", "a.csv changed: rows 2 and 3"),
        ("h\n1\n2\n3\n4\n5\n", "h\n6\n7\n8\n9\n5\n", "a.csv changed: 4 of 5 rows"),
        ("h\n1\n", "h\n1\n2\n", "a.csv changed: 1 row to 2"),
        ("h\n1\n2\n", "h\n1\n", "a.csv changed: 2 rows to 1"),
        ("h\n1\n2\n", "h\n2\n1\n", "a.csv changed"),
    ],
)
def test_a_changed_table_is_told_with_its_rows(tmp_path, old, new, told):
    kept, now = tmp_path / "kept" / "a.csv", tmp_path / "a.csv"
    kept.parent.mkdir()
    kept.write_text(old)
    now.write_text(new)
    last = {"reads": {"in/a.csv": hash_file(kept)}, "rows": {"in/a.csv": count_rows(kept)}}
    present = Present(inputs="in/", hash=lambda _: hash_file(now), path=lambda _: now, last_inputs=kept.parent)
    assert changed_input("in/a.csv", last, present) == told


@pytest.fixture
def memory(tmp_path):
    """What a run recalls that has no inputs."""
    places = Places(workspace=tmp_path / "w", checkpoint="2025")
    places.work.mkdir(parents=True)
    code = Code(hash_code(), places.cache / "imports.json")
    surroundings = {"versions": {}, "source_date_epoch": ""}
    return Recall(places=places, code=code, surroundings=surroundings, frozen={}, after={STEP.name: ()})


def why_again(memory, *, reads=(), writes=(), seconds=60.0):
    """Why the step has to run again that has just run for so long and opened these files; empty if it is recalled."""
    memory.remember(STEP, Trace(tuple(reads), tuple(writes)), seconds)
    found = memory.find(STEP)
    assert memory.unsure == ({STEP.name} if isinstance(found, str) else set())
    return found if isinstance(found, str) else ""


def test_what_libraries_read_of_their_own_does_not_matter(memory):
    assert why_again(memory, reads=[Path(pd.__file__).with_name("data.bin").as_posix()]) == ""


def test_a_step_that_reads_outside_of_the_workspace_runs_each_time(memory, tmp_path):
    other = tmp_path / "other.txt"
    other.write_text("of somebody else")
    assert why_again(memory, reads=[other.as_posix()]) == "it reads other.txt outside of the workspace."


def test_a_step_that_changes_a_file_in_its_place_runs_each_time(memory):
    log = f"{memory.places.run}/log.txt"
    (memory.places.workspace / log).write_text("once")
    told = "it changes log.txt in its place, which was another file before."
    assert why_again(memory, reads=[log], writes=[log]) == told


def test_a_step_that_writes_outside_of_its_run_runs_each_time(memory):
    (memory.places.workspace / "all.txt").write_text("once")
    assert why_again(memory, writes=["all.txt"]) == "it writes all.txt, which does not belong to its run."


def test_a_file_that_changed_while_it_was_read_is_not_taken_for_what_was_read(memory):
    (memory.places.workspace / "notes.txt").write_text("new")
    assert why_again(memory, reads=["notes.txt"]) == "notes.txt changed while it was read."


def test_a_file_that_may_have_been_taken_away_while_it_was_read_is_not_taken_for_missing(memory):
    assert why_again(memory, reads=["notes.txt"]) == "notes.txt changed while it was read."


def test_code_that_changed_during_the_run_is_not_taken_for_the_code_that_ran(memory):
    memory.begun = 0.0
    assert why_again(memory) == "the code changed during its last run."


def test_files_of_a_workspace_that_lies_where_python_is_installed_matter(memory, monkeypatch):
    monkeypatch.setattr(sys, "base_prefix", str(memory.places.workspace.parent))
    assert memory.matters("data/actuals.csv")


def test_a_record_that_is_damaged_by_one_bit_counts_as_not_there(tmp_path):
    path = tmp_path / "record.json"
    write_sure(path, {"format": 2, "writes": {"tables/scores.parquet": "0a1b"}, "seconds": 1.5})
    sound = path.read_bytes()
    assert read_sure(path) == {"format": 2, "writes": {"tables/scores.parquet": "0a1b"}, "seconds": 1.5}
    for place in range(len(sound)):
        path.write_bytes(sound[:place] + bytes([sound[place] ^ 1]) + sound[place + 1 :])
        assert read_sure(path) == {}, sound[place:]


@pytest.mark.parametrize("text", ["", "[]", "null", '"text"', "{", '{"sha256": 1}', "[" * 100_000])
def test_what_is_no_record_counts_as_not_there(tmp_path, text):
    (tmp_path / "record.json").write_text(text)
    assert read_sure(tmp_path / "record.json") == {}


def test_what_cannot_be_a_file_has_the_hash_of_one_that_is_not_there(tmp_path):
    (tmp_path / "file").write_text("x")
    assert {hash_file(tmp_path), hash_file(tmp_path / "file" / "inner"), hash_file(tmp_path / "none")} == {ABSENT}


@pytest.mark.parametrize(
    ("source", "modules"),
    [
        ("import review_kit.desk as d\nfrom numpy import array", {"review_kit.desk", "numpy"}),
        ("from . import beside", {"."}),
        ("desk.show(open('notes.txt').read())", set()),
        ("get_ipython().system('date')", None),
        ("__import__('time').time()", None),
        ("exec(open('cell.py').read())", None),
        ("!date", None),
        ("%run other.ipynb", None),
    ],
)
def test_of_a_cell_is_known_what_it_imports_or_that_it_cannot_be_known(write_notebook, tmp_path, source, modules):
    write_notebook(tmp_path, "own", source)
    assert imported_modules(tmp_path / "own.ipynb") == modules


@pytest.mark.parametrize(
    ("mode", "flags", "reads", "writes"),
    [
        ("r", 0, True, False),
        ("br", 0, True, False),
        ("w", 0, False, True),
        ("xb", 0, False, True),
        ("a", 0, True, True),
        ("r+b", 0, True, True),
        (None, os.O_RDONLY, True, False),
        (None, os.O_RDWR, True, True),
        (None, os.O_WRONLY | os.O_CREAT, True, True),
        (None, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, False, True),
        (None, os.O_RDWR | os.O_CREAT | os.O_EXCL, False, True),
    ],
)
def test_how_a_file_is_opened_tells_whether_its_content_matters_and_changes(mode, flags, reads, writes):
    assert intents(mode, flags) == (reads, writes)


@pytest.mark.parametrize(
    ("names", "told"),
    [(["a"], "a"), (["a", "b"], "a and b"), (list("abc"), "a, b and c"), (list("abcde"), "a, b, c and 2 more")],
)
def test_names_are_listed_as_people_do(names, told):
    assert listed(names) == told
