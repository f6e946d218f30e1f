"""Which files of the package a step uses: what its modules import, and what that imports, read from the source alone.

Imports inside of functions count too, so a file is in the answer if it could be loaded. Templates, stylesheets and
fonts belong to the package that they lie in.
"""

import ast
import contextlib
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path

from review_kit.checkpoint.cache import read_sure, write_sure
from review_kit.checkpoint.fingerprint import PACKAGE, hash_of
from review_kit.errors import ReviewError

NAME = PACKAGE.name


class Code:
    """The files of the package with their hashes, and which of them import which."""

    def __init__(self, hashes: Mapping[str, str], cache: Path) -> None:
        self.hashes = hashes
        self.cache = cache  # reading all imports takes half a second, and they change only with the code
        self.keeps = True  # whether what was read may be written there
        self.found: dict[tuple[str, ...], frozenset[str]] = {}

    def used_by(self, modules: Iterable[str]) -> dict[str, str]:
        """Path and hash of each file that these modules could come to load."""
        roots = tuple(sorted(modules))
        if roots not in self.found:
            self.found[roots] = frozenset(self._reached(roots))
        return {path: self.hashes[path] for path in sorted(self.found[roots])}

    def _reached(self, roots: Iterable[str]) -> set[str]:
        reached: set[str] = set()
        to_see = [module for module in roots if module in self.imports]
        seen = set(to_see)
        while to_see:
            module = to_see.pop()
            reached |= set(self._files(module))
            new = {*self.imports[module], *parents(module)} - seen
            seen |= new
            to_see += new
        return reached

    def _files(self, module: str) -> Iterator[str]:
        """The module's own file, and for a package what else lies in it or in folders of it that are no packages."""
        stem = module.replace(".", "/")
        if f"{stem}.py" in self.hashes:
            yield f"{stem}.py"
            return
        yield f"{stem}/__init__.py"
        for path in self.hashes:
            if path.startswith(f"{stem}/") and not path.endswith(".py") and self._home(path) == module:
                yield path

    def _home(self, path: str) -> str:
        """The package that a file belongs to; the notebooks of an installed package are inputs and belong to none."""
        if path.startswith(f"{NAME}/notebooks/"):
            return ""
        folder = path.rpartition("/")[0]
        while f"{folder}/__init__.py" not in self.hashes:
            folder = folder.rpartition("/")[0]
        return folder.replace("/", ".")

    @cached_property
    def imports(self) -> dict[str, list[str]]:
        """Of each module of the package, the modules of the package that it names."""
        whole = hash_of(dict(self.hashes))
        kept = read_sure(self.cache)
        if kept.get("code") == whole:
            imports: dict[str, list[str]] = kept["imports"]
            return imports
        paths = [path for path in self.hashes if path.endswith(".py")]
        known = {module_of(path) for path in paths}
        sources = {path: (PACKAGE.parent / path).read_text(encoding="utf-8") for path in paths}
        found = {module_of(path): sorted(imported(source) & known) for path, source in sources.items()}
        if self.keeps:
            with contextlib.suppress(OSError, ReviewError):
                write_sure(self.cache, {"code": whole, "imports": found})
        return found


def module_of(path: str) -> str:
    """'review_kit.scoring' for 'review_kit/scoring/__init__.py'."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def parents(module: str) -> Iterator[str]:
    """The packages that are loaded before a module."""
    while "." in module:
        module = module.rpartition(".")[0]
        yield module


def imported(source: str) -> set[str]:
    """Every dotted name that an import could mean; our modules import by full names only."""
    found: set[str] = set()
    try:
        tree = ast.parse(source)
    except SyntaxError:  # in the middle of an edit: it cannot be imported either, and who tries is told so
        return found
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found
