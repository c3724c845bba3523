"""Mails of other projects, and damaged ones: how the reader fares with them. Run by hand and by `make fuzz`."""
