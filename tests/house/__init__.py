"""House rules: what the repository promises of itself, read from its own files."""
