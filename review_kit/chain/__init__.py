"""Papermill runs the notebooks of a review: checked parameters, one process each, and a ledger kept from evidence."""
