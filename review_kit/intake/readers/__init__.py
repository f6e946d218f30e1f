"""One module for each form in which tables come; all give the same text cells."""
