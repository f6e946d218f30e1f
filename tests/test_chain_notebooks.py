"""Notebooks run in real kernels, and what became of them is told from evidence."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import pytest

from review_kit.chain.canonical import INJECTED
from review_kit.chain.engine import Record
from review_kit.chain.events import CellStarted, StageFinished, StageStarted
from review_kit.chain.failures import Cause
from review_kit.chain.limits import Limits
from review_kit.chain.notebooks import place_of
from review_kit.chain.private import PrivateFolder, clear_leftovers
from review_kit.chain.stages import Chain
from review_kit.chain.steps import Call, Stage, StageStopped
from review_kit.checkpoint.run import FOR_ALL, FOR_SCORING
from review_kit.errors import ExitCode, InputsRefusedError, StageFailedError

pytestmark = pytest.mark.kernel

ENGINES = ["fork", "kernel"] if sys.platform == "linux" else ["kernel"]
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@pytest.fixture(params=ENGINES)
def engine(request, monkeypatch):
    monkeypatch.setenv("REVIEW_ENGINE", request.param)
    return request.param


@pytest.fixture
def run(tmp_path, write_notebook):
    """Runs notebooks with the given cells one after another; returns the chain and the executed texts."""

    def run_cells(*notebooks, limits=None, **parameters):
        stages = [
            Stage(
                name=f"{number:02d}_test",
                template=write_notebook(tmp_path / "templates", f"{number:02d}_test", *cells),
                parameters={"checkpoint": "010", **parameters},
                executed=tmp_path / "executed" / f"{number:02d}_test.ipynb",
                after=(f"{number - 1:02d}_test",),
            )
            for number, cells in enumerate(notebooks, start=1)
        ]
        with Chain(folder=tmp_path, limits=limits or Limits()) as chain:
            chain.run(stages)
        return chain, [json.loads(stage.executed.read_text(encoding="utf-8")) for stage in stages]

    return run_cells


def outputs(book):
    return [output for cell in book["cells"] for output in cell.get("outputs", ())]


def failure_of(run, *cells, **kwargs):
    with pytest.raises(StageStopped) as stopped:
        run(cells, **kwargs)
    return stopped.value.failure


def test_a_notebook_runs_with_its_parameters_as_text(engine, run):
    _, [book] = run(["checkpoint"])
    assert [output["data"]["text/plain"] for output in outputs(book)] == [["'010'"]]


def test_each_notebook_has_a_process_of_its_own(engine, run):
    _, books = run(
        ["import os; left = 1; print(os.getpid())"], ["print('left' in dir())\nimport os; print(os.getpid())"]
    )
    first, second = (outputs(book)[0]["text"] for book in books)
    assert second[0] == "False\n"
    assert first[0] != second[1]


def test_forked_and_ordinary_kernels_give_the_same_bytes(tmp_path, run, monkeypatch):
    cells = [
        "import sys; print('out'); print('err', file=sys.stderr)",
        "from IPython.display import HTML, display; display(HTML('<b>1</b>')); object()",
        "import warnings; warnings.warn('careful')",
        "import pandas as pd; pd.DataFrame({'a': [1.5]})",
        "{'b', 'a', 'c', 'd'}",
        "import os, time; os.environ['TZ'], time.tzname",
    ]
    found = {}
    for engine in ENGINES:
        monkeypatch.setenv("REVIEW_ENGINE", engine)
        run(cells)
        found[engine] = (tmp_path / "executed" / "01_test.ipynb").read_bytes()
    assert len(set(found.values())) == 1
    assert str(tmp_path).encode() not in found["kernel"]


def test_a_failing_cell_is_told_with_its_number_its_error_and_its_place(engine, run):
    failure = failure_of(run, "fine = 1", "def ratio(a):\n    return a / 0\nratio(1)")
    assert (failure.cause, failure.cell, failure.name) == (Cause.EXCEPTION, 3, "ZeroDivisionError")
    error = failure.as_error()
    assert isinstance(error, StageFailedError)
    assert str(error).startswith("01_test failed in cell 3: ZeroDivisionError: division by zero\n    def ratio(a):")
    assert str(error).endswith("It happened in this notebook, line 2, in ratio.")


def test_a_failed_notebook_is_kept_with_the_reason_at_its_top(engine, run, tmp_path):
    failure_of(run, "1 / 0")
    book = json.loads((tmp_path / "executed" / "01_test.ipynb").read_text(encoding="utf-8"))
    assert "01_test failed in cell 2: ZeroDivisionError" in "".join(book["cells"][0]["source"])
    assert not [cell for cell in book["cells"] if "papermill-error-cell-tag" in cell["metadata"].get("tags", ())]


def test_a_dead_kernel_is_told_from_the_end_of_its_process(engine, run):
    failure = failure_of(run, "import os; os.kill(os.getpid(), 9)")
    assert (failure.cause, failure.cell, failure.exit_code) == (Cause.DEAD_KERNEL, 2, -9)
    assert "its kernel died (killed by SIGKILL" in str(failure.as_error())


def test_an_endless_cell_is_stopped_at_the_limit(engine, run):
    started = time.monotonic()
    failure = failure_of(run, "while True: pass", limits=Limits(cell_seconds=1))
    assert (failure.cause, failure.cell, failure.seconds) == (Cause.TIME_OUT, 2, 1)
    assert time.monotonic() - started < 10


def test_the_limit_of_the_run_holds_for_a_cell_too(engine, run):
    failure = failure_of(run, "import time; time.sleep(60)", limits=Limits(run_seconds=1))
    assert failure.cause is Cause.TIME_OUT


def test_an_error_of_ours_comes_through_as_itself(engine, run):
    cell = "from review_kit.errors import InputsRefusedError\nclass OurError(InputsRefusedError): pass\n"
    failure = failure_of(run, cell + "raise OurError('two faults.\\nHint: mend them.')")
    error = failure.as_error()
    assert type(error) is InputsRefusedError
    assert error.exit_code is ExitCode.INPUTS_REFUSED
    assert str(error) == "two faults.\nHint: mend them."


def test_leaving_a_notebook_with_exit_code_0_is_no_success(engine, run):
    failure = failure_of(run, "raise SystemExit(0)")
    assert (failure.cause, failure.name) == (Cause.EXCEPTION, "SystemExit")


def test_asking_the_person_is_refused_and_does_not_hang(engine, run):
    assert failure_of(run, "input('really?')").name == "StdinNotImplementedError"


def test_stages_after_a_failed_one_are_not_run(run, tmp_path):
    with pytest.raises(StageStopped):
        run(["1 / 0"], ["open('second', 'w').close()"])
    assert not (tmp_path / "second").exists()


def test_a_figure_drawn_with_pyplot_is_shown(engine, run):
    _, [book] = run(["import matplotlib.pyplot as plt\nplt.plot([1, 2]);"])
    assert ["image/png" in output["data"] for output in outputs(book)] == [True]


def test_every_step_is_told_when_it_starts_and_when_it_ends(tmp_path, write_notebook):
    events = []
    template = write_notebook(tmp_path, "01_test", "1")
    stage = Stage(name="01_test", template=template, parameters={}, executed=tmp_path / "out.ipynb")
    with Chain(folder=tmp_path, observer=events.append) as chain:
        chain.run([stage])
    started, *cells, finished = events
    assert started == StageStarted(name="01_test")
    assert cells == [CellStarted(name="01_test", cell=1, cells=2), CellStarted(name="01_test", cell=2, cells=2)]
    assert isinstance(finished, StageFinished)
    assert (finished.name, finished.state) == ("01_test", "done")
    assert finished.seconds > 0


def test_a_function_is_called_with_its_arguments(engine, tmp_path):
    with Chain(folder=tmp_path) as chain:
        chain.run([Call(name="make", function="os:mkdir", arguments={"path": str(tmp_path / "made")})])
    assert (tmp_path / "made").is_dir()
    assert chain.outcomes["make"].state == "done"


def test_the_error_of_a_called_function_is_told_as_that_of_a_cell_is(engine, tmp_path):
    call = Call(name="remove", function="os:rmdir", arguments={"path": str(tmp_path / "missing")})
    with Chain(folder=tmp_path) as chain, pytest.raises(StageStopped, match="remove failed: FileNotFoundError"):
        chain.run([call])


@ON_LINUX
def test_what_notebooks_need_first_is_in_memory_before_their_first_cell(tmp_path, write_notebook):
    """What cannot be loaded ahead is left to the notebook without a word, so this has to be looked at."""
    cell = "import sys; [name in sys.modules for name in ('review_kit.desk', 'review_kit.schema.frames')]"
    cell += " + ['matplotlib.backends.backend_svg' in sys.modules]"
    template = write_notebook(tmp_path, "01_test", cell)
    stage = Stage(name="01_test", template=template, parameters={}, executed=tmp_path / "out.ipynb")
    with Chain(folder=tmp_path, preload=(*FOR_ALL, *FOR_SCORING)) as chain:
        chain.run([stage])
        assert (chain.kernels.private / "fork_server.log").read_text() == ""
    [output] = outputs(json.loads(stage.executed.read_text(encoding="utf-8")))
    assert output["data"]["text/plain"] == ["[True, True, True]"]


@ON_LINUX
def test_no_open_file_is_shared_by_what_is_forked(tmp_path, write_notebook):
    """Forked processes would share its position, and each read what the other skipped: so it was with font files."""
    cell = "import os\nfrom pathlib import Path\nopened = [os.readlink(fd) for fd in Path('/proc/self/fd').iterdir()"
    cell += " if fd.exists()]\n[path for path in opened if '.' in Path(path).suffix and not path.endswith('.log')]"
    template = write_notebook(tmp_path, "01_test", cell)
    stage = Stage(name="01_test", template=template, parameters={}, executed=tmp_path / "out.ipynb")
    with Chain(folder=tmp_path, preload=(*FOR_ALL, *FOR_SCORING)) as chain:
        chain.run([stage])
    [output] = outputs(json.loads(stage.executed.read_text(encoding="utf-8")))
    assert output["data"]["text/plain"] == ["[]"]


@ON_LINUX
def test_no_port_is_open_while_a_cell_runs(engine, run):
    """Every descriptor of the kernel that is a socket is one of the file system, none of the network."""
    cell = """
