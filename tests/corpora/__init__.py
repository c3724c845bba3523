"""Measures over collections of real material, where it is at hand."""
