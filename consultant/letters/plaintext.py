"""A parsed markdown tree as plain text of a given width: paragraphs, lists, quotes, tables, links.

Parses nothing.
"""

from __future__ import annotations

import functools
import re
import textwrap
from collections.abc import Callable, Iterator, Sequence

from markdown_it.tree import SyntaxTreeNode

_NARROWEST = 20
_BLANKS = str.maketrans("\x0b\x0c\r", "   ")


def lay_out(node: SyntaxTreeNode, width: int) -> str:
    """The tree below `node` as text, blocks parted by an empty line."""
    return _blocks(node.children, width, "\n\n")


def fill(text: str, width: int, hanging: str = "") -> str:
    """The text wrapped to `width`, words and links never broken; line ends in it are kept."""
    return "\n".join(_filled(line, width, hanging) for line in text.expandtabs().translate(_BLANKS).split("\n"))


def _filled(line: str, width: int, hanging: str) -> str:
    line = line.rstrip(" ")
    return line if len(line) <= width else f"\n{hanging}".join(_folded(line, width, width - len(hanging)))


def _folded(line: str, first_width: int, width: int) -> Iterator[str]:
    """The line's pieces; by pattern, since `textwrap` took most of the time that an automatic letter needs."""
    at, wanted = 0, _piece(first_width)
    while found := wanted.match(line, at):
        yield found[1] or found[2]
        at, wanted = found.end(), _piece(width)


@functools.cache
def _piece(width: int) -> re.Pattern[str]:
    """As many words as fit, or else one word, and the blanks behind; only ASCII blanks part words.

    Blanks in front stay where the first word fits behind them.
    """
    words = rf".{{0,{width - 1}}}[^ ](?= |\Z)"
    return re.compile(rf"(?:({words})| *({words}|[^ ]+)) *")


def _blocks(nodes: Sequence[SyntaxTreeNode], width: int, gap: str) -> str:
    return gap.join(_block(node, max(width, _NARROWEST)) for node in nodes)


def _block(node: SyntaxTreeNode, width: int) -> str:
    return _LAYOUTS[node.type](node, width)


def _paragraph(node: SyntaxTreeNode, width: int) -> str:
    return fill(_inline(node), width)


def _heading(node: SyntaxTreeNode, width: int) -> str:
    title = fill(_inline(node), width)
    underline = {"h1": "=", "h2": "-"}.get(node.tag)
    longest = max(len(line) for line in title.split("\n"))
    return f"{title}\n{underline * longest}" if underline and title else title


def _list(node: SyntaxTreeNode, width: int) -> str:
    tight = all(child.hidden for item in node.children for child in item.children if child.type == "paragraph")
    gap = "\n" if tight else "\n\n"
    return gap.join(_item(item, width, gap) for item in node.children)


def _item(item: SyntaxTreeNode, width: int, gap: str) -> str:
    bullet = f"{item.info}{item.markup} " if item.info else "- "
    body = _blocks(item.children, width - len(bullet), gap)
    return bullet + textwrap.indent(body, " " * len(bullet)).lstrip(" ")


def _quote(node: SyntaxTreeNode, width: int) -> str:
    lines = _blocks(node.children, width - 2, "\n\n").split("\n")
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _code(node: SyntaxTreeNode, _width: int) -> str:
    return textwrap.indent(node.content.rstrip("\n"), "    ")


def _rule(_node: SyntaxTreeNode, _width: int) -> str:
    return "* * *"


def _table(node: SyntaxTreeNode, width: int) -> str:
    """Columns side by side where they fit; else each row as lines of "heading: cell"."""
    rows = [
        [_inline(cell).replace("\n", " ") for cell in row.children] for part in node.children for row in part.children
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    if sum(widths) + 2 * (len(widths) - 1) <= width:
        return _columns(rows, widths)
    heading, *body = rows
    if not body:
        return fill("  ".join(heading), width)
    return "\n\n".join(_record(heading, row, width) for row in body)


def _columns(rows: Sequence[Sequence[str]], widths: Sequence[int]) -> str:
    def line(cells: Sequence[str]) -> str:
        return "  ".join(cell.ljust(size) for cell, size in zip(cells, widths, strict=True)).rstrip()

    heading, *body = rows
    return "\n".join([line(heading), line(["-" * size for size in widths]), *map(line, body)])


def _record(heading: Sequence[str], row: Sequence[str], width: int) -> str:
    pairs = zip(heading, row, strict=True)
    return "\n".join(fill(f"{name}: {cell}".strip() if name else cell, width, "  ") for name, cell in pairs)


def _inline(node: SyntaxTreeNode) -> str:
    return "".join(_run(child) for child in node.children)


def _run(node: SyntaxTreeNode) -> str:
    match node.type:
        case "text" | "code_inline":
            return node.content
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "link":
            return _link(node)
        case _:  # emphasis, strong, and the wrapper that holds them
            return _inline(node)


def _link(node: SyntaxTreeNode) -> str:
    text, url, title = _inline(node), str(node.attrs["href"]), node.attrs.get("title")
    target = f'{url} "{title}"' if title else url
    if text in (url, url.removeprefix("mailto:")) and not title:
        return text
    return f"{text} ({target})" if text else target


_LAYOUTS: dict[str, Callable[[SyntaxTreeNode, int], str]] = {
    "paragraph": _paragraph,
    "heading": _heading,
    "bullet_list": _list,
    "ordered_list": _list,
    "blockquote": _quote,
    "code_block": _code,
    "fence": _code,
    "hr": _rule,
    "table": _table,
}
