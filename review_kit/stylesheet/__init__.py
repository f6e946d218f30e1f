"""The look of our pieces: one stylesheet, its variables from the charts' tokens, for documents and for JupyterLab."""

from review_kit.stylesheet.sheet import compressed, lab_css, pieces_css, variables_css

__all__ = ["compressed", "lab_css", "pieces_css", "variables_css"]
