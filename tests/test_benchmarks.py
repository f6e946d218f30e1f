"""The workspaces that reviews are measured with: sound, and the same every time."""

import importlib.util
import subprocess
import sys

import numpy as np
import pytest
from workspaces import REPOSITORY, review


def make(size, folder, *arguments):
    script = REPOSITORY / "benchmarks" / "workspaces.py"
    command = [sys.executable, str(script), size, str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def generate(folder, *arguments):
    assert make("small", folder, *arguments).returncode == 0
    return {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_generated_workspace_is_sound_and_the_same_every_time(tmp_path):
    files = generate(tmp_path / "one")
    assert generate(tmp_path / "two") == files
    assert generate(tmp_path / "three", "--seed", "7") != files
    checked = review(tmp_path / "one", "check", "2025")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "40 used + 0 refused" in checked.stdout


@pytest.mark.parametrize("size", ["huge", "0x12", "40x7"])
def test_a_size_that_is_none_is_refused(tmp_path, size):
    assert make(size, tmp_path).returncode == 2


def test_forecasts_of_the_citys_past_hold_what_the_method_promises():
    script = REPOSITORY / "benchmarks" / "outlook.py"
    done = subprocess.run([sys.executable, script, REPOSITORY / "data"], capture_output=True, text=True, check=True)
    assert "ae_attendances.csv is not there" in done.stdout
    lines = {line[:40].strip(): line[40:].split() for line in done.stdout.splitlines() if "mean" in line}
    for figure in ("New York City, all", "New York City, published target"):
        _, series, error, covered, brier, base = lines[figure]
        assert int(series) > 1_000
        assert float(error) <= 1.0
        assert 0.75 <= float(covered) <= 0.85
        assert float(brier) < float(base)


def test_the_ways_to_score_that_are_compared_give_the_same_results(monkeypatch):
    spec = importlib.util.spec_from_file_location("engines", REPOSITORY / "benchmarks" / "engines.py")
    engines = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "engines", engines)
    spec.loader.exec_module(engines)
    data = engines.Input.made(45)
    ours = engines.CORES["review_kit"](data)()
    for name in ("pandas", "groupby-apply"):
        theirs = engines.CORES[name](data)()
        for column, values in ours.items():
            assert np.allclose(values, theirs[column], rtol=1e-9), (name, column)
