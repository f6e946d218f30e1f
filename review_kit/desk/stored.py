"""The tables that earlier stages of a run left, each read when it is first asked for."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from review_kit.store import read_table


class StoredTables(Mapping[str, pd.DataFrame]):
    """The tables of a folder by name; a notebook that shows two of them does not wait for the other twenty."""

    def __init__(self, folder: Path, names: Mapping[str, str] | None = None) -> None:
        """`names` says by which of our names which table is meant; left out, every table goes by its own name."""
        self._folder = folder
        self._names = names
        self._read: dict[str, pd.DataFrame] = {}

    def _path(self, name: str) -> Path:
        stem = name if self._names is None else self._names[name]
        return self._folder / f"{stem}.parquet"

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self:
            raise KeyError(name)
        if name not in self._read:
            self._read[name] = read_table(self._path(name))
        return self._read[name]

    def __contains__(self, name: object) -> bool:
        known = isinstance(name, str) and (self._names is None or name in self._names)
        return known and self._path(str(name)).is_file()

    def __iter__(self) -> Iterator[str]:
        known = sorted(path.stem for path in self._folder.glob("*.parquet")) if self._names is None else self._names
        return (name for name in known if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)
