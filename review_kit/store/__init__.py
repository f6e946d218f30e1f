"""Files whole or not at all."""

from review_kit.store.files import write_bytes, write_text
from review_kit.store.folders import begin_folder, recover_folder, replace_folder
from review_kit.store.frozen import FrozenFile, freeze
from review_kit.store.tables import read_table, write_csv, write_table
from review_kit.store.workspace import find_workspace

__all__ = [
    "FrozenFile",
    "begin_folder",
    "find_workspace",
    "freeze",
    "read_table",
    "recover_folder",
    "replace_folder",
    "write_bytes",
    "write_csv",
    "write_table",
    "write_text",
]
