"""The commands of `consultant`: thin, printing what the domain says."""
