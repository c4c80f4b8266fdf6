"""Verdicts are written down and read back; what is none is refused."""

import json

import pytest

from derive.kernel.stored import recalled, written
from derive.kernel.verdict import (
    Condition,
    Counterexample,
    Flux,
    Proved,
    Refuted,
    Unresolved,
    Witness,
)
from derive.language.encoding import Malformed
from derive.language.terms import Sym

x, h = Sym("x"), Sym("h")
RICH = Proved(
    "parts",
    Witness("0", (Flux(None, x * h, x), Flux(h, x, h)), x + 1, (("h^2", x / 2), ("h", h))),
    (Condition("nonzero", x, "nonzero"), Condition("premise", None, "Fubini", stated=False)),
)
VERDICTS = [
    pytest.param(RICH, id="a proof with everything"),
    pytest.param(Proved("normal form"), id="a proof with nothing"),
    pytest.param(Refuted("model", Counterexample({"x": "1", "a": "2"}, "0", "[1 +/- 0.1]", "n")),
                 id="a model"),
    pytest.param(Refuted("types", Counterexample({}, "a number", "a vector")), id="two kinds"),
    pytest.param(Unresolved("the sides differ in a model"), id="open"),
]  # fmt: skip


@pytest.mark.parametrize("verdict", VERDICTS)
def test_verdicts_are_read_back(verdict):
    found = recalled(json.loads(json.dumps(written(verdict))))
    assert found == verdict
    assert isinstance(verdict, Refuted) is isinstance(found, Refuted)
    if isinstance(found, Refuted):
        assert [*found.counterexample.model] == [*verdict.counterexample.model]


PROOF = written(Proved("normal form"))
MALFORMED = [
    pytest.param(None, id="nothing"),
    pytest.param("proved", id="a word"),
    pytest.param(["proved"], id="a word in a list"),
    pytest.param({"proved": True}, id="an object"),
    pytest.param(PROOF[:-1], id="a part too few"),
    pytest.param([*PROOF, None], id="a part too many"),
    pytest.param(["Proved", *PROOF[1:]], id="another spelling"),
    pytest.param(["proved", None, *PROOF[2:]], id="no method"),
    pytest.param([*PROOF[:3], [["x", None, None]], *PROOF[4:]], id="a flux that is no term"),
    pytest.param([*PROOF[:3], "", *PROOF[4:]], id="a text for no fluxes"),
    pytest.param([*PROOF[:4], 0, *PROOF[5:]], id="a number for a constant"),
    pytest.param([*PROOF[:-1], [["nonzero", None, "x"]]], id="a condition that says too little"),
    pytest.param([*PROOF[:-1], [["nonzero", None, "x", 1]]], id="1 for true"),
    pytest.param([*PROOF[:-1], [["nonzero", ["Sym", "x"], "x", True]]], id="a broken term"),
    pytest.param(["refuted", "model", [["x", "1"], ["x", "2"]], "0", "1", ""], id="x twice"),
    pytest.param(["refuted", "model", {"x": "1"}, "0", "1", ""], id="an object for a model"),
    pytest.param(["refuted", "model", [["x", 1]], "0", "1", ""], id="a value that is no text"),
    pytest.param(["refuted", "model", [], 0, "1", ""], id="a side that is no text"),
    pytest.param(["unresolved", None], id="no reason"),
]


@pytest.mark.parametrize("data", MALFORMED)
def test_what_is_no_verdict_is_refused(data):
    with pytest.raises(Malformed):
        recalled(data)
