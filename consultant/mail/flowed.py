"""Paragraphs of format=flowed (RFC 3676). Knows text only."""

import re

_QUOTE_MARKS = re.compile(r">*")


def unflow(text: str, *, delete_space: bool = False) -> str:
    """Paragraphs that format=flowed broke into lines, whole again (RFC 3676 section 4)."""
    joined: list[tuple[int, list[str]]] = []
    open_depth: int | None = None
    for line in text.split("\n"):
        depth = len(_QUOTE_MARKS.match(line).group()) if line.startswith(">") else 0  # type: ignore[union-attr]
        written = line[depth:].removeprefix(" ")
        flowed = written.endswith(" ") and written != "-- "
        if open_depth != depth or written == "-- ":
            joined.append((depth, []))
        joined[-1][1].append(written[:-1] if flowed and delete_space else written)
        open_depth = depth if flowed else None
    return "\n".join(">" * depth + " " * bool(depth) + "".join(pieces) for depth, pieces in joined)
