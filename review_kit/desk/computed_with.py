"""What computed a review: this package, Python and the libraries that its rules are made of."""

import platform
from importlib.metadata import version

from review_kit import __version__

COMPUTING = ("numpy", "pandas", "pyarrow", "scipy")  # what the rules import; a test holds that it is all of it


def computed_with() -> str:
    """'review_kit 0.1.0, Python 3.13.1, numpy 2.3.5, …', with the versions that run."""
    libraries = [f"{name} {version(name)}" for name in COMPUTING]
    return ", ".join([f"review_kit {__version__}", f"Python {platform.python_version()}", *libraries])
