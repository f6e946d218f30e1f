"""Keeps Jupyter's libraries quick to import; import this module before nbformat, nbconvert or papermill."""

import sys

# nbformat validates with jsonschema, and jsonschema imports rfc3987_syntax, which spends a second on a grammar that
# no notebook needs. None in sys.modules makes that import an ImportError, which jsonschema expects and suppresses.
# When jsonschema imports it lazily, or no more, this module and its uses can go.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
