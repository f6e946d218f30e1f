"""The engine on Papermill's command line, what it falls back to, and how soon the end of a kernel is known."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import nbformat
import papermill
import pytest
from nbclient.exceptions import DeadKernelError
from papermill.exceptions import PapermillExecutionError

from review_kit.chain import standalone
from review_kit.chain.canonical import as_on_a_terminal, canonical
from review_kit.chain.events import CellStarted, Notice
from review_kit.chain.failures import Cause
from review_kit.chain.forks import ForkServer, ForkServerGoneError
from review_kit.chain.kernels import ENGINE as ENGINE_ASKED
from review_kit.chain.kernels import Kernels
from review_kit.chain.limits import Limits
from review_kit.chain.stages import Chain
from review_kit.chain.steps import Call, Stage, StageStopped

pytestmark = pytest.mark.kernel

ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only there kernels are forked")
ENGINE = "review_kit"


@pytest.fixture
def run(tmp_path, write_notebook):
    """Runs notebooks with the given cells one after another; returns what was told and the executed notebooks."""

    def run_cells(*notebooks, before=None, limits=None):
        told, names = [], [f"{number:02d}_test" for number in range(1, len(notebooks) + 1)]
        stages = [
            Stage(
                name=name,
                template=write_notebook(tmp_path / "templates", name, *cells),
                parameters={},
                executed=tmp_path / "executed" / f"{name}.ipynb",
                after=tuple(names[: names.index(name)]),
            )
            for name, cells in zip(names, notebooks, strict=True)
        ]
        with Chain(folder=tmp_path, observer=told.append, limits=limits or Limits()) as chain:
            if before:
                before(chain)
            chain.run(stages)
        return told, [json.loads(stage.executed.read_text(encoding="utf-8")) for stage in stages]

    return run_cells


def printed(book):
    return ["".join(output["text"]) for cell in book["cells"] for output in cell.get("outputs", ()) if "text" in output]


def notices(told):
    return [event.text for event in told if isinstance(event, Notice)]


# the command line


def test_papermill_finds_the_engine_and_loads_nothing_else_for_it():
    program = """
import sys
from papermill.engines import papermill_engines
assert papermill_engines.get_engine("review_kit").__module__ == "review_kit.chain.papermill_engine"
print(sorted(name for name in sys.modules if name.startswith("review_kit")))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout == "['review_kit', 'review_kit.chain', 'review_kit.chain.papermill_engine']\n"


