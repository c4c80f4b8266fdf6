r"""What undeclared letters stand for: numbers, unspecified functions, indexed families.

The use of a letter in the whole statement decides: `f(x)` makes f a function, and so does
the derivative `\frac{dy}{dx}` of a bare y; in `\sum_{k=1}^n a_k` the a is a function of its
index.  Every other letter with its scripts, `\bar\alpha_{t-1}`, is a real number.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from derive.equality.customs import (
    NUMBERS,
    check_group,
    check_letter,
    check_number,
    check_typed_words,
    check_word,
    follows_as_factor,
    is_called,
    is_customary,
    is_over_all,
    is_plain_index,
    script_fonts,
)
from derive.equality.indices import Indexed, Place, one_name_each
from derive.equality.occurrences import letters_of
from derive.errors import ParseError, Span
from derive.language.scope import Scope
from derive.language.terms import Field, Sym, Term
from derive.reader.derivatives import derivative_parts
from derive.reader.elaborate import Elaborator, children, unscripted
from derive.reader.names import name_in, name_of, readable
from derive.reader.notation import Notation
from derive.reader.ranges import index_of
from derive.reader.syntax import (
    Group,
    Integrate,
    Letter,
    Node,
    Number,
    Quotient,
    Relation,
    Root,
    Row,
    Script,
    Scripted,
    Summation,
    Word,
    items_of,
)

if TYPE_CHECKING:
    from derive.equality.indices import Index
    from derive.reader.notation import Meaning


@dataclass
class Letters:
    """The uses of the letters of a statement, collected text by text.

    declared: letters that the assumptions make real numbers, `e` or `i`.
    """

    declared: frozenset[str] = frozenset()
    source: str = ""
    landau: Place | None = None
    indices: tuple[tuple[Index, ...], ...] = ()  # that tell names of one base apart
    _numbers: dict[str, Place] = field(default_factory=dict)
    _multiplied: dict[str, Place] = field(default_factory=dict)  # by brackets after them
    _called: dict[str, tuple[int, Place]] = field(default_factory=dict)
    _raised: dict[str, Place] = field(default_factory=dict)  # `f^2(x)`
    _derived: dict[str, dict[str, Place]] = field(default_factory=dict)
    _variables: dict[str, Place] = field(default_factory=dict)
    _indices: dict[str, Place] = field(default_factory=dict)
    _indexed: list[Indexed] = field(default_factory=list)
    labels: list[Indexed] = field(default_factory=list)  # of all names, functions too
    _families: dict[str, Place] = field(default_factory=dict)
    _fonts: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def collect(self, source: str, node: Node) -> None:
        """Take the uses of one text in.

        Raises:
            ParseError: a letter or a notation that is not read without declarations.
        """
        self.source = source
        self._visit(node, frozenset())

    # --- the walk ---

    def _visit(  # noqa: C901 - a row for each node
        self, node: Node, bound: frozenset[str]
    ) -> None:
        match node:
            case Row(items=items):
                self._row(items, bound)
            case Letter() | Scripted() | Quotient():
                self._row((node,), bound)
            case Number():
                check_number(self.source, node)
            case Word():
                check_word(self.source, node)
            case Group():
                check_group(self.source, node)
                for part in node.parts.items:
                    self._visit(part, bound)
            case Summation():
                self._summation(node, bound)
            case Integrate():
                self._integral(node, bound)
            case Root(body=body, degree=degree):
                for inside in (body, degree) if degree is not None else (body,):
                    self._visit(inside, bound)
            case _:
                for child in children(node):
                    self._visit(child, bound)

    def _row(self, items: tuple[Node, ...], bound: frozenset[str]) -> None:
        check_typed_words(self.source, items)
        position = 0
        while position < len(items):
            position = self._item(items, position, bound)

    def _item(self, items: tuple[Node, ...], position: int, bound: frozenset[str]) -> int:
        """Take one item in; give the position after what was taken."""
        item = items[position]
        after = items[position + 1] if position + 1 < len(items) else None
        base, sub, sup, primes = unscripted(item)
        if primes and isinstance(base, Group):
            raise self._error(item.span, "a prime: in which variable? write '\\frac{d}{dx}'")
        if isinstance(base, Quotient) or (isinstance(base, Letter) and base.name == "\\partial"):
            end = self._derivative(items, position, {}, bound)
            if end:
                self._scripts(sup if isinstance(base, Quotient) else None, bound)
                return end
        if isinstance(base, Letter):
            self._letter(base, item, after, bound)
            return position + 1
        if isinstance(base, Quotient):
            self._visit(base.num, bound)
            self._visit(base.den, bound)
        else:
            self._visit(base, bound)
        if isinstance(base, Group) and base.kind in (".", "["):
            self._evaluated(sub, bound)
        elif isinstance(base, Word):
            self._scripts(sub, bound)
        self._scripts(sup, bound)
        return position + 1

    def _scripts(self, script: Script | None, bound: frozenset[str]) -> None:
        for part in script.parts.items if script is not None else ():
            self._visit(part, bound)

    def _evaluated(self, sub: Script | None, bound: frozenset[str]) -> None:
        self._scripts(sub, bound)
        for part in sub.parts.items if sub is not None else ():
            if isinstance(part, Relation) and isinstance(part.sides[0], Letter):
                self._variables[part.sides[0].name] = Place(self.source, part.span)

    def _summation(self, node: Summation, bound: frozenset[str]) -> None:
        letter = index_of(node)
        for script in (node.sub, node.sup):
            for part in script.parts.items if script is not None else ():
                limit = (
                    part.sides[-1] if letter is not None and isinstance(part, Relation) else part
                )
                self._visit(limit, bound)
        if letter is not None:
            if letter.name in NUMBERS and letter.name not in self.declared | {"i"}:
                raise self._error(letter.span, f"'{letter.name}' is a number and no index")
            self._indices[letter.name] = Place(self.source, letter.span)
            bound |= {letter.name}
        self._visit(node.body, bound)

    def _integral(self, node: Integrate, bound: frozenset[str]) -> None:
        for script in () if is_over_all(self.source, node) else (node.sub, node.sup):
            self._scripts(script, bound)
        name = name_in(node.var)
        if name is None or name in NUMBERS:
            raise self._error(node.var.span, "expected a variable after the d of the integral")
        self._variables[name] = self._numbers[name] = Place(self.source, node.var.span)
        self._label_variable(name, node.var)
        self._visit(node.body, bound | {name})

    # --- letters ---

    def _letter(
        self, letter: Letter, item: Node, after: Node | None, bound: frozenset[str]
    ) -> None:
        _, sub, sup, primes = unscripted(item)
        called = is_called(after)
        place = Place(self.source, item.span)
        above = self._index_above(sup)
        if above is None:
            self._scripts(sup, bound)
        if letter.name in ("o", "O") and called and sub is None and not letter.font:
            self.landau = self.landau or place
            return
        if self._is_number(letter, sub):
            check_letter(self.source, letter, item, after)
            return
        name = name_of(letter, sub, above)
        imaginary = name in ("i", "\\mathrm{i}")
        if imaginary and name not in self.declared | bound:
            message = "complex numbers are not read; for a real i assume 'i \\in \\mathbb R'"
            raise place.error(message)
        custom = is_customary(letter, sub)
        if custom and called:
            self._call(letter, item, after, bound)
            return
        check_letter(self.source, letter, item, after)
        if primes:
            raise place.error("a prime on a letter that is no function: write brackets after it")
        if after is not None and follows_as_factor(after) and called:
            self._multiplied.setdefault(name, place)
        self._numbers.setdefault(name, place)
        scripts = tuple(script for script in (sub, above) if script is not None)
        if scripts:
            self._check_spelling(name, scripts, place)
            base = name_of(letter, None) + ("^{(\\cdot)}" if above is not None else "")
            self._indexed.append(Indexed(name, base, scripts, place))
            self.labels.append(self._indexed[-1])
            if any(_letters_in(script) & bound for script in scripts):
                self._families.setdefault(base, place)

    def _check_spelling(self, name: str, scripts: tuple[Script, ...], place: Place) -> None:
        r"""Refuse names that differ in their fonts alone, `x_t` and `x_{\mathrm t}`."""
        fonts = tuple(font for script in scripts for font in script_fonts(self.source, script))
        if self._fonts.setdefault(name, fonts) != fonts:
            raise place.error("a name that differs from another one in its fonts alone")

    def _index_above(self, sup: Script | None) -> Script | None:
        """A superscript that is an index in brackets, part of the name."""
        if sup is None or not _is_index(sup):
            return None
        if not is_plain_index(sup):
            raise self._error(sup.span, "an index, or a power? a power stands without brackets")
        return sup

    def _is_number(self, letter: Letter, sub: Script | None) -> bool:
        r"""Whether a letter is a number of its own, `e` or `\pi`."""
        plain = letter.font in ("", "mathrm") and sub is None
        declared = letter.name in self.declared and not letter.font
        return plain and letter.name in ("e", "\\pi") and not declared

    def _call(self, letter: Letter, item: Node, after: Node | None, bound: frozenset[str]) -> None:
        """Take a function with its argument in; the argument is visited in its turn."""
        _, sub, sup, _ = unscripted(item)
        place = Place(self.source, item.span)
        group = unscripted(after)[0] if after is not None else None
        if not isinstance(group, Group):  # `f(x)!`
            raise place.error("'!' after the argument of a function: write brackets around both")
        if sup is not None and _is_index(sup):
            raise place.error("an index, or the order of a derivative? write primes or a fraction")
        if sub is not None and _letters_in(sub) & bound:
            raise place.error("a function with the index of a sum in its name is not read")
        if any(separator != "," for separator in group.parts.separators):
            raise self._error(group.span, "expected ',' between the arguments of a function")
        name = name_of(letter, sub)
        if sup is not None:
            self._raised.setdefault(name, place)
            return
        if sub is not None:
            self.labels.append(Indexed(name, name_of(letter, None), (sub,), place))
        count, _ = self._called.setdefault(name, (len(group.parts.items), place))
        if count != len(group.parts.items):
            raise place.error(f"'{readable(name)}' has {count} arguments elsewhere")

    # --- derivatives ---

    def _derivative(
        self, items: tuple[Node, ...], position: int, outer: dict[str, Place],
        bound: frozenset[str],
    ) -> int:  # fmt: skip
        r"""Take a derivative with its operand in; give the position after it, 0: it is none.

        outer: the variables of the derivatives that this one is derived by in turn.
        """
        item = items[position]
        base, sub, _, _ = unscripted(item)
        rest: tuple[Node, ...] = ()
        if isinstance(base, Quotient):
            alone = Elaborator(free_notation(self.source, {}))
            parts = derivative_parts(alone, base)
            if parts is None:
                return 0
            rest, variables = parts[0], [var for var, _ in parts[1]]
        else:
            if sub is None:
                raise self._error(item.span, "expected a variable, '\\partial_x', or a fraction")
            variables = list(sub.parts.items)
        names = outer | {self._variable(var): Place(self.source, var.span) for var in variables}
        if rest:
            if len(rest) == 1 and self._bare(rest[0], names):
                if position + 1 < len(items) and is_called(items[position + 1]):
                    where = items[position + 1].span
                    raise self._error(where, "an argument, or a factor? write '\\cdot'")
                return position + 1
            self._row(rest, bound)
            return position + 1
        if position + 1 == len(items):
            return position + 1
        following = items[position + 1]
        inner = unscripted(following)[0]
        chained = isinstance(inner, Quotient) or (
            isinstance(inner, Letter) and inner.name == "\\partial"
        )
        if chained:
            return self._derivative(items, position + 1, names, bound) or position + 1
        call = position + 2 < len(items) and is_called(items[position + 2])
        return position + 2 if not call and self._bare(following, names) else position + 1

    def _variable(self, var: Node) -> str:
        name = name_in(var)
        base = unscripted(var)[0]
        if name is None or not isinstance(base, Letter) or name in NUMBERS | {"\\partial"}:
            raise self._error(var.span, "expected a letter that is derived in")
        check_letter(self.source, base, var, None)
        place = Place(self.source, var.span)
        self._variables.setdefault(name, place)
        self._numbers.setdefault(name, place)
        self._label_variable(name, var)
        return name

    def _label_variable(self, name: str, var: Node) -> None:
        base, sub, _, _ = unscripted(var)
        if isinstance(base, Letter) and sub is not None:
            place = Place(self.source, var.span)
            self.labels.append(Indexed(name, name_of(base, None), (sub,), place))

    def _bare(self, operand: Node, variables: dict[str, Place]) -> bool:
        """Take a letter in that is derived without an argument; False: it is more than one."""
        while isinstance(operand, Group) and operand.kind == "(" and len(operand.parts.items) == 1:
            operand = operand.parts.items[0]
        base, sub, sup, primes = unscripted(operand)
        if not isinstance(base, Letter) or primes or (sup is not None and not _is_index(sup)):
            return False
        name = name_of(base, sub, sup)
        if name in variables or self._is_number(base, sub):
            return False
        check_letter(self.source, base, operand, None)
        self._derived.setdefault(name, {}).update(variables)
        self._letter(base, operand, None, frozenset({"i"}))
        return True

    # --- meanings ---

    def meanings(self) -> dict[str, Meaning]:
        """Give every name its meaning.

        Raises:
            ParseError: a letter has two uses that do not go together.
        """
        members = self._members()
        self._check_calls()
        self._check_families()
        letters: dict[str, Meaning] = {name: Sym(readable(name)) for name in self._numbers}
        letters |= {name: Sym(name) for name in self._indices if name not in letters}
        letters |= {name: Field(readable(name)) for name in self._called}
        for name, variables in self._derived.items():
            if name not in members or set(variables) - _all_letters(members[name]):
                letters[name] = self._function_of(name, variables, members)
        self._check_variables(letters)
        arities: dict[str, int] = {}
        for member in members.values():
            letters[member.name] = self._member(member, letters, arities)
        self._respell(letters, members)
        return letters

    def _respell(self, letters: dict[str, Meaning], members: dict[str, Indexed]) -> None:
        """Give names whose indices are identically equal one meaning."""
        labels = [label for label in self.labels if label.name not in members]
        spellings, self.indices = one_name_each(labels)
        for name, first in spellings.items():
            for other in (name, first):
                if not isinstance(letters[other], Sym | Field):
                    place = next(label.place for label in labels if label.name == name)
                    raise place.error(f"'{readable(first)}', spelled otherwise: write them alike")
            letters[name] = letters[first]

    def _members(self) -> dict[str, Indexed]:
        """The members of families, by name; the letters in their indices become letters."""
        found: dict[str, Indexed] = {}
        position = 0
        families = self._families
        changing = set(self._variables)
        for one in self._indexed:
            if _all_letters(one) & changing:
                families.setdefault(one.base, one.place)
        while position < len(self._indexed):
            one = self._indexed[position]
            position += 1
            if one.base not in families or one.name in self._variables or one.name in found:
                continue
            found[one.name] = one
            self.source = one.place.source
            for script in one.scripts:
                self._scripts(script, frozenset({"i"}))
        return found

    def _check_calls(self) -> None:
        for name, (_, place) in self._called.items():
            shown = readable(name)
            if name in self._numbers:
                raise self._numbers[name].error(
                    f"'{shown}' stands with an argument and without: a function, or a number? "
                    f"for a product write '{shown} \\cdot'"
                )
            if name.partition("_")[2] and set(self._variables) & set(name.partition("_")[2]):
                raise place.error(f"'{shown}' has a variable of a derivative in its name")
        for name, place in self._raised.items():
            if name not in self._called and name not in self._numbers:
                message = "a power of a function, or a product? for a product write '\\cdot'"
                raise place.error(message)

    def _function_of(
        self, name: str, variables: dict[str, Place], members: dict[str, Indexed]
    ) -> Term:
        """The value of a letter that is derived: a function of all that it is derived in."""
        place = self._numbers[name]
        shown = readable(name)
        if name in members:
            raise place.error(f"'{shown}' depends on its index and on other variables: not read")
        if name in self._multiplied:
            raise self._multiplied[name].error(
                f"'{shown}' is derived, so that it is a function: an argument, or a factor?"
            )
        if name in self._variables or name in self._indices:
            raise place.error(f"'{shown}' is derived, and a variable too")
        return Field(shown)(*(Sym(readable(variable)) for variable in variables))

    def _check_families(self) -> None:
        for base, place in self._families.items():
            if base in self._called or base in self._derived:
                raise place.error(f"'{readable(base)}' stands with indices and with arguments")

    def _check_variables(self, letters: dict[str, Meaning]) -> None:
        for name, place in (*self._variables.items(), *self._indices.items()):
            if not isinstance(letters.get(name), Sym):
                raise place.error(f"'{readable(name)}' is a variable here and a function elsewhere")

    def _member(
        self, member: Indexed, letters: dict[str, Meaning], arities: dict[str, int]
    ) -> Term:
        """The value of `a_{k+1}`: the function a at k + 1."""
        source, place = member.place.source, member.place
        elab = Elaborator(free_notation(source, letters))
        arguments: list[Term] = []
        for script in member.scripts:
            if any(separator != "," for separator in script.parts.separators):
                raise ParseError("expected ',' between indices", source, script.span)
            for part in script.parts.items:
                inner = part.parts.items if isinstance(part, Group) else (part,)
                for node in inner:
                    arguments += [elab.term(one) for one in self._separated(node, source)]
        if arities.setdefault(member.base, len(arguments)) != len(arguments):
            raise place.error("as many indices are expected as elsewhere")
        return Field(readable(member.base))(*arguments)

    def _separated(self, node: Node, source: str) -> tuple[Node, ...]:
        """The indices that stand side by side, `ij`; what is one formula stays whole."""
        items = items_of(node)
        if len(items) == 1 or not all(isinstance(item, Letter) for item in items):
            return (node,)
        names = {item.name for item in items if isinstance(item, Letter)}
        if not names <= {*self._indices, *"ijkl"}:
            raise ParseError("indices, or a product? write ',' or '\\cdot'", source, node.span)
        return items

    def _error(self, where: Span, message: str) -> ParseError:
        return ParseError(message, self.source, where)


def free_notation(source: str, letters: dict[str, Meaning]) -> Notation:
    """Give the notation in which these letters are read and no other."""
    return Notation(source, letters, Scope(), {}, free=True)


def _is_index(sup: Script) -> bool:
    """Whether a superscript is an index in brackets, `x^{(2)}`."""
    items = sup.parts.items
    return len(items) == 1 and isinstance(items[0], Group) and items[0].kind == "("


def _letters_in(script: Script) -> frozenset[str]:
    return letters_of(script.parts.items)


def _all_letters(member: Indexed) -> frozenset[str]:
    return frozenset().union(*(_letters_in(script) for script in member.scripts))
