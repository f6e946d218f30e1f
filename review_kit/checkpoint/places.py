"""Where the files of a checkpoint lie in a workspace, and whether they can be written."""

import errno
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from review_kit.chain.private import PREFIX
from review_kit.checkpoint import seal
from review_kit.checkpoint.fingerprint import files_of
from review_kit.errors import CannotWriteError, UsageError

STAGES = ("01_data_intake", "02_kpi_scoring", "03_gap_findings", "04_target_reset")
REVIEW = "05_strategy_review"
BRIEFING = "06_briefing"
TEMPLATES = (*STAGES, REVIEW, BRIEFING)
INPUTS = "inputs"  # within a run and a review: everything that was read, laid out as in the workspace
TEMPORARY = "the folder for temporary files (see TMPDIR)"  # of sockets and logs
ROOM = 65_536  # bytes; with less than that in it, this may be the one that was meant


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The folders of one checkpoint in one workspace."""

    workspace: Path
    checkpoint: str

    @property
    def outputs(self) -> Path:
        """All that can be deleted and rebuilt."""
        return self.workspace / "outputs"

    @property
    def last(self) -> Path:
        """The last good review, if there is one: of several revisions the newest."""
        return seal.current(self.outputs, self.checkpoint)

    @property
    def final(self) -> Path:
        """Where the next review goes: in place of the last one, or beside it where that is sealed."""
        return seal.target(self.outputs, self.checkpoint)

    @property
    def cache(self) -> Path:
        """What is kept from run to run, of all checkpoints."""
        return self.outputs / ".cache"

    @property
    def logs(self) -> Path:
        """One file a run."""
        return self.outputs / ".logs" / self.checkpoint

    @property
    def run(self) -> str:
        """The private folder of the run, relative to the workspace, as notebooks are told it: the same every time."""
        return f"outputs/.work/{self.checkpoint}"

    @property
    def work(self) -> Path:
        """The private folder of the run."""
        return self.workspace / self.run

    @property
    def failed(self) -> Path:
        """What a failed run left to look at."""
        return self.outputs / ".failed" / self.checkpoint

    @property
    def failing(self) -> Path:
        """Where what a failed run leaves is put together."""
        return self.work.with_name(f"{self.checkpoint}.failed")

    @property
    def partial(self) -> Path:
        """What a run of some stages or editions made; it never takes the place of the review."""
        return self.outputs / ".partial" / self.checkpoint

    @property
    def lock(self) -> Path:
        """Held while the checkpoint is run."""
        return self.outputs / ".locks" / f"{self.checkpoint}.lock"

    def relative(self, path: Path) -> str:
        """As people are told it: from the workspace, with forward slashes."""
        return path.relative_to(self.workspace).as_posix()

    def check_writable(self) -> None:
        """Find out before anything is computed.

        Raises:
            CannotWriteError: a folder cannot be made or written, or a symbolic link stands in it or in its place.

        """
        folders = (self.final, self.failed, self.partial, self.lock, self.work, self.work.parent)
        for path in (*folders, *files_of(self.final).values()):
            if path.is_symlink():
                msg = (
                    f"{self.relative(path)} is a symbolic link, and what it points to is not ours to replace."
                    "\nHint: remove the link, or make the whole of outputs/ a link if it shall lie elsewhere."
                )
                raise CannotWriteError(msg)
        if self.final.exists() and not self.final.is_dir():
            msg = f"{self.relative(self.final)} is a file.\nHint: move it away; the review needs a folder of this name."
            raise CannotWriteError(msg)
        try:
            self.work.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.work.parent) as probe:
                probe.write(b"review")
        except OSError as error:
            raise cannot_write(error, "outputs/") from error


def cannot_write(error: OSError, where: str) -> CannotWriteError:
    """Says which place cannot be written, and the reason that the system gave."""
    reason = error.strerror or str(error)
    hint = "free some space or mend the permission, then run again."
    if PREFIX in str(error.filename or ""):
        where = f"{TEMPORARY[0].upper()}{TEMPORARY[1:]}"
    elif error.errno == errno.ENOSPC and shutil.disk_usage(tempfile.gettempdir()).free < ROOM:
        where = f"{where}, or {TEMPORARY},"
    return CannotWriteError(f"{where} cannot be written: {reason}.\nHint: {hint}")


def find_templates(workspace: Path) -> dict[str, Path]:
    """The notebooks of this workspace; where it has none, those that came with the package.

    Raises:
        UsageError: one of them is missing.

    """
    package = Path(__file__).resolve().parents[1]
    for folder in (workspace / "notebooks", package / "notebooks", package.parent / "notebooks"):
        found = {name: folder / f"{name}.ipynb" for name in TEMPLATES if (folder / f"{name}.ipynb").is_file()}
        if found:
            break
    missing = [name for name in TEMPLATES if name not in found]
    if missing:
        msg = f"notebooks/{missing[0]}.ipynb is missing.\nHint: `review new` makes a workspace that has all of them."
        raise UsageError(msg)
    return found
