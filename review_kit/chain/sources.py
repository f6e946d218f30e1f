"""What the code cells of a template import, read without running them."""

import ast
import json
from pathlib import Path

# Built into Python or IPython; with them a cell runs or loads what stands in no import.
BRING_MORE = {"__builtins__", "__import__", "__loader__", "__spec__", "compile", "eval", "exec", "get_ipython"}


def imported_modules(template: Path) -> frozenset[str] | None:
    """The modules that a template names in its imports; None where that does not tell what its code loads.

    Such code is a magic or a command of the system, whether as IPython writes them or asked of the shell, and text that
    is run as code.
    """
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
                    found.add(f"{'.' * node.level}{node.module or ''}")
                elif isinstance(node, ast.Name) and node.id in BRING_MORE:
                    return None
    return frozenset(found)
