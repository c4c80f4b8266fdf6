"""HTML that holds other people's text and cannot be broken by it.

Pages are built of `Html` values by `element`, and a `str` that is put into one is always
escaped: there is no way to say "this string is markup already", so that a forgotten escape
is not a mistake that can be made.  A template engine with autoescaping was weighed against
this: its filters can switch escaping off, it knows one kind of escaping where attributes,
addresses and style sheets need three, and the type checker does not see into templates.

Names of elements and of attributes are taken from tables here, so that no page has a
script, a form, a frame or a handler, whatever is asked for; the only addresses are
relative ones that `link` has encoded itself.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING
from urllib.parse import quote

from derive.report.plain import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from derive.translation import Lang

_VOID = frozenset({"br", "meta"})
_ELEMENTS_NAMES = """
    a abbr article aside body br caption code dd del div dl dt em footer h1 h2 h3 h4 head header
    html ins li main mark meta nav ol p pre section small span strong style table tbody td tfoot
    th thead time title tr ul
    """
ELEMENTS = frozenset(_ELEMENTS_NAMES.split())
_MATHML_NAMES = """
    math mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace
    msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover
    """
MATHML = frozenset(_MATHML_NAMES.split())
_ATTRIBUTES_NAMES = """
    aria-hidden aria-label aria-labelledby charset class colspan content datetime http-equiv id
    lang name role scope tabindex title
    """
ATTRIBUTES = frozenset(_ATTRIBUTES_NAMES.split())
_MATHML_ATTRIBUTES_NAMES = """
    accent accentunder class display displaystyle form largeop linethickness lspace mathvariant
    maxsize minsize movablelimits rspace scriptlevel separator stretchy style symmetric width
    """
MATHML_ATTRIBUTES = frozenset(_MATHML_ATTRIBUTES_NAMES.split())


class Html:
    """A piece of a page.  `Html(text)` escapes; what is `Html` already stays as it is."""

    __slots__ = ("_text",)

    def __init__(self, *parts: Html | str) -> None:
        """Join pieces; control and bidirectional characters of strings become visible."""
        self._text = "".join(
            str(part) if isinstance(part, Html) else html.escape(clean(part)) for part in parts
        )

    def __str__(self) -> str:
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)


def element(
    name: str,
    *children: Html | str | None,
    attributes: Mapping[str, str] | None = None,
    cls: str = "",
) -> Html:
    """Give an element.

    Args:
        name: one of `ELEMENTS` or `MATHML`.
        children: strings are escaped; None is nothing.
        attributes: of `ATTRIBUTES`, or `MATHML_ATTRIBUTES` for an element of MathML.
        cls: the attribute `class`.
    """
    allowed = MATHML_ATTRIBUTES if name in MATHML else ATTRIBUTES
    named = {**({"class": cls} if cls else {}), **(attributes or {})}
    if name not in ELEMENTS | MATHML or name == "style" or not named.keys() <= allowed:
        raise ValueError(f"<{name}> with {sorted(named)} is not made here")
    return _element(name, named, children)


def link(address: Iterable[str], *children: Html | str, cls: str = "") -> Html:
    """Give a link to a file below this page; `address` is its path, a part at a time."""
    # "." first: a name with a colon would else be read as a scheme.
    parts = [quote(part, safe="", errors="replace") for part in address]
    named = {"href": "/".join([".", *parts]), **({"class": cls} if cls else {})}
    return _element("a", named, children)


def jump(target: str, *children: Html | str) -> Html:
    """Give a link to the element of this page that has the id `target`."""
    return _element("a", {"href": "#" + quote(target, safe="")}, children)


def stylesheet(css: str) -> Html:
    """Give a style sheet of this package; nobody else's text may be in it."""
    if "<" in css:
        raise ValueError("a style sheet ends at the first '<'")
    return _raw(f"<style>{css}</style>")


def document(lang: Lang, head: Html, body: Html) -> str:
    """Give a whole page."""
    named = {"lang": lang}
    return f"<!DOCTYPE html>\n{_element('html', named, (head, body))}\n"


def join(parts: Iterable[Html | str | None]) -> Html:
    """Put pieces one after another; None is nothing."""
    return Html(*(part for part in parts if part is not None))


def _element(
    name: str, attributes: Mapping[str, str], children: Iterable[Html | str | None]
) -> Html:
    named = "".join(f' {key}="{html.escape(clean(value))}"' for key, value in attributes.items())
    if name in _VOID:
        return _raw(f"<{name}{named}>")
    return _raw(f"<{name}{named}>{join(children)}</{name}>")


def _raw(text: str) -> Html:
    made = Html()
    made._text = text  # noqa: SLF001 - the one place where a string becomes markup
    return made
