"""HTML of a stranger to readable text: tables keep their rows and columns, scripts and styles are gone.

Nothing is fetched, nothing is run. Layout costs time and memory that the HTML can blow up (a table pads
every cell to its widest), so what is too deep, too many or too wide is read without layout. Knows nothing
of mail.
"""

import re

from inscriptis.css_profiles import STRICT_CSS_PROFILE
from inscriptis.html_engine import Inscriptis
from inscriptis.model.config import ParserConfig
from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

_DEEPEST = 100
_MOST_ELEMENTS = 20_000
_WIDEST_CELL = 2_000
_WIDEST_TABLE = 2_000_000

_UNREAD = (
    "script",
    "style",
    "head",
    "title",
    "template",
    "object",
    "embed",
    "iframe",
    "noscript",
    "svg",
    "math",
)
_LINES = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "blockquote", "pre"})
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_MANY_BLANK_LINES = re.compile(r"\n{4,}")


def html_to_text(html: str) -> tuple[str, str | None]:
    """The text of the HTML, and a short sentence when it had to be read without its layout (else None)."""
    body, complete = _parse(html)
    if body is None:
        return "", None
    _strip(body)
    if not complete:
        return _tidy(_plain_lines(body)), "HTML nested too deep: what is deepest was left unread"
    if _is_laid_out_cheaply(body):
        return _tidy(Inscriptis(body, _layout()).get_text()), None
    return _tidy(_plain_lines(body)), "HTML too large or too deep to lay out: read line by line"


def _parse(html: str) -> tuple[HtmlElement | None, bool]:
    """The tree, and whether all of the HTML is in it."""
    # As UTF-8 bytes, because a str with an encoding declaration in it is refused. Without `huge_tree`
    # whatever is nested deeper than 255 is dropped silently; the size of the text bounds the tree.
    data = html.replace("\x00", "").encode("utf-8", "replace")
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        body = document_fromstring(data, parser=parser)
    except etree.LxmlError:  # nothing in it
        return None, True
    return body, not any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log)


def _strip(body: HtmlElement) -> None:
    etree.strip_elements(body, *_UNREAD, with_tail=False)
    hidden = [e for e in body.iter(etree.Element) if _HIDDEN.search(e.get("style", ""))]
    for element in body.iter(etree.Element):
        element.attrib.clear()  # widths, margins and alignment are not text
    for element in hidden:
        if element.getparent() is not None:
            element.drop_tree()


def _is_laid_out_cheaply(body: HtmlElement) -> bool:
    depth = elements = cells = widest = 0
    for event, element in etree.iterwalk(body, events=("start", "end")):
        depth += 1 if event == "start" else -1
        elements += event == "start"
        if depth > _DEEPEST or elements > _MOST_ELEMENTS:
            return False
        if event == "start" and element.tag in ("td", "th"):
            cells += 1
            widest = max(widest, sum(map(len, element.itertext())) if cells * widest < _WIDEST_TABLE else 0)
    return cells * min(widest, _WIDEST_CELL) <= _WIDEST_TABLE


def _layout() -> ParserConfig:
    """Blanks only where the writer put them: the other profile sets them around every span, inside of codes
    too."""
    return ParserConfig(css=STRICT_CSS_PROFILE.copy())


def _plain_lines(body: HtmlElement) -> str:
    pieces: list[str] = []
    for event, element in etree.iterwalk(body, events=("start", "end")):
        if element.tag in _LINES:
            pieces.append("\n")
        elif element.tag in ("td", "th") and event == "end":
            pieces.append("\t")
        text = element.text if event == "start" else element.tail
        pieces.append(re.sub(r"\s+", " ", text or ""))
    return re.sub(r"\n\s*\n", "\n\n", "".join(pieces))


def _tidy(text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return _MANY_BLANK_LINES.sub("\n\n\n", lines).strip("\n")
