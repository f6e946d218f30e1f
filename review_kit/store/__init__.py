"""Files whole or not at all."""

from typing import TYPE_CHECKING, Any

from review_kit.store.files import (
    copy_file,
    is_running,
    link_file,
    make_folder,
    remove_file,
    remove_leftovers,
    write_bytes,
    write_text,
)
from review_kit.store.folders import fresh_folder, recover_folder, remove_tree, replace_folder
from review_kit.store.frozen import FrozenFile, freeze
from review_kit.store.memo import remembered, without_memory
from review_kit.store.rows import read_rows
from review_kit.store.workspace import find_workspace

if TYPE_CHECKING:
    from review_kit.store.tables import read_table, write_csv, write_table

__all__ = [
    "FrozenFile",
    "copy_file",
    "find_workspace",
    "freeze",
    "fresh_folder",
    "is_running",
    "link_file",
    "make_folder",
    "read_rows",
    "read_table",
    "recover_folder",
    "remembered",
    "remove_file",
    "remove_leftovers",
    "remove_tree",
    "replace_folder",
    "without_memory",
    "write_bytes",
    "write_csv",
    "write_table",
    "write_text",
]


def __getattr__(name: str) -> Any:
    """Load pandas and the contract of the tables only for those who ask for a table: most commands need none."""
    if name in {"read_table", "write_csv", "write_table"}:
        from review_kit.store import tables  # noqa: PLC0415

        return getattr(tables, name)
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)
