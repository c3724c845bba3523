"""An answer's markdown as HTML and as plain text: one reading, two faces, and no word lost in either.

CommonMark with tables. Raw HTML and images are off; links go to http, https and mailto only. Where CommonMark
would swallow what a coder wrote, it is told not to: entities stay as written, `1*2` is no emphasis, list
numbers are kept, and what looks like a table but has more cells than columns stays text. A backslash before
punctuation shows that punctuation as it is, any other backslash is itself. Knows no letter and no mail.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock, table
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup, escape

from consultant.letters.plaintext import lay_out

_ALLOWED_LINK = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
_WORD_CHARACTER = re.compile(r"\w")
_STARS_INSIDE_WORD = re.compile(r"\*+(?=[^\W_])")
_USUAL_LIST_NUMBER = re.compile(r"[1-9]\d?|0")
_CELL = "border:1px solid #8a8a8a;padding:4px 8px;vertical-align:top"
_STYLES = {
    "table_open": "border-collapse:collapse;margin:12px 0",
    "th_open": f"{_CELL};text-align:left",
    "td_open": _CELL,
    "blockquote_open": "border-left:3px solid #8a8a8a;margin:12px 0;padding:0 0 0 12px",
    "fence": "white-space:pre-wrap",
    "code_block": "white-space:pre-wrap",
}


def to_html(markdown: str) -> Markup:
    """The markdown as an HTML fragment that is safe to place in a mail or a page."""
    return Markup(_PARSER.render(markdown))  # noqa: S704 - with html=False the parser escapes every text


def to_text(markdown: str, width: int = 72) -> str:
    """The markdown as text to be read as it stands, wrapped to `width` columns where words allow."""
    return lay_out(SyntaxTreeNode(_PARSER.parse(markdown)), width)


class _MailRenderer(RendererHTML):
    """HTML for mail programs: styles on the elements, list numbers as written."""

    def list_item_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """`00100.` would lose its zeros as a list number, and looks like a code: such are shown as text."""
        number = tokens[idx].info
        if not number:
            return "<li>"
        if _USUAL_LIST_NUMBER.fullmatch(number):
            return f'<li value="{number}">'
        return f'<li style="list-style-type:none">{escape(number)}{escape(tokens[idx].markup)} '


def _table_without_loss(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The table rule, taken back when a row has more cells than the header: GFM drops the excess."""
    before = len(state.tokens)
    if not table(state, start, end, silent):
        return False
    if silent:
        return True
    source = _WORD_CHARACTER.findall(state.getLines(start, state.line, 0, False))
    kept = _WORD_CHARACTER.findall("".join(token.content for token in state.tokens[before:]))
    if source == kept:
        return True
    del state.tokens[before:]
    state.line = start
    return False


def _star_inside_word(state: StateInline, silent: bool) -> bool:
    """`96422*96423` must not run together: a star between letters or digits is itself."""
    found = _STARS_INSIDE_WORD.match(state.src, state.pos)
    if found is None or not state.src[max(0, state.pos - 1)].isalnum():
        return False
    if not silent:
        state.pending += found[0]
    state.pos = found.end()
    return True


def _dress(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "fence" and token.info:  # the language after ``` is a word too
            token.content, token.info = f"{token.info}\n{token.content}", ""
        style = _STYLES.get(token.type)
        if style:
            own = token.attrGet("style")
            token.attrSet("style", f"{style};{own}" if own else style)


def _is_allowed_link(url: str) -> bool:
    return _ALLOWED_LINK.match(url) is not None


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 60}, renderer_cls=_MailRenderer)
    parser.enable("table").disable(["image", "entity", "reference", "html_block", "html_inline"])
    parser.block.ruler.at("table", _table_without_loss, {"alt": ["paragraph", "reference"]})
    parser.inline.ruler.before("emphasis", "star_inside_word", _star_inside_word)
    parser.core.ruler.push("dress", _dress)
    parser.validateLink = _is_allowed_link  # type: ignore[method-assign]
    return parser


_PARSER = _parser()
