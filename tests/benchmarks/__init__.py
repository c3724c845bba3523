"""Measurements, run by `make bench`. They print; no test depends on them."""
