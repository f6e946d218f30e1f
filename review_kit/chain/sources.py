"""What the code cells of a template import, read without running them."""

import ast
import json
from pathlib import Path


def imported_modules(template: Path) -> frozenset[str] | None:
    """The modules that a template names in its imports; None where its code is more than Python, such as a magic."""
    book = json.loads(template.read_text(encoding="utf-8"))
    found: set[str] = set()
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            try:
                tree = ast.parse("".join(cell["source"]))
            except SyntaxError:
                return None
            for node in ast.walk(tree):
                if isinstance(node, ast.Import):
                    found |= {alias.name for alias in node.names}
                elif isinstance(node, ast.ImportFrom):
                    found.add(node.module or "")
    return frozenset(found)
