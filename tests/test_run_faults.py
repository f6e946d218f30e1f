"""Faults that a run meets in the world, each provoked for real: see the table in docs/reliability.md."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from fault_points import (
    ALL_STEPS,
    RECORD,
    RUN_SECONDS,
    STUMBLING,
    WAIT,
    Fault,
    how,
    place,
    prepare,
    processes_of,
    review_in,
    rubbish_in,
    run,
    wait_for_the_end_of,
    wait_until,
    words_of,
)
from workspaces import REPOSITORY, contents, replace_text, review

from review_kit.chain.limits import Limits
from review_kit.checkpoint import run_checkpoint
from review_kit.desk import open_cycle
from review_kit.errors import ExitCode, StageFailedError, UsageError

ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="uses namespaces, /proc or credentials of Linux")
PAGE = 4096  # bytes; tmpfs gives files whole pages
NOBODY = 65534

pytestmark = pytest.mark.kernel


@pytest.fixture
def here():
    """A folder for one disturbed run."""
    with place() as folder:
        yield folder


def in_a_screen(done):
    told = words_of(done.stderr)
    return 0 < len(told) <= 8 and "Traceback" not in done.stderr and any(line.startswith("Hint: ") for line in told)


# F04, F05, F02: names, missing files, values that were converted on the way


@pytest.mark.parametrize("name", ["{0}", "{pm[run_uuid].__class__.__mro__}", "../2025", "%s", "$(true)"])
def test_a_format_string_or_a_path_as_name_of_a_checkpoint_is_refused(ground, name):
    before = contents(ground.workspace)
    done = review(ground.workspace, "run", name)
    assert done.returncode == ExitCode.WRONG_USAGE
    assert in_a_screen(done)
    assert contents(ground.workspace) == before


def test_a_checkpoint_that_plain_papermill_has_made_a_number_of_is_refused_and_not_mistaken(ground):
    """`papermill -p checkpoint 2025_26` hands over the number 202526."""
    with pytest.raises(UsageError, match="202526"):
        open_cycle(202526, workspace=ground.workspace)
    assert open_cycle(2025, workspace=ground.workspace).review.checkpoint.name == "2025"


def test_a_missing_source_is_told_and_nothing_is_reported_for_that_run(ground, here):
    workspace = ground.copy(here / "w")
    (workspace / "data" / "actuals.csv").unlink()
    done = run(workspace, here, Fault())
    assert done.returncode == ExitCode.INPUTS_REFUSED
    assert "data/actuals.csv" in done.stderr
    assert in_a_screen(done)
    assert review_in(workspace) == ground.old
    failed = workspace / "outputs" / ".failed" / "2025"
    assert json.loads((failed / "run.json").read_text(encoding="utf-8"))["state"] == "failed"
    assert not list(failed.rglob("*.html"))


# F07, F08: what a cell can do to its process


@pytest.mark.parametrize(
    ("cell", "seconds", "told"),
    [
        (
            "import os; os.kill(os.getpid(), 9)",
            60,
            "its kernel died (killed by SIGKILL; often because the memory was full).",
        ),
        ("while True: pass", 1, "it was stopped after 1 seconds, the limit."),
        ("import resource\nresource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31))\nbytes(2**40)", 60, "MemoryError"),
    ],
    ids=["dead kernel", "endless cell", "memory limit"],
)
@ON_LINUX
def test_a_stage_that_dies_is_named_in_one_screen_and_the_last_good_review_stands(ground, here, cell, seconds, told):
    workspace = ground.copy(here / "w")
    path = workspace / "notebooks" / "02_kpi_scoring.ipynb"
    book = json.loads(path.read_text(encoding="utf-8"))
    last = next(number for number, one in enumerate(book["cells"]) if one["cell_type"] == "code")  # the parameters
    book["cells"][last + 1 : last + 1] = [
        {"cell_type": "code", "id": "fault", "metadata": {}, "source": cell, "outputs": [], "execution_count": None}
    ]
    path.write_text(json.dumps(book), encoding="utf-8")
    with pytest.raises(StageFailedError) as failed:
        run_checkpoint(workspace, "2025", limits=Limits(cell_seconds=seconds))
    lines = str(failed.value).splitlines()
    assert re.match(rf"02_kpi_scoring failed in cell {last + 2}: {re.escape(told)}", lines[0])
    assert len(lines) <= 10
    assert lines[-1].startswith("Hint: outputs/.failed/2025/ keeps the notebooks as they were then.")
    assert review_in(workspace) == ground.old
    kept = json.loads((workspace / "outputs/.failed/2025/notebooks/02_kpi_scoring.ipynb").read_text(encoding="utf-8"))
    assert "02_kpi_scoring failed" in "".join(kept["cells"][0]["source"])


# F09, F10: a full disk and one that cannot be written, as the system itself makes them


def namespace():
    """The command for a process that may mount for itself; empty where the system does not let us."""
    flags = ["--mount"] if os.geteuid() == 0 else ["--map-root-user", "--mount"]
    command = ["unshare", *flags, "sh", "-ec"]
    tried = 'mount -t tmpfs tmpfs /mnt && test "$(stat -f -c %T /mnt)" = tmpfs'
    if sys.platform != "linux" or shutil.which("unshare") is None:
        return []
    return command if subprocess.run([*command, tried], capture_output=True, check=False).returncode == 0 else []


@pytest.fixture(scope="module")
def mounting():
    """Runs a shell script that may mount; nobody else sees what it mounts, and nothing is left of it."""
    command = namespace()
    if not command:
        pytest.skip("this system lets nobody mount in a namespace of their own")

    def script(text, workspace, folder, fault, **variables):
        prepare(workspace, folder, fault)
        asked = how(workspace, folder, fault)
        python = " ".join(asked.pop("args"))
        variables = {"REVIEW": python, **{name: str(value) for name, value in variables.items()}}
        asked["env"] |= variables
        return subprocess.run([*command, text], **asked, capture_output=True, check=False, timeout=RUN_SECONDS)

    return script


FULL = """
mv outputs held
mkdir outputs
mount -t tmpfs -o size=$SIZE,mode=700 tmpfs outputs
cp -a held/. outputs/
code=0; $REVIEW || code=$?
cp -a outputs "$RESULT"
mount -o remount,size=64m outputs
$REVIEW 2>/dev/null >/dev/null
cp -a outputs "$RESULT-after"
exit $code
"""


def pages(folder):
    """Bytes that tmpfs needs for the files of a folder."""
    return sum(-(-path.stat().st_size // PAGE) * PAGE for path in folder.rglob("*") if path.is_file())


@ON_LINUX
@pytest.mark.parametrize("place_for", ["nothing", "the inputs", "the tables", "all but the report"])
def test_a_full_disk_is_told_and_leaves_the_last_good_review(ground, here, mounting, place_for):
    anew = {"the inputs": "01_data_intake", "the tables": "05_strategy_review (analyst)"}.get(place_for, "")
    workspace = ground.copy(here / "w", anew)
    outputs = workspace / "outputs"
    inputs = pages(outputs / "2025" / "inputs")
    room = {
        "nothing": 4 * PAGE,
        "the inputs": inputs + 8 * PAGE,
        "the tables": inputs + pages(outputs / "2025" / "tables") + 8 * PAGE,
        "all but the report": pages(outputs / "2025") - 8 * PAGE,
    }[place_for]
    done = mounting(FULL, workspace, here, Fault(anew=anew), SIZE=pages(outputs) + room, RESULT=here / "result")
    assert done.returncode == ExitCode.CANNOT_WRITE, done.stderr
    assert "No space left" in done.stderr
    assert in_a_screen(done), done.stderr
    for name, expected in (("result", ground.old), ("result-after", ground.new)):
        (here / name / "outputs").parent.mkdir(exist_ok=True)
        shutil.rmtree(workspace / "outputs", ignore_errors=True)
        shutil.copytree(here / name, workspace / "outputs")
        assert review_in(workspace) == expected, name
    assert rubbish_in(workspace, here) == []


READ_ONLY = """
mount --bind outputs outputs
mount -o remount,ro,bind outputs
$REVIEW
"""


@ON_LINUX
def test_outputs_on_a_read_only_disk_are_refused_before_anything_is_computed(ground, here, mounting):
    workspace = ground.copy(here / "w")
    done = mounting(READ_ONLY, workspace, here, Fault())
    assert done.returncode == ExitCode.CANNOT_WRITE, done.stderr
    assert words_of(done.stderr) == [
        "outputs/ cannot be written: Read-only file system.",
        "Hint: free some space or mend the permission, then run again.",
    ]
    assert review_in(workspace) == ground.old


NO_ROOM_FOR_TEMPORARY = [
    "The folder for temporary files (see TMPDIR) cannot be written: No space left on device.",
    "Hint: make room there, or name another folder in TMPDIR.",
]
FULL_TEMPORARY = """
mount -t tmpfs -o $LIMIT,mode=700 tmpfs "$TMPDIR"
code=0; $REVIEW || code=$?
ls -A "$TMPDIR"
exit $code
"""


@ON_LINUX
@pytest.mark.parametrize("limit", ["size=4k", "nr_inodes=2", "nr_inodes=3"])
def test_a_full_folder_for_temporary_files_is_told_as_that(ground, here, mounting, limit):
    workspace = ground.copy(here / "w")
    done = mounting(FULL_TEMPORARY, workspace, here, Fault(), LIMIT=limit)
    assert done.returncode == ExitCode.CANNOT_WRITE, done.stderr
    assert words_of(done.stderr) == NO_ROOM_FOR_TEMPORARY
    assert done.stdout == ""  # nothing is left in that folder
    assert review_in(workspace) == ground.old
    assert wait_for_the_end_of(here) == []


FILLED_MEANWHILE = """
mount -t tmpfs -o size=8m,mode=700 tmpfs "$TMPDIR"
$REVIEW & run=$!
until [ -e "$RECORD/waiting" ]; do sleep 0.02; done
dd if=/dev/zero of="$TMPDIR/other" bs=4k 2>/dev/null || true
touch "$RECORD/go"
code=0; wait $run || code=$?
rm "$TMPDIR/other"
ls -A "$TMPDIR"
exit $code
"""


@ON_LINUX
@pytest.mark.parametrize(
    ("anew", "step"),
    [
        ("02_kpi_scoring", "create outputs/.work/2025/tables/rollup.parquet (new) #1"),
        ("report (analyst)", "create outputs/.work/2025/editions/analyst/report.html (new) #1"),
        ("05_strategy_review (analyst)", "make folder outputs/.work/2025/inputs #1"),
    ],
    ids=["in a cell", "in a document", "before kernels start"],
)
def test_a_folder_for_temporary_files_that_another_fills_meanwhile_is_told_as_that(ground, here, mounting, anew, step):
    workspace = ground.copy(here / "w", anew)
    done = mounting(FILLED_MEANWHILE, workspace, here, Fault(step, WAIT, anew=anew), RECORD=here / RECORD)
    assert done.returncode == ExitCode.CANNOT_WRITE, done.stderr
    assert words_of(done.stderr) == ["Review 2025", *NO_ROOM_FOR_TEMPORARY]
    assert done.stdout == ""  # nothing is left in that folder
    assert review_in(workspace) == ground.old
    assert wait_for_the_end_of(here) == []


# F25: names that drawing could stumble over


def test_signs_that_a_drawing_library_takes_for_formulas_are_plain_text(ground):
    """The KPI of the ground has such a name, and a review came of it."""
    assert STUMBLING.encode() in ground.new["report.html"]
    assert STUMBLING.encode() in ground.new["editions/analyst/slides.html"]


# F15 to F17, F26: the same bytes wherever and whenever


def zone_in_which_midnight_comes(seconds):
    """A time zone in which the next day begins in so many seconds, as POSIX writes it and as Python does."""
    now = datetime.now(UTC)
    ahead = (24 * 3600 - seconds - (now.hour * 3600 + now.minute * 60 + now.second)) % 86_400
    ahead -= 86_400 if ahead > 43_200 else 0
    hours, rest = divmod(abs(ahead), 3600)
    sign = "-" if ahead > 0 else "+"  # POSIX counts the hours that a zone is behind
    return f"MID{sign}{hours:02d}:{rest // 60:02d}:{rest % 60:02d}", timezone(timedelta(seconds=ahead))


@ON_LINUX
def test_midnight_during_the_run_a_poor_locale_and_a_single_core_change_no_byte(ground, here, monkeypatch):
    workspace = ground.copy(here / "w", ALL_STEPS)
    zone, same = zone_in_which_midnight_comes(2)
    poor = {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONHASHSEED": "1", "TZ": zone}
    for name, value in poor.items():
        monkeypatch.setenv(name, value)
    cores = os.sched_getaffinity(0)
    started = datetime.now(same).date()
    os.sched_setaffinity(0, {min(cores)})
    try:
        done = run(workspace, here, Fault(anew=ALL_STEPS), "--force")
    finally:
        os.sched_setaffinity(0, cores)
    assert done.returncode == 0, done.stderr
    assert (datetime.now(same).date() - started).days == 1
    assert review_in(workspace) == ground.new


@ON_LINUX
@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root can be somebody else")
@pytest.mark.skipif(shutil.which("setpriv") is None, reason="needs setpriv of util-linux")
def test_another_user_in_another_folder_and_time_zone_gets_the_same_bytes(ground, here):
    workspace = ground.copy(here / "ein anderer Ordner, é", ALL_STEPS)
    fault = Fault(anew=ALL_STEPS)
    prepare(workspace, here, fault)
    for path in (here, *here.rglob("*")):
        os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    asked = how(workspace, here, fault, "--force")
    reading = "+dac_read_search"  # the interpreter may lie in a folder that is closed to others
    user = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    user += [f"--inh-caps={reading}", f"--ambient-caps={reading}"]
    asked["env"] |= {"TZ": "America/Anchorage", "HOME": str(here / "t"), "USER": "zaphod", "PYTHONHASHSEED": "2"}
    asked["args"] = [*user, *asked["args"]]
    done = subprocess.run(**asked, capture_output=True, check=False, timeout=RUN_SECONDS)
    assert done.returncode == 0, done.stderr
    assert (workspace / "outputs" / "2025" / "report.html").stat().st_uid == NOBODY
    assert review_in(workspace) == ground.new


# F28, F29: while a stage runs


def sockets_of(pids):
    """The inodes of the sockets that these processes hold."""
    found = set()
    for pid in pids:
        for handle in Path(f"/proc/{pid}/fd").iterdir():
            name = str(handle.readlink()) if handle.is_symlink() else ""
            found |= {name[8:-1]} if name.startswith("socket:") else set()
    return found


def sockets_of_the_network():
    """The inodes of all TCP and UDP sockets of this machine."""
    tables = [Path(f"/proc/net/{name}") for name in ("tcp", "tcp6", "udp", "udp6")]
    return {line.split()[9] for table in tables if table.exists() for line in table.read_text().splitlines()[1:]}


@ON_LINUX
def test_no_process_of_a_run_listens_and_an_input_changed_meanwhile_is_not_read(ground, here):
    fault = Fault("create outputs/.work/2025/tables/rollup.parquet (new) #1", WAIT, anew="02_kpi_scoring")
    workspace = ground.copy(here / "w", fault.anew)
    prepare(workspace, here, fault)
    running = subprocess.Popen(**how(workspace, here, fault), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert wait_until((here / RECORD / "waiting").exists, RUN_SECONDS)
    family = processes_of(here)
    sockets = sockets_of(family)
    assert len(family) >= 3  # the owner, the fork server, a kernel
    assert sockets
    assert not sockets & sockets_of_the_network()
    replace_text(workspace / "data" / "actuals.csv", ("2025-12,85", "2025-12,1"))
    (here / RECORD / "go").touch()
    _, told = running.communicate(timeout=RUN_SECONDS)
    assert running.returncode == 0, told
    assert review_in(workspace) == ground.new
    assert wait_for_the_end_of(here) == []


@ON_LINUX
def test_an_ordinary_kernel_ends_with_its_owner_even_while_it_is_being_started(here):
    program = "import os, subprocess, sys; os.environ['JPY_PARENT_PID'] = str(os.getpid())\n"
    program += "command = [sys.executable, '-m', 'review_kit.chain.kernel_start', f'-f={sys.argv[1]}']\n"
    program += "print(subprocess.Popen(command, start_new_session=True).pid, flush=True); os.kill(os.getpid(), 9)"
    owner = subprocess.run(
        [sys.executable, "-c", program, str(here / "k.json")], stdout=subprocess.PIPE, encoding="utf-8", check=False
    )
    kernel = Path("/proc", owner.stdout.strip())
    assert wait_until(lambda: not kernel.exists() or "\nState:\tZ" in (kernel / "status").read_text(), 5)


def test_a_run_that_has_just_ended_leaves_nothing_running_and_nothing_lying_about(ground, here):
    workspace = ground.copy(here / "w")
    started = time.time()
    done = run(workspace, here, Fault())
    assert done.returncode == 0
    assert wait_for_the_end_of(here) == []
    assert rubbish_in(workspace, here) == []
    logs = [path for path in (workspace / "outputs" / ".logs").rglob("*.log") if path.stat().st_mtime >= started - 1]
    assert len(logs) == 1


def test_every_test_that_the_page_on_reliability_names_is_there():
    page = (REPOSITORY / "docs" / "reliability.md").read_text(encoding="utf-8")
    tests = "".join(path.read_text(encoding="utf-8") for path in (REPOSITORY / "tests").glob("test_*.py"))
    named = set(re.findall(r"`(test_\w+)`", page))
    assert len(named) > 40
    assert named - set(re.findall(r"^def (test_\w+)", tests, re.MULTILINE)) == set()
