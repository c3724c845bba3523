"""Folders of made-up notes."""

from pathlib import Path

NOTE = """\
+++
title = "A rule on wages"
effective = 2024-01-01
payer = "Medicare"
topics = ["units"]
codes = ["00011", "00020-00029"]
sources = [
    {document = "pub-100-04", section = "ch. 99 §1"},
    {document = "nccipm-2026", section = "ch. Z"},
]
+++
Two units at the most.
"""


def write(folder: Path, slug: str, content: str = NOTE) -> Path:
    """A note in a folder; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{slug}.md").write_text(content, encoding="utf-8")
    return folder
