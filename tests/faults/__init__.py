"""Bad inputs as files: a small sound cycle, one change each, and what intake has to say of it."""