import os
inodes = {os.readlink(f'/proc/self/fd/{fd}')[8:-1] for fd in os.listdir('/proc/self/fd')
          if os.path.exists(f'/proc/self/fd/{fd}') and os.readlink(f'/proc/self/fd/{fd}').startswith('socket:')}
opened = [line.split()[9] for name in ('tcp', 'tcp6', 'udp', 'udp6') for line in open(f'/proc/net/{name}')][1:]
assert inodes
print(sorted(inodes & set(opened)))
"""
    _, [book] = run([cell])
    assert outputs(book)[0]["text"] == ["[]\n"]


def test_private_folders_of_killed_runs_are_removed_and_those_of_living_ones_stay(monkeypatch):
    with tempfile.TemporaryDirectory(prefix="p") as short:  # below a long path no socket fits
        folder = Path(short).resolve()
        monkeypatch.setattr("tempfile.tempdir", str(folder))
        killed, old, young = (folder / f"review-chain-{name}" for name in ("killed", "old", "young"))
        for one in (killed, old, young):
            one.mkdir()
        (killed / "owned").touch()
        os.utime(old, (0, 0))  # made long ago and never owned
        living = PrivateFolder()
        clear_leftovers(folder)
        assert sorted(folder.iterdir()) == sorted([young, living.path])
        living.remove()
        assert sorted(folder.iterdir()) == [young]


@ON_LINUX
def test_the_sockets_lie_in_a_folder_that_only_this_user_can_enter(run):
    cell = """
