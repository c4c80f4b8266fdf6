r"""Names of letters: one spelling for all the ways to write the same name.

`\beta_t`, `\beta_{t}` and `\beta _ { t }` are one name; `x_{\mathrm{data}}` and
`x_{data}` too.  Bold and roman are kept, so that a declared `\mathbf{x}` can differ
from `x`; the lookup drops them where no such letter is declared.
"""

from __future__ import annotations

import difflib
from functools import lru_cache
from typing import TYPE_CHECKING

from derive.reader.commands import ACCENTS, FONTS
from derive.reader.syntax import (
    Group,
    Letter,
    Node,
    Quotient,
    Row,
    Script,
    Scripted,
    Sum,
    Word,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from derive.reader.tokens import Token


def spell(tokens: Sequence[Token]) -> str:
    """Spell tokens canonically: scripts in braces, no other braces, fonts left out."""
    out: list[str] = []
    position = 0
    while position < len(tokens):
        text = tokens[position].text
        position += 1
        if text in ("_", "^") or text in ACCENTS:
            argument, position = _argument(tokens, position)
            out.append(f"{ACCENTS.get(text, text)}{{{spell(argument)}}}")
        elif text not in FONTS and text not in ("{", "}"):
            out.append(text)
    return _joined(out)


def _argument(tokens: Sequence[Token], position: int) -> tuple[Sequence[Token], int]:
    """Give the tokens of one argument and the position after it."""
    if position < len(tokens) and tokens[position].text in FONTS:
        return _argument(tokens, position + 1)
    if position >= len(tokens) or tokens[position].text != "{":
        return tokens[position : position + 1], position + 1
    depth, end = 0, position
    while end < len(tokens):
        depth += {"{": 1, "}": -1}.get(tokens[end].text, 0)
        end += 1
        if depth == 0:
            break
    return tokens[position + 1 : end - 1], end


def _joined(parts: Iterable[str]) -> str:
    """Join, with the space that TeX needs after a control word before a letter."""
    text = ""
    for part in parts:
        control_word = text.rpartition("\\")[2].isalpha() and "\\" in text
        text += " " + part if control_word and part[:1].isalpha() else part
    return text


def name_of(
    letter: Letter | Word, sub: Script | None, sup: Script | None = None, primes: int = 0
) -> str:
    r"""Spell the name of a letter with its scripts, `\beta_{t-1}`, `D_{t}^{\theta}`."""
    font = letter.font if isinstance(letter, Letter) else ""
    name = f"\\{font}{{{letter.name}}}" if font else letter.name
    name += f"_{{{sub.text}}}" if sub else ""
    name += f"^{{{sup.text}}}" if sup else ""
    return name + "'" * primes


def name_in(node: Node) -> str | None:
    """The name that a syntax tree spells, or None where it is more than a name."""
    match node:
        case Letter() | Word():
            return name_of(node, None)
        case Scripted(base=Letter() | Word() as base):
            return name_of(base, node.sub, node.sup, node.primes)
        case _:
            return None


def argument_names(root: Node) -> list[str]:
    """The names that stand in the brackets of a formula, `s` in `g^2(s)`."""
    found: list[str] = []
    pending = [root]
    while pending:
        match pending.pop():
            case Scripted(base=base):
                pending.append(base)
            case Group(parts=parts):
                found += [name for name in map(name_in, parts.items) if name is not None]
                pending.extend(parts.items)
            case Row(items=items):
                pending.extend(items)
            case Sum(terms=terms):
                pending.extend(node for _, node in terms)
            case Quotient(num=num, den=den):
                pending += [num, den]
            case _:
                pass
    return found


@lru_cache(maxsize=4096)
def without_font(name: str) -> str | None:
    r"""The name with its bold, roman or italic font looked through, or None.

    Calligraphic and blackboard letters are letters of their own.
    """
    for font in ("mathbf", "mathrm", "mathsf", "mathit"):
        prefix = f"\\{font}{{"
        if name.startswith(prefix):
            depth = 1
            for index in range(len(prefix), len(name)):
                depth += {"{": 1, "}": -1}.get(name[index], 0)
                if depth == 0:
                    return name[len(prefix) : index] + name[index + 1 :]
    return None


# Parts of scripts that tell which parameters a function has, or that it is the best one.
DECORATIONS = frozenset({"\\theta", "\\phi", "\\star", "\\ast", "*"})


@lru_cache(maxsize=4096)
def without_decoration(name: str) -> str:
    r"""The name without `\theta`, `\phi` or a star among the parts of its scripts."""
    out, position = "", 0
    while position < len(name):
        if name[position] in "_^" and name[position + 1 : position + 2] == "{":
            end = _closing(name, position + 1)
            parts = name[position + 2 : end].split(",")
            kept = [part for part in parts if part.strip() not in DECORATIONS]
            out += f"{name[position]}{{{','.join(kept)}}}" if kept else ""
            position = end + 1
        else:
            out += name[position]
            position += 1
    return out


def _closing(name: str, start: int) -> int:
    """Where the brace closes that opens at `start`."""
    depth = 0
    for index in range(start, len(name)):
        depth += {"{": 1, "}": -1}.get(name[index], 0)
        if depth == 0:
            return index
    return len(name)


def near(name: str, known: Iterable[str]) -> str:
    """Words for an error: the declared letters closest to `name`."""
    return _near(name, tuple(known))


@lru_cache(maxsize=1024)
def _near(name: str, letters: tuple[str, ...]) -> str:
    base = name.partition("_")[0].lower()
    close = [k for k in letters if k.partition("_")[0].lower() == base]
    close = close or difflib.get_close_matches(name, letters, n=3, cutoff=0.5)
    shown = [readable(k) for k in close[:3]]
    return f": did you mean {' or '.join(shown)}?" if shown else ""


def readable(name: str) -> str:
    """A canonical name as people type it: no braces round a single character."""
    out = ""
    position = 0
    while position < len(name):
        if name[position] in "_^" and name[position + 1 : position + 2] == "{":
            end = name.find("}", position)
            body = name[position + 2 : end]
            single = len(body) == 1 or (body.startswith("\\") and body[1:].isalpha())
            if single and "{" not in body:
                out += name[position] + body
                position = end + 1
                continue
        out += name[position]
        position += 1
    return out
