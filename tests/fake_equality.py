"""An engine and a reader that do as the text of the left side says.

What stands around them is tested with these: pairs, processes, streams, reports.
"""

import os
import signal
import sys
import time

from derive.equality import engine, reading
from derive.equality.decision import Decision
from derive.equality.statement import Statement
from derive.errors import DeriveError, ParseError, Span
from derive.kernel.verdict import Condition, Counterexample, Proved, Refuted, Unresolved
from derive.language.terms import Sym

x = Sym("x")
CONDITIONS = (
    Condition("nonzero", x, "nonzero"),
    Condition("nonzero", None, "every denominator is nonzero"),
)
FOUND = Counterexample({"x": "-1", r"\beta_t": r"\frac{1}{2}"}, "1", "-1")
VERDICTS = {
    "true": Proved("rational functions", conditions=CONDITIONS),
    "false": Refuted("point", FOUND),
    "open": Unresolved("no way to decide $x^2$"),
}
MEMORY = []


def read_statement(lhs, rhs, given=(), assume=(), vary=None):
    for text in (lhs, rhs, *given, *assume, *filter(None, [vary])):
        if "@" in text:
            start = text.index("@")
            message = "unknown letter '@'"
            raise ParseError(message, text, Span(start, start + text.count("@")))
        if text == "deep":
            raise RecursionError
        if text == "empty":
            raise DeriveError("no number is admitted for $x$")
    return Statement(Sym(lhs), Sym(rhs))


def decide(statement, seed=0):
    asked = statement.lhs.name
    match asked:
        case "nested":
            raise RecursionError
        case "crash":
            raise KeyError(asked)
        case "sleep":
            time.sleep(600)
        case "hog":
            while True:
                MEMORY.append(bytearray(1_000_000))
        case "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case "interrupt":  # as Ctrl-C in a terminal: to all of them
            os.kill(os.getppid(), signal.SIGINT)
            time.sleep(600)
    verdict = VERDICTS.get(asked, VERDICTS["true"])
    document = None if isinstance(verdict, Unresolved) else {"asked": asked, "seed": seed}
    return Decision(statement, verdict, document)


def install():
    """Put them in the place of the real ones."""
    engine.decide = decide
    reading.read_statement = read_statement


if __name__ == "__main__":
    install()
    from derive.cli import main

    main(sys.argv[1:])
