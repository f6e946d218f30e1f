"""Where the workspace is."""

from pathlib import Path

from review_kit.errors import UsageError


def find_workspace(start: Path | None = None) -> Path:
    """The nearest folder from `start` (the working directory) upwards that holds `params/`.

    Raises:
        UsageError: there is none.

    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "params").is_dir():
            return folder
    told = f"no workspace here: neither '{here.name}' nor a folder above it holds params/."
    raise UsageError(f"{told}\nHint: `review new DIR` makes one.")
