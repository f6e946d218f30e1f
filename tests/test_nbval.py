import json
import subprocess
import sys
from pathlib import Path

import pytest

STAGES = ("01_data_intake", "02_kpi_scoring", "03_gap_findings", "04_target_reset")


def as_run_alone(executed: Path, copy: Path) -> int:
    """Copy an executed notebook, told to work everything out anew; how many of its cells are marked for comparison."""
    book = json.loads(executed.read_text(encoding="utf-8"))
    marked = 0
    for cell in book["cells"]:
        tags = cell["metadata"].get("tags", [])
        marked += "nbval-check-output" in tags
        if "injected-parameters" in tags:
            cell["source"] = [*"".join(cell["source"]).splitlines(keepends=True), '\nrun = ""\n']
    copy.write_text(json.dumps(book), encoding="utf-8")
    return marked


def compare(*notebooks: Path) -> subprocess.CompletedProcess[str]:
    """Run the notebooks in plain kernels and compare what their marked cells show."""
    folder = notebooks[0].parent
    options = ["-q", "--nbval-lax", "-p", "no:cacheprovider", "--rootdir", str(folder)]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options, *map(str, notebooks)],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.kernel
def test_marked_cells_of_the_chain_show_the_same_in_a_plain_kernel_that_works_all_out_anew(example, annual_review):
    folder = example / "alone"
    folder.mkdir()
    marked = [as_run_alone(annual_review / "notebooks" / f"{name}.ipynb", folder / f"{name}.ipynb") for name in STAGES]
    assert min(marked) >= 2
    same = compare(*(folder / f"{name}.ipynb" for name in STAGES))
    assert same.returncode == 0, same.stdout[-3000:]
    changed = folder / "04_target_reset.ipynb"
    changed.write_text(changed.read_text(encoding="utf-8").replace("7.80", "7.90"), encoding="utf-8")
    assert compare(changed).returncode == 1, "a changed figure must be noticed"
