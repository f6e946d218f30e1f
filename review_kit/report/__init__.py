"""Executed notebooks become documents: nbconvert lives here and nowhere else."""

import review_kit.fast_imports  # noqa: F401 - before nbconvert
from review_kit.report.exporter import render_report, render_slides
from review_kit.report.meta import DocumentMeta

__all__ = ["DocumentMeta", "render_report", "render_slides"]