def test_the_command_line_executes_a_notebook_with_parameters_metadata_and_its_own_output(tmp_path, write_notebook):
    template = write_notebook(tmp_path, "in", "checkpoint", "import os; os.environ['MINE'] + os.getcwd()")
    (tmp_path / "work").mkdir()
    command = [
        sys.executable,
        "-m",
        "papermill",
        "--engine",
        ENGINE,
        "in.ipynb",
        "out.ipynb",
        "-p",
        "checkpoint",
        "2026",
    ]
    done = subprocess.run(
        [*command, "--cwd", "work", "--log-output"],
        cwd=tmp_path,
        env={**os.environ, "MINE": "as it is"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert "Executing Cell 3--" in done.stderr
    assert "\n2026\n" in done.stderr
    book = nbformat.read(tmp_path / "out.ipynb", 4)
    assert [cell.metadata.papermill.status for cell in book.cells] == ["completed"] * 4
    assert book.metadata.papermill.parameters == {"checkpoint": 2026}
    assert book.cells[2].outputs[0].data["text/plain"] == "2026"
    assert book.cells[3].outputs[0].data["text/plain"] == f"'as it is{tmp_path / 'work'}'"
    assert template.read_text(encoding="utf-8").count("2026") == 0


def execute(template, target, **options):
    return papermill.execute_notebook(template, target, engine_name=ENGINE, progress_bar=False, **options)


@pytest.fixture
def kernels_of_this_process():
    yield standalone.own_kernels()
    standalone.close_own_kernels()


@ON_LINUX
def test_notebooks_of_one_process_share_a_fork_server_and_nothing_else(
    tmp_path, write_notebook, kernels_of_this_process
):
    cell = "import os; print(os.getppid(), os.getpid(), 'left' in dir())\nleft = 1"
    template = write_notebook(tmp_path, "in", cell)
    first, second = (
        execute(template, tmp_path / f"{number}.ipynb").cells[-1].outputs[0].text.split() for number in (1, 2)
    )
    assert first[0] == second[0] == str(kernels_of_this_process.server.process.pid)
    assert first[1] != second[1]
    assert second[2] == "False"


@ON_LINUX
def test_a_kernel_ends_in_order_when_its_notebook_has_run(tmp_path, write_notebook, kernels_of_this_process):
    cell = "import atexit\natexit.register(open('ended', 'w').close)"
    execute(write_notebook(tmp_path, "in", cell), tmp_path / "out.ipynb", cwd=tmp_path)
    assert (tmp_path / "ended").exists()
    assert not [kernel for kernel in kernels_of_this_process.started if kernel.exit_code(0) is None]


def test_nothing_is_left_of_the_engine_when_its_process_ends(tmp_path, write_notebook):
    write_notebook(tmp_path, "in", "import os; open('pids', 'w').write(f'{os.getpid()} {os.getppid()}')")
    program = "import papermill; papermill.execute_notebook('in.ipynb', 'out.ipynb', engine_name='review_kit');"
    program += "from review_kit.chain.standalone import own_kernels; print(own_kernels().private)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, encoding="utf-8", check=True
    )
    assert not Path(done.stdout.splitlines()[-1]).exists()
    if sys.platform == "linux":
        assert not any(is_running(int(pid)) for pid in (tmp_path / "pids").read_text().split())


def test_the_engine_works_where_an_event_loop_is_running(tmp_path, write_notebook, kernels_of_this_process):
    """As in a notebook that executes another."""
    template = write_notebook(tmp_path, "in", "print('inner')")
    outer = "import papermill\n"
    outer += (
        f"made = papermill.execute_notebook({str(template)!r}, None, engine_name='review_kit', progress_bar=False)\n"
    )
    outer += "print(made.cells[-1].outputs[0].text)"
    executed = execute(write_notebook(tmp_path, "outer", outer), tmp_path / "out.ipynb")
    assert executed.cells[-1].outputs[-1].text.strip() == "inner"


@pytest.mark.parametrize("engine", [None, ENGINE])
def test_a_cell_that_takes_too_long_can_be_interrupted_and_the_next_one_runs(tmp_path, write_notebook, engine):
    template = write_notebook(tmp_path, "in", "while True: pass", "print('next')")
    with pytest.raises(PapermillExecutionError, match="KeyboardInterrupt"):
        papermill.execute_notebook(
            template,
            tmp_path / "out.ipynb",
            engine_name=engine,
            progress_bar=False,
            execution_timeout=1,
            interrupt_on_timeout=True,
            allow_errors=True,
        )
    book = nbformat.read(tmp_path / "out.ipynb", 4)
    assert book.cells[-2].outputs[0].ename == "KeyboardInterrupt"
    assert book.cells[-1].outputs[0].text == "next\n"
    standalone.close_own_kernels()


def test_a_kernel_of_another_kind_is_left_to_papermill(tmp_path, write_notebook, monkeypatch, caplog):
    spec = {"argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"], "language": "python"}
    folder = tmp_path / "data" / "kernels" / "other"
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text(json.dumps({**spec, "display_name": "Other", "env": {"KERNEL": "other"}}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "data"))
    template = write_notebook(tmp_path, "in", "import os; print(os.environ['KERNEL'])")
    executed = execute(template, tmp_path / "out.ipynb", kernel_name="other")
    assert executed.cells[-1].outputs[0].text == "other\n"
    assert not standalone.is_this_python("other")
    assert not standalone.is_this_python("no_such_kernel")
    assert standalone.is_this_python("python3")


# what it falls back to