import os, stat
from pathlib import Path
stem = Path(os.environ['REVIEW_EVIDENCE'])
print(oct(stem.parent.stat().st_mode & 0o777), stat.S_ISSOCK(Path(f'{stem}-1').stat().st_mode), stem.parent)
"""
    _, [book] = run([cell])
    mode, is_socket, folder = outputs(book)[0]["text"][0].split()
    assert (mode, is_socket) == ("0o700", "True")
    assert not Path(folder).exists()


@ON_LINUX
def test_what_is_forked_comes_from_a_process_without_threads(tmp_path):
    with Chain(folder=tmp_path, preload=("pandas", "matplotlib.figure")) as chain:
        chain.run([Call(name="wait", function="os:listdir", arguments={"path": "."})])
        assert len(list(Path(f"/proc/{chain.kernels.server.process.pid}/task").iterdir())) == 1


@ON_LINUX
@pytest.mark.parametrize("engine", ENGINES)
def test_no_process_is_left_five_seconds_after_the_owner_was_killed(engine, tmp_path, write_notebook):
    cell = "import os, subprocess\nchild = subprocess.Popen(['sleep', '100'])\n"
    cell += "open('pids', 'w').write(f'{os.getpid()} {os.getppid()}')\nwhile True: pass"
    template = write_notebook(tmp_path, "01_test", cell)
    program = f"""
