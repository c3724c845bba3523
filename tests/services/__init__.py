"""Private servers for the tests: real Redis, PostgreSQL, Dovecot and Chromium on free loopback ports.

Each is started at most once a run, with its data in a temporary folder, and ended by its process group.
Where one is not installed, its tests are skipped with a plain reason; in continuous integration they fail.
"""