@ON_LINUX
def test_a_run_whose_fork_server_was_killed_goes_on_with_ordinary_kernels_and_says_so(run):
    def kill(chain):
        os.kill(chain.kernels.server.process.pid, signal.SIGKILL)
        chain.kernels.server.process.wait()

    told, books = run(["print('first')"], ["print('second')"], before=kill)
    assert [printed(book) for book in books] == [["first\n"], ["second\n"]]
    [notice] = notices(told)
    assert notice.startswith("The process that notebooks are forked from is gone (killed by SIGKILL")
    assert notice.endswith("ordinary kernels, which start more slowly, go on.")


@ON_LINUX
def test_a_notebook_that_is_lost_with_the_fork_server_is_run_again(run, tmp_path):
    cell = "import os, pathlib, signal, time\nfirst = not pathlib.Path('tried').exists()\n"
    cell += "pathlib.Path('tried').touch()\nif first:\n    os.kill(os.getppid(), signal.SIGKILL)\n    time.sleep(60)"
    told, [book] = run([cell, "print('done')"])
    assert printed(book) == ["done\n"]
    assert len(notices(told)) == 1


@ON_LINUX
def test_a_call_that_is_lost_with_the_fork_server_is_made_again(tmp_path, monkeypatch):
    (tmp_path / "losing.py").write_text(
        "import os, pathlib, signal, time\n"
        "def make(folder):\n    tried = pathlib.Path(folder, 'tried')\n    first = not tried.exists()\n"
        "    tried.touch()\n    if first:\n        os.kill(os.getppid(), signal.SIGKILL)\n        time.sleep(60)\n"
        "    pathlib.Path(folder, 'made').touch()\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    monkeypatch.syspath_prepend(tmp_path)
    told = []
    with Chain(folder=tmp_path, observer=told.append) as chain:
        chain.run([Call(name="page", function="losing:make", arguments={"folder": str(tmp_path)})])
    assert (tmp_path / "made").exists()
    [notice] = notices(told)
    assert notice.startswith("The process that notebooks are forked from is gone (killed by SIGKILL")


@ON_LINUX
def test_what_a_lost_notebook_had_started_is_ended_too(run, tmp_path):
    cell = "import os, pathlib, signal, subprocess, time\nif not pathlib.Path('pid').exists():\n"
    cell += "    child = subprocess.Popen(['sleep', '1000'])\n    pathlib.Path('pid').write_text(str(child.pid))\n"
    cell += "    os.kill(os.getppid(), signal.SIGKILL)\n    time.sleep(60)"
    run([cell])
    assert not is_running(int((tmp_path / "pid").read_text()))


@ON_LINUX
@pytest.mark.parametrize("engine", ["forks", "kernel"])
def test_what_a_notebook_had_put_into_a_session_of_its_own_ends_with_the_run(run, tmp_path, monkeypatch, engine):
    monkeypatch.setenv(ENGINE_ASKED, engine)
    cell = "import pathlib, subprocess\nchild = subprocess.Popen(['sleep', '1000'], start_new_session=True)\n"
    cell += "_ = pathlib.Path('pid').write_text(str(child.pid))"
    run([cell])
    assert not is_running(int((tmp_path / "pid").read_text()))


@ON_LINUX
def test_a_kernel_that_kills_itself_is_not_run_again(run, tmp_path):
    cell = "import os, pathlib\nwith pathlib.Path('tries').open('a') as f: f.write('x')\nos.kill(os.getpid(), 9)"
    with pytest.raises(StageStopped) as stopped:
        run([cell])
    assert stopped.value.failure.cause is Cause.DEAD_KERNEL
    assert (tmp_path / "tries").read_text() == "x"


@ON_LINUX
def test_a_fork_server_that_cannot_be_started_is_told_and_done_without(tmp_path, monkeypatch):
    monkeypatch.setattr("review_kit.chain.forks.sys.executable", str(tmp_path / "no_python"))
    told = []
    with Kernels(folder=tmp_path, tell=told.append) as kernels:
        assert kernels.server is None
        assert kernels.call("os:getcwd", {}) is None
    missing = f"[Errno 2] No such file or directory: '{tmp_path}/no_python'"
    [notice] = notices(told)
    assert notice.startswith(f"The process that notebooks are forked from cannot be started ({missing}); ")


@ON_LINUX
def test_a_process_that_the_system_refuses_to_fork_is_told_as_lost_and_the_others_live(tmp_path, monkeypatch):
    (tmp_path / "private").mkdir()
    (tmp_path / "refusing.py").write_text(
        "import errno, os, pathlib\nfork = os.fork\n"
        "def maybe():\n    if pathlib.Path('full').exists(): raise OSError(errno.EAGAIN, 'no process to spare')\n"
        "    return fork()\n"
        "os.fork = maybe\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])}
    work = {"function": "time:sleep", "arguments": {}, "evidence": "e", "folder": str(tmp_path), "log": "log"}
    with ForkServer(private=tmp_path / "private", preload=("refusing",), environment=environment) as server:
        first = server.fork("call", {**work, "function": "os:getcwd"})
        assert (first.wait(60), first.lost) == (0, False)
        (tmp_path / "full").touch()
        second = server.fork("call", work)
        assert (second.wait(60), second.lost) == (-9, True)
        (tmp_path / "full").unlink()
        assert server.fork("call", {**work, "function": "os:getcwd"}).wait(60) == 0


@ON_LINUX
def test_a_process_that_cannot_even_begin_does_no_harm_to_the_others_or_to_the_private_folder(tmp_path):
    private = tmp_path / "private"
    private.mkdir()
    asleep = {"function": "subprocess:run", "arguments": {"args": ["sleep", "60"]}}
    work = {**asleep, "evidence": "e", "folder": str(tmp_path), "log": str(tmp_path / "log")}
    with ForkServer(private=private, preload=(), environment=os.environ) as server:
        living = server.fork("call", work)
        assert server.fork("call", {**work, "log": str(tmp_path / "no" / "log")}).wait(60) == 1
        assert server.fork("call", {**work, "folder": str(tmp_path / "no")}).wait(60) == 1
        assert server.fork("call", {**work, "log": "/dev/full", "function": "time:no_such"}).wait(60) == 1
        assert living.wait(0) is None
        assert private.exists()


@ON_LINUX
def test_a_fork_server_that_fails_itself_takes_its_forks_along_and_leaves_the_folder_to_its_owner(tmp_path):
    private = tmp_path / "private"
    private.mkdir()
    asleep = {"function": "subprocess:run", "arguments": {"args": ["sleep", "60"]}}
    with ForkServer(private=private, preload=(), environment=os.environ) as server:
        fork = server.fork("call", {**asleep, "evidence": "e", "folder": str(tmp_path), "log": str(tmp_path / "log")})
        server.channel.sendall(b"no JSON\n")
        assert server.process.wait(60) == 1
        assert fork.wait(60) == -9
        assert private.exists()


@ON_LINUX
def test_nothing_can_be_asked_of_a_fork_server_that_is_gone(tmp_path):
    with ForkServer(private=tmp_path, preload=(), environment=os.environ) as server:
        os.kill(server.process.pid, signal.SIGKILL)
        server.reader.join(60)
        with pytest.raises(ForkServerGoneError):
            server.fork("call", {})


@ON_LINUX
def test_a_fork_server_that_is_hung_up_on_ends_with_all_that_it_forked_a_moment_ago(tmp_path):
    asleep = {"function": "subprocess:run", "arguments": {"args": ["sleep", "60"]}}
    work = {**asleep, "evidence": "e", "folder": str(tmp_path), "log": str(tmp_path / "log")}
    for number in range(20):
        private = tmp_path / f"private{number}"
        private.mkdir()
        with ForkServer(private=private, preload=(), environment=os.environ) as server:
            forks = [server.fork("call", work) for _ in range(number % 4 + 1)]
            server.channel.shutdown(socket.SHUT_RDWR)
            assert server.process.wait(5) == 0
        assert not any(Path("/proc", str(fork.pid)).exists() for fork in forks if fork.pid)
        assert not private.exists()


# the end of a kernel, cells


@ON_LINUX
def test_what_a_kernel_had_printed_before_it_died_is_kept(run, tmp_path):
    # zmq sends from a thread of its own: a process that ends within the same instant takes its last words along
    cell = "import os, time\nprint('last words', flush=True)\ntime.sleep(0.5)\nos._exit(3)"
    with pytest.raises(StageStopped) as stopped:
        run([cell])
    assert (stopped.value.failure.cause, stopped.value.failure.exit_code) == (Cause.DEAD_KERNEL, 3)
    book = json.loads((tmp_path / "executed" / "01_test.ipynb").read_text(encoding="utf-8"))
    assert printed(book) == ["last words\n"]


@ON_LINUX
def test_whoever_waits_for_a_forked_process_is_told_by_its_end_and_need_not_look(tmp_path):
    with Kernels(folder=tmp_path) as kernels:
        told = threading.Event()
        fork, _ = kernels.call("os:abort", {})
        fork.when_ended(told.set)
        assert told.wait(60)
        assert fork.poll() == -signal.SIGABRT
        late = threading.Event()
        fork.when_ended(late.set)
        assert late.is_set()


@ON_LINUX
def test_the_engine_on_the_command_line_tells_of_a_dead_kernel(tmp_path, write_notebook, kernels_of_this_process):
    with pytest.raises(DeadKernelError):
        execute(write_notebook(tmp_path, "in", "import os; os._exit(3)"), tmp_path / "out.ipynb")


def test_each_cell_that_runs_is_told_with_its_number_in_the_template(run):
    told, _ = run(["'second'", "", "'fourth'"])
    cells = [event for event in told if isinstance(event, CellStarted)]
    assert cells == [CellStarted(name="01_test", cell=number, cells=4) for number in (1, 2, 4)]


# the canonical form


def test_a_line_that_was_overwritten_is_shown_as_it_was_last():
    assert as_on_a_terminal("1 %\r50 %\r100 %\nnext\r\n") == "100 %\nnext\r\n"


def stream(text, name="stdout"):
    return nbformat.v4.new_output("stream", name=name, text=text)


def canonical_outputs(*outputs, widgets=None, folder=Path("/none")):
    cell = nbformat.v4.new_code_cell("", outputs=[*outputs], id="a")
    metadata = {"widgets": {"application/vnd.jupyter.widget-state+json": {"state": widgets}}} if widgets else {}
    book = nbformat.v4.new_notebook(cells=[cell], metadata=metadata)
    return json.loads(canonical(book, name="a", folder=folder))


def test_pieces_of_a_stream_are_joined_up_to_the_next_display():
    shown = nbformat.v4.new_output("display_data", {"text/plain": "shown"})
    book = canonical_outputs(stream("e", "stderr"), stream("a"), stream("b\n"), shown, stream("c"))
    told = [(output.get("name"), output.get("text")) for output in book["cells"][0]["outputs"]]
    assert told == [("stdout", ["ab\n"]), ("stderr", ["e"]), (None, None), ("stdout", ["c"])]


def test_widgets_are_numbered_as_they_are_shown_whatever_their_random_ids_and_their_order():
    def book(slider, layout, hidden, order):
        states = {
            slider: {"model_name": "Slider", "state": {"layout": f"IPY_MODEL_{layout}"}},
            layout: {"model_name": "Layout", "state": {}},
            hidden: {"model_name": "Hidden", "state": {}},
        }
        view = {"application/vnd.jupyter.widget-view+json": {"model_id": slider}}
        shown = nbformat.v4.new_output("display_data", view)
        return canonical_outputs(shown, widgets={name: states[name] for name in order})

    first = book("aaa1", "bbb2", "ccc3", ("aaa1", "bbb2", "ccc3"))
    assert first == book("zzz1", "yyy2", "xxx3", ("xxx3", "yyy2", "zzz1"))
    states = first["metadata"]["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
    assert [state["model_name"] for _, state in sorted(states.items())] == ["Slider", "Layout", "Hidden"]


def test_the_path_of_a_cell_is_not_told_wherever_it_stands_in_a_line():
    book = canonical_outputs(stream("File '/tmp/ipykernel_12/345.py', line 1 in /var/x y/ipykernel_1/2.py\n"))
    assert book["cells"][0]["outputs"][0]["text"] == ["File 'this notebook', line 1 in /var/x this notebook\n"]


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
