"""Runs one notebook through Papermill, writes what it looks like afterwards, and says why it failed if it did."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import review_kit.fast_imports  # noqa: F401 - before nbformat and papermill, whose imports it shortens

# isort: split
import nbformat
import papermill
from papermill.exceptions import PapermillExecutionError

from review_kit.chain.canonical import INJECTED, canonical
from review_kit.chain.engine import IN_CHAIN, Record
from review_kit.chain.events import CellStarted, Observer, ignore
from review_kit.chain.failures import Cause, Failure, failed_with
from review_kit.chain.kernel import Kernel, KernelDiedError
from review_kit.chain.kernels import Kernels
from review_kit.chain.limits import Limits
from review_kit.errors import CannotWriteError
from review_kit.store import write_text

if TYPE_CHECKING:
    from review_kit.chain.steps import Stage


def read_notebook(path: Path) -> Any:
    """A template in the newest format."""
    return nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)


def run_notebook(
    stage: "Stage", kernels: Kernels, limits: Limits, folder: Path, tell: Observer = ignore
) -> tuple[Failure | None, Kernel]:
    """Execute the template in a fresh kernel; the failure is None when every cell has run.

    What was lost with the process that kernels are forked from is run again, in an ordinary kernel: no notebook is to
    blame for that, and no stage leaves anything behind but what it writes again.

    Raises:
        KernelsClosedError: the run is being stopped.
        CannotWriteError: all cells have run, and the executed notebook cannot be written.

    """
    kernel = kernels.take()
    failure, executed = attempt(stage, kernel, limits, tell)
    if failure is not None and failure.cause is Cause.DEAD_KERNEL:
        other = kernels.replace(kernel)
        if other is not None:
            kernel = other
            failure, executed = attempt(stage, kernel, limits, tell)
    text = canonical(executed, name=stage.name, folder=folder, failure=failure.told() if failure else "")
    try:
        write_text(stage.executed, text, durable=False)
    except CannotWriteError:
        if failure is None:
            raise  # otherwise there is a reason that came first
    return failure, kernel


def attempt(stage: "Stage", kernel: Kernel, limits: Limits, tell: Observer) -> tuple[Failure | None, Any]:
    """Run the cells in this kernel: why that did not succeed, and the notebook as it is then."""
    template = read_notebook(stage.template)
    cells = len(template.cells)
    record = Record()
    problem: Exception | None = None

    def tell_cell() -> None:
        place = place_of(record)
        tell(CellStarted(name=stage.name, cell=place["cell"], cells=cells))

    try:
        papermill.execute_notebook(
            template,
            None,
            parameters=dict(stage.parameters),
            engine_name=IN_CHAIN,
            kernel_name="python3",
            language="python",
            progress_bar=False,
            autosave_cell_every=0,
            kernel=kernel,
            record=record,
            limits=limits,
            on_cell=tell_cell,
        )
    except Exception as error:  # noqa: BLE001 - which of the many it was is decided by evidence
        problem = error
    failure = find_failure(stage.name, record, kernel, problem)
    if problem is not None and failure is None:
        raise problem
    return failure, record.notebook if record.notebook is not None else template


def find_failure(name: str, record: Record, kernel: Kernel, problem: Exception | None) -> Failure | None:
    """What ended the notebook early: the clock, the end of its process, or what a cell raised."""
    if problem is None and ran_to_the_end(record):
        return None
    cell = place_of(record)
    if record.timed_out:
        return Failure(stage=name, cause=Cause.TIME_OUT, seconds=record.limit, **cell)
    if record.exit_code is not None or isinstance(problem, KernelDiedError):
        words = kernel.last_words()
        return Failure(stage=name, cause=Cause.DEAD_KERNEL, exit_code=record.exit_code, last_words=words, **cell)
    evidence = kernel.evidence()
    if not evidence and isinstance(problem, PapermillExecutionError):  # such as from a callback of the shell
        evidence = {"name": problem.ename, "message": problem.evalue}
    return failed_with(evidence, name, **cell) if evidence else None


def ran_to_the_end(record: Record) -> bool:
    """Whether every cell was run and none was left by an exception; Papermill takes exit code 0 for a success."""
    code = [cell for cell in record.cells if cell.cell_type == "code" and cell.source.strip()]
    errors = [cell for cell in code if any(output.output_type == "error" for output in cell.outputs)]
    expected = [cell for cell in errors if "raises-exception" in cell.metadata.get("tags", ())]
    return not code or (errors == expected and record.cell is not None and record.cells[record.cell] is code[-1])


def place_of(record: Record) -> dict[str, Any]:
    """Number and source of the cell that was running, counted as in the template, which Papermill adds a cell to."""
    if record.cell is None:
        return {}
    injected = any(INJECTED in cell.metadata.get("tags", ()) for cell in record.cells[: record.cell + 1])
    return {"cell": max(1, record.cell + 1 - injected), "source": record.cells[record.cell].source}
