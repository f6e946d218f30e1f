"""The annual strategy review workbench: sources in, a reviewed strategy out."""

__version__ = "0.1.0"
