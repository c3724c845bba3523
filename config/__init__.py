"""Settings and logging. Must not know anything else of this project."""
