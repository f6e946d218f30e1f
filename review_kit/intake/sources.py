"""Opens the files that params name, each once."""

from pathlib import Path, PurePosixPath

from review_kit.intake.raw import RawTable
from review_kit.intake.read_csv import read_csv
from review_kit.intake.read_excel import read_excel
from review_kit.model.fault import Fault
from review_kit.model.nearest import nearest
from review_kit.params import Source

_EXCEL = (".xlsx", ".xlsm")
_TEXT = (".csv", ".tsv", ".txt")


class Library:
    """The files of one workspace, or of its frozen copy; tables cut from the same sheet share one reading."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._read: dict[tuple[object, ...], RawTable] = {}

    def read(self, source: Source) -> RawTable:
        """The text of the source's table; a file that cannot be read gives an empty one with a fault."""
        how = (source.path, source.sheet, source.header_row, source.delimiter, source.encoding)
        if how not in self._read:
            self._read[how] = self._open(source)
        return self._read[how]

    def _open(self, source: Source) -> RawTable:
        path = self._root / source.path
        if not path.resolve().is_relative_to(self._root.resolve()):
            return _refused(source, "unsafe-path", "the path leads out of the workspace.", "put the file itself there.")
        if not path.is_file():
            beside = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
            near = nearest(path.name, beside)
            hint = f"did you mean '{near}'?" if near else "check its name in the parameters."
            return _refused(source, "missing-file", "the file is not there.", hint)
        suffix = PurePosixPath(source.path).suffix.lower()
        if suffix not in _EXCEL + _TEXT:
            told = f"files of the kind '{suffix}' are not read."
            return _refused(source, "format-mismatch", told, "export it as .csv or .xlsx.")
        try:
            raw = path.read_bytes()
        except OSError as error:
            return _refused(
                source, "unreadable-file", f"the file cannot be read ({error.strerror}).", "check its rights."
            )
        return read_excel(raw, source) if suffix in _EXCEL else read_csv(raw, source)


def _refused(source: Source, rule: str, message: str, hint: str) -> RawTable:
    return RawTable(faults=[Fault(file=source.path, rule=rule, message=message, hint=hint)])
