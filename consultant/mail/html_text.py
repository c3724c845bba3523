"""HTML of a stranger to readable text: tables keep their rows and columns, quotes get their marks, scripts are gone.

Nothing is fetched, nothing is run. Layout costs time and memory that the HTML can blow up (a table pads
every cell to its widest), so what is too deep, too many or too wide is read without layout. Knows nothing
of mail.
"""

import re
from html import unescape

from inscriptis.css_profiles import STRICT_CSS_PROFILE
from inscriptis.html_engine import Inscriptis
from inscriptis.model.config import ParserConfig
from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from consultant.mail.characters import clean
from consultant.mail.remarks import Cut

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
# Deeper quotes are shown without marks; each level is laid out by itself.
_DEEPEST_QUOTE = 10
_MOST_QUOTES = 500
# Mail programs indent a paragraph by a blockquote too, and say so in its style.
_INDENTED = re.compile(r"border(?:-left)?\s*:\s*(?:none|0|medium none)|margin[^;]*40px[^;]*;?\s*\Z", re.IGNORECASE)
_STRUCK = ("s", "strike", "del")
_CELLS = frozenset({"td", "th"})
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_UNSHOWN = re.compile(r"<(?:(style|script|title)\b|!--)", re.IGNORECASE)
_UNSHOWN_ENDS = {name: re.compile(f"</{name}>?", re.IGNORECASE) for name in ("style", "script", "title")} | {
    "": re.compile("-->")
}
_TAG = re.compile(r"<[^<>]*>")
_MANY_BLANK_LINES = re.compile(r"\n{4,}")


def html_to_text(html: str) -> tuple[str, str | None]:
    """The text of the HTML, and a short sentence when it had to be read without its layout (else None)."""
    body, complete = _parse(html)
    if body is None:
        return "", None
    _strip(body)
    _raise_figures(body)
    _mark_struck(body)
    if not complete:
        return _tidy(_plain_lines(body)), Cut("HTML nested too deep: what is deepest was left unread")
    if _is_laid_out_cheaply(body):
        _mark_quotes(body)
        return _tidy(_laid_out(body)), None
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
    """Leave out what is not shown, and all attributes: widths, margins and alignment are not text."""
    etree.strip_elements(body, *_UNREAD, with_tail=False)
    hidden = []
    for element in body.iter(etree.Element):
        if element.tag == "p" and element.getparent().tag in _CELLS:
            element.tag = "div"  # else its margins tear the rows of a table apart
        if element.attrib:
            style = element.get("style", "")
            if "none" in style.lower() and _HIDDEN.search(style):
                hidden.append(element)
            elif "line-through" in style:
                element.tag = "s"
            if element.tag == "blockquote" and _is_indentation(element):
                element.tag = "div"
            element.attrib.clear()
    for element in hidden:
        if element.getparent() is not None:
            element.drop_tree()


def _is_indentation(blockquote: HtmlElement) -> bool:
    quoted = blockquote.get("type") == "cite" or blockquote.get("cite") or "quote" in blockquote.get("class", "")
    return not quoted and _INDENTED.search(blockquote.get("style", "")) is not None


def _raise_figures(body: HtmlElement) -> None:
    """A raised figure behind a number is no digit of it: a footnote at 99213 must not read 992131."""
    for element in body.iter("sup"):
        before = element.getprevious()
        in_front = (element.getparent().text if before is None else before.tail or before.text) or ""
        if in_front[-1:].isdigit() and (element.text or "")[:1].isdigit():
            element.text = "^" + clean(element.text)


def _mark_struck(body: HtmlElement) -> None:
    """A code that its writer struck out must not read like one that stands."""
    for element in body.iter(*_STRUCK):
        if len(element) or (element.text or "").strip():
            element.text = "~~" + clean(element.text or "")
            element.tail = "~~" + clean(element.tail or "")


def _mark_quotes(body: HtmlElement) -> None:
    """Replace each quote by its lines with quote marks, the innermost first."""
    quotes = [quote for quote in body.iter("blockquote") if _quote_depth(quote) <= _DEEPEST_QUOTE][:_MOST_QUOTES]
    for quote in reversed(quotes):
        if quote.getparent() is None:
            continue
        tail, quote.tail = clean(quote.tail or ""), None  # the tree takes no control characters back
        lines = clean(_laid_out(quote)).strip("\n").split("\n")
        quote.clear()
        quote.tag = "pre"
        quote.text = "\n".join(_quoted(line.rstrip()) for line in lines)
        quote.tail = tail


def _quote_depth(quote: HtmlElement) -> int:
    return sum(1 for _ in quote.iterancestors("blockquote"))


def _quoted(line: str) -> str:
    return ">" + line if line.startswith(">") else f"> {line}".rstrip()


def _laid_out(tree: HtmlElement) -> str:
    """The text in its layout, with blanks only where the writer put them: the library's other profile sets them around
    every span, inside of codes too."""
    return str(Inscriptis(tree, ParserConfig(css=STRICT_CSS_PROFILE.copy())).get_text())


def _is_laid_out_cheaply(body: HtmlElement) -> bool:
    depth = elements = cells = widest = 0
    for event, element in etree.iterwalk(body, events=("start", "end")):
        depth += 1 if event == "start" else -1
        elements += event == "start"
        if depth > _DEEPEST or elements > _MOST_ELEMENTS:
            return False
        if event == "start" and element.tag in _CELLS:
            cells += 1
            widest = max(widest, sum(map(len, element.itertext())) if cells * widest < _WIDEST_TABLE else 0)
    return cells * min(widest, _WIDEST_CELL) <= _WIDEST_TABLE


def _plain_lines(body: HtmlElement) -> str:
    pieces: list[str] = []
    for event, element in etree.iterwalk(body, events=("start", "end")):
        if element.tag in _LINES:
            pieces.append("\n")
        elif element.tag in _CELLS and event == "end":
            pieces.append("\t")
        text = element.text if event == "start" else element.tail
        pieces.append(re.sub(r"\s+", " ", text or ""))
    return re.sub(r"\n\s*\n", "\n\n", "".join(pieces))


def _tidy(text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return _MANY_BLANK_LINES.sub("\n\n\n", lines).strip("\n")


def roughly_shown(html: str) -> str:
    """The text of the HTML, found without laying it out: quick, and a little wrong around inline tags."""
    pieces = []
    at = 0
    while (start := _UNSHOWN.search(html, at)) is not None:
        pieces.append(html[at : start.start()])
        end = _UNSHOWN_ENDS[(start[1] or "").lower()].search(html, start.end())
        if end is None:
            break
        at = end.end()
    else:
        pieces.append(html[at:])
    return unescape(_TAG.sub(" ", " ".join(pieces)))
