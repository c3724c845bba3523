"""Bringing the agencies' files into the database: opened within bounds, recognised, one transaction a release.

Must not know what a look-up means, nor who asked for the load.
"""
