"""Papermill's engine for the chain: it runs a notebook in a kernel given to it, and keeps its own record of it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import review_kit.fast_imports  # noqa: F401 - before papermill, whose imports it shortens

# isort: split
from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import CellTimeoutError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines

from review_kit.chain.kernel import Kernel, connect
from review_kit.chain.limits import Limits

IN_CHAIN = "review_kit chain"  # the name of this engine; `review_kit` is that of the command line, see papermill_engine
OUTPUT_SECONDS = 60  # how long the last output of a finished cell may take to arrive
LAST_OUTPUT_SECONDS = 0.5  # how long what a dead kernel had sent may take; it lies in a socket of a busy machine


@dataclass(slots=True, kw_only=True)
class Record:
    """What is known about a notebook that is being run; its own metadata cannot be believed after a failure."""

    notebook: Any = None
    cells: tuple[Any, ...] = ()  # as they were run; Papermill inserts others when one of them has failed
    cell: int | None = None  # position in the executed notebook of the last code cell that was started
    limit: int | None = None  # seconds that this cell may take
    timed_out: bool = False
    exit_code: int | None = None  # of a kernel that ended by itself


class Client(PapermillNotebookClient):  # type: ignore[misc]
    """Papermill's client, which learns at once that its kernel has died; nbclient looks once a second."""

    async def _async_poll_kernel_alive(self) -> None:
        await self.km.ended()
        await asyncio.sleep(LAST_OUTPUT_SECONDS)
        self.task_poll_for_reply.cancel()


class ReviewEngine(NBClientEngine):  # type: ignore[misc]
    """Runs the cells as `papermill --engine nbclient` does, but in a kernel that was started ahead."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        *,
        kernel: Kernel,
        record: Record,
        limits: Limits,
        on_cell: Callable[[], None],
        **_: Any,
    ) -> Any:
        """Run all cells, calling `on_cell` as each begins; the kernel is dead afterwards, whatever happened."""
        record.notebook = nb_man.nb
        record.cells = tuple(nb_man.nb.cells)
        loop = ensure_event_loop(prefer_selector_loop=True)  # zmq cannot use the other one of Windows
        client: Any = None
        try:
            client = loop.run_until_complete(connect(kernel))
            runner = Client(
                nb_man,
                km=kernel,
                kernel_name=kernel_name,
                timeout_func=allow_time(record, limits),
                iopub_timeout=OUTPUT_SECONDS,
                shell_timeout_interval=1,  # seconds between looks at a kernel that is asked what it is
                record_timing=False,
                on_cell_execute=note_cell(record, on_cell),
            )
            runner.kc = client
            return runner.execute()
        except CellTimeoutError:
            record.timed_out = True
            raise
        finally:
            record.exit_code = kernel.exit_code(0)
            kernel.kill()
            if client is not None:
                client.stop_channels()
                client.context.destroy(linger=0)
            loop.run_until_complete(settle())
            loop.close()


def note_cell(record: Record, on_cell: Callable[[], None]) -> Callable[..., None]:
    """A hook that nbclient calls before it sends a cell to the kernel."""

    def started(*, cell: Any, cell_index: int) -> None:  # noqa: ARG001 - nbclient names them
        record.cell = cell_index
        on_cell()

    return started


def allow_time(record: Record, limits: Limits) -> Callable[[Any], int]:
    """A hook that nbclient asks how many seconds a cell may take."""

    def seconds(cell: Any) -> int:
        record.limit = limits.of_cell(cell)
        return record.limit

    return seconds


async def settle() -> None:
    """Let go of what nbclient was still waiting for when a kernel died or a cell took too long."""
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


papermill_engines.register(IN_CHAIN, ReviewEngine)