from pathlib import Path
from review_kit.chain.stages import Chain
from review_kit.chain.steps import Stage
folder = Path({str(tmp_path)!r})
stage = Stage(name="01_test", template=Path({str(template)!r}), parameters={{}}, executed=folder / "out.ipynb")
with Chain(folder=folder) as chain:
    chain.run([stage])
"""
    owner = subprocess.Popen([sys.executable, "-c", program], env={**os.environ, "REVIEW_ENGINE": engine})
    pids = tmp_path / "pids"
    wait_for(lambda: pids.exists() and len(pids.read_text().split()) == 2, 30)
    family = {int(pid) for pid in pids.read_text().split()}
    assert all(is_running(pid) for pid in family)
    owner.kill()
    owner.wait()
    wait_for(lambda: not any(is_running(pid) for pid in family), 5)


def wait_for(condition, seconds):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_executed_notebooks_are_the_same_in_every_time_zone_language_and_hash_seed(tmp_path, write_notebook):
    template = write_notebook(
        tmp_path, "01_test", "import time; {'a', 'b', 'c'}, time.tzname, 'ä'", "import warnings; warnings.warn('é')"
    )
    program = """
import sys
from pathlib import Path
from review_kit.chain.stages import Chain
from review_kit.chain.steps import Stage
folder = Path(sys.argv[1])
folder.mkdir()
stage = Stage(name="01_test", template=Path(sys.argv[2]), parameters={}, executed=folder / "out.ipynb")
with Chain(folder=folder) as chain:
    chain.run([stage])
"""
    found = set()
    for number, (zone, language, seed) in enumerate(
        [("Pacific/Kiritimati", "C", "1"), ("America/Anchorage", "C.UTF-8", "2")]
    ):
        environment = {**os.environ, "TZ": zone, "LC_ALL": language, "PYTHONHASHSEED": seed, "PYTHONUTF8": "0"}
        folder = tmp_path / f"folder {number}"
        command = [sys.executable, "-c", program, str(folder), str(template)]
        subprocess.run(command, env=environment, check=True)
        found.add((folder / "out.ipynb").read_bytes())
    assert len(found) == 1


def test_what_cannot_be_loaded_ahead_is_left_to_the_notebook(engine, tmp_path, write_notebook):
    template = write_notebook(tmp_path, "01_test", "import no_such_module")
    stage = Stage(name="01_test", template=template, parameters={}, executed=tmp_path / "out.ipynb")
    chain = Chain(folder=tmp_path, preload=("no_such_module",))
    with chain, pytest.raises(StageStopped, match="ModuleNotFoundError: No module named 'no_such_module'"):
        chain.run([stage])


@pytest.mark.parametrize(("sources", "numbers"), [("tpac", [1, 2, 2, 3]), ("ac", [1, 1])])
def test_a_cell_that_papermill_has_added_counts_as_no_other_cell(sources, numbers):
    tags = [[INJECTED] if source == "a" else [] for source in sources]
    cells = tuple(
        nbformat.v4.new_code_cell(source, metadata={"tags": tags[place]}) for place, source in enumerate(sources)
    )
    assert [place_of(Record(cell=place, cells=cells))["cell"] for place in range(len(cells))] == numbers
