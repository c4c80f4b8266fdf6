r"""Means and densities of processes: bounds, Bayes' rule, Markov chains, sums over steps."""

import pytest

from derive.solution.checker import check_document

FORWARDS = r"$$q(x_{1:T} | x_0) = \prod_{t=1}^T q(x_t | x_{t-1})$$"
BACKWARDS = r"$$p_\theta(x_{0:T}) = p(x_T) \prod_{t=1}^T p_\theta(x_{t-1} | x_t)$$"
BOTH = FORWARDS + "\n\n" + BACKWARDS


def judged(tmp_path, formula, before="", key=None):
    path = tmp_path / "notes.md"
    path.write_text(f"{before}\n\nSo we find\n\n$$\n{formula}\n$$\n")
    links = [link for link in check_document(path, key, numeric=False).links if link.display]
    return links[-1].outcome


TRUE = [
    pytest.param(
        r"\log p(x) = E_{q(z|x)}\left[\log \frac{p(x, z)}{q(z|x)}\right]"
        r" + D_{KL}(q(z|x) \| p(z|x))",
        "",
        id="the likelihood is the bound and a divergence",
    ),
    pytest.param(
        r"\log p(x) \ge E_{z \sim q(z|x)}[\log p(x | z)] - D_{KL}(q(z|x) \| p(z))",
        "",
        id="the bound, with the prior",
    ),
    pytest.param(
        r"E_{q(z|x)}\left[\log \frac{p(x, z)}{q(z|x)}\right] \le \log p(x)",
        "",
        id="the bound on the left",
    ),
    pytest.param(
        r"\log E_{q(z|x)}\left[\frac{p(x, z)}{q(z|x)}\right]"
        r" \ge E_{q(z|x)}\left[\log \frac{p(x, z)}{q(z|x)}\right]",
        "",
        id="Jensen",
    ),
    pytest.param(
        r"\log p(x) = \log \int p(x, z) dz",
        "",
        id="a marginal density",
    ),
    pytest.param(
        r"p(x) = \int q(z|x) \frac{p(x, z)}{q(z|x)} dz",
        "",
        id="importance weights",
    ),
    pytest.param(
        r"\int q(z|x) \log \frac{p(x, z)}{q(z|x)} dz = E_{q(z|x)}[\log p(x, z) - \log q(z|x)]",
        "",
        id="a mean as an integral",
    ),
    pytest.param(
        r"p(z|x) = \frac{p(x|z) p(z)}{p(x)}",
        "",
        id="Bayes",
    ),
    pytest.param(
        r"\log p_\theta(x_0) = \log \int p_\theta(x_{0:T}) dx_{1:T}",
        "",
        id="all steps but the first integrated out",
    ),
    pytest.param(
        r"\log \frac{p_\theta(x_{0:T})}{q(x_{1:T} | x_0)} ="
        r" \log p(x_T) + \sum_{t=1}^T \log \frac{p_\theta(x_{t-1} | x_t)}{q(x_t | x_{t-1})}",
        BOTH,
        id="trajectories step by step",
    ),
    pytest.param(
        r"\log \frac{p_\theta(x_0, z)}{q(z | x_0)} ="
        r" \log \frac{p(x_T)}{q(x_T | x_0)} + \log p_\theta(x_0 | x_1)"
        r" + \sum_{t=2}^T \log \frac{p_\theta(x_{t-1} | x_t)}{q(x_{t-1} | x_t, x_0)}",
        BOTH + "\n\nwith $z = (x_1, \\dots, x_T)$.",
        id="trajectories under one letter, by Bayes and a telescope",
    ),
    pytest.param(
        r"\sum_{t=2}^T \log q(x_t | x_{t-1}) ="
        r" \sum_{t=2}^T \log q(x_{t-1} | x_t, x_0) + \log \frac{q(x_T | x_0)}{q(x_1 | x_0)}",
        FORWARDS,
        id="a chain turned round",
    ),
    pytest.param(
        r"E_{q(x_{0:T})}\left[\log \frac{q(x_{1:T} | x_0)}{p_\theta(x_{0:T})}\right] ="
        r" E_q\left[\underbrace{D_{KL}(q(x_T|x_0) \| p(x_T))}_{L_T} + \sum_{t=2}^T"
        r" \underbrace{D_{KL}(q(x_{t-1}|x_t, x_0) \| p_\theta(x_{t-1}|x_t))}_{L_{t-1}}"
        r" \underbrace{- \log p_\theta(x_0|x_1)}_{L_0}\right]",
        BOTH,
        id="the bound by divergences",
    ),
    pytest.param(
        r"E_{q(x_{0:T})}\left[\log \frac{q(x_{1:T} | x_0)}{p_\theta(x_{0:T})}\right]"
        r" \ge - E_{q(x_0)}[\log p_\theta(x_0)]",
        "",
        id="the bound of the cross entropy",
    ),
    pytest.param(
        r"- \log p(x) + E_{q(z|x)}\left[\log \frac{q(z|x)}{p(x,z)} + \log p(x)\right] ="
        r" E_q\left[\log \frac{q(z|x)}{p(x,z)}\right]",
        "",
        id="what is given comes out of a mean, which is written shorter",
    ),
    pytest.param(
        r"\sum_{t=2}^T D_{KL}(q(x_{t-1}|x_t) \| p(x_{t-1}|x_t)) + \log p(x_0) \ge \log p(x_0)",
        "",
        id="a sum of divergences",
    ),
    pytest.param(
        r"\log p(x) = \text{ELBO} + \text{KL}(q(z|x) \,||\, p(z|x))",
        r"$$\text{ELBO} = E_{q(z|x)}\left[\log \frac{p(x, z)}{q(z|x)}\right]$$",
        id="a name in words",
    ),
    pytest.param(
        r"E_{x_{1:T}}[\log q(x_{1:T}) + \log p(x_0)] = \log p(x_0) + E_{x_{1:T}}[\log q(x_{1:T})]",
        "",
        id="a constant comes out of a mean by a law that is not said",
    ),
    pytest.param(
        r"E_{x \sim \Omega}[p(x)] = E_x\left[\int p(x, z) dz\right]",
        "",
        id="a law that is only a name",
    ),
]


@pytest.mark.parametrize(("formula", "before"), TRUE)
def test_what_holds_for_all_densities_is_proved(tmp_path, formula, before):
    assert judged(tmp_path, formula, before) == "proved"


OPEN = [
    pytest.param(
        r"\log p(x) = E_{q(z|x)}\left[\log \frac{p(x, z)}{q(z|x)}\right]"
        r" - D_{KL}(q(z|x) \| p(z|x))",
        "",
        id="the divergence with the wrong sign",
    ),
    pytest.param(
        r"\log p(x) = E_{q(z|x)}\left[\log \frac{p(x, z)}{q(z|x)}\right]"
        r" + D_{KL}(p(z|x) \| q(z|x))",
        "",
        id="the divergence the other way round",
    ),
    pytest.param(
        r"\log p(x) = E_{q(z|x)}\left[\log \frac{p(x, z)}{q(z|x)}\right] + D_{KL}(q(z|x) \| p(z))",
        "",
        id="the prior for the posterior",
    ),
    pytest.param(
        r"\log p(x) \le E_{q(z|x)}\left[\log \frac{p(x, z)}{q(z|x)}\right]",
        "",
        id="the bound turned round",
    ),
    pytest.param(
        r"\log p(x) \ge E_{q(z|x)}[\log p(x | z)] + D_{KL}(q(z|x) \| p(z))",
        "",
        id="a bound with the wrong sign",
    ),
    pytest.param(
        r"\log E_{q(z|x)}\left[\frac{p(x, z)}{q(z|x)}\right]"
        r" \le E_{q(z|x)}\left[\log \frac{p(x, z)}{q(z|x)}\right]",
        "",
        id="Jensen the wrong way",
    ),
    pytest.param(
        r"\log E_{q(z|x)}\left[\frac{p(x, z)}{q(z|x)}\right]"
        r" = E_{q(z|x)}\left[\log \frac{p(x, z)}{q(z|x)}\right]",
        "",
        id="a logarithm and a mean exchanged",
    ),
    pytest.param(
        r"\log p(x) = \log \int p(x, z) dx",
        "",
        id="the other variable integrated out",
    ),
    pytest.param(
        r"p(x) = \int q(z) \frac{p(x, z)}{q(z|x)} dz",
        "",
        id="weights by another density",
    ),
    pytest.param(
        r"\int p(z|x) \log \frac{p(x, z)}{q(z|x)} dz = E_{q(z|x)}[\log p(x, z) - \log q(z|x)]",
        "",
        id="a mean by another law",
    ),
    pytest.param(
        r"\log p_\theta(x_0) = \log \int p_\theta(x_{0:T}) dx_{0:T}",
        "",
        id="everything integrated out",
    ),
    pytest.param(
        r"\log p_\theta(x_0) = \log \int p_\theta(x_{0:T}) dx_{2:T}",
        "",
        id="one step too few integrated out",
    ),
    pytest.param(
        r"\log \frac{p_\theta(x_{0:T})}{q(x_{1:T} | x_0)} ="
        r" \log p(x_T) + \sum_{t=2}^T \log \frac{p_\theta(x_{t-1} | x_t)}{q(x_t | x_{t-1})}",
        BOTH,
        id="the first step lost",
    ),
    pytest.param(
        r"\log \frac{p_\theta(x_{0:T})}{q(x_{1:T} | x_0)} ="
        r" \log p(x_T) + \sum_{t=1}^T \log \frac{p_\theta(x_{t-1} | x_t)}{q(x_t | x_{t-1})}",
        BACKWARDS,
        id="that q is a Markov chain is not said",
    ),
    pytest.param(
        r"\log \frac{p_\theta(x_{0:T})}{q(x_{1:T} | x_0)} ="
        r" \log p(x_T) + \sum_{t=1}^T \log \frac{p_\theta(x_{t-1} | x_t)}{q(x_t | x_{t-1})}",
        BOTH + "\n\n" + r"$$q(x_{1:T} | x_0) = \prod_{t=1}^T q(x_t | x_{t-1}, x_0)$$",
        id="a chain that remembers its beginning",
    ),
    pytest.param(
        r"\sum_{t=2}^T \log q(x_t | x_{t-1}) ="
        r" \sum_{t=2}^T \log q(x_{t-1} | x_t) + \log \frac{q(x_T | x_0)}{q(x_1 | x_0)}",
        FORWARDS,
        id="Bayes without the condition",
    ),
    pytest.param(
        r"\sum_{t=1}^T \log q(x_t | x_{t-1}) ="
        r" \sum_{t=1}^T \log q(x_{t-1} | x_t, x_0) + \log q(x_T | x_0)",
        FORWARDS,
        id="the density of the first variable given itself",
    ),
    pytest.param(
        r"\sum_{t=2}^T \log q(x_t | x_{t-1}) ="
        r" \sum_{t=2}^T \log q(x_{t-1} | x_t, x_0) + \log \frac{q(x_1 | x_0)}{q(x_T | x_0)}",
        FORWARDS,
        id="the telescope upside down",
    ),
    pytest.param(
        r"E_{q(x_{0:T})}\left[\log \frac{q(x_{1:T} | x_0)}{p_\theta(x_{0:T})}\right] ="
        r" E_q\left[D_{KL}(q(x_T|x_0) \| p(x_T)) + \sum_{t=2}^T"
        r" D_{KL}(q(x_{t-1}|x_t, x_0) \| p_\theta(x_{t-1}|x_t))"
        r" + \log p_\theta(x_0|x_1)\right]",
        BOTH,
        id="the last term with the wrong sign",
    ),
    pytest.param(
        r"E_{q(x_{0:T})}\left[\log \frac{q(x_{1:T} | x_0)}{p_\theta(x_{0:T})}\right] ="
        r" D_{KL}(q(x_T|x_0) \| p(x_T)) + \sum_{t=2}^T"
        r" D_{KL}(q(x_{t-1}|x_t, x_0) \| p_\theta(x_{t-1}|x_t))"
        r" - E_q[\log p_\theta(x_0|x_1)]",
        BOTH,
        id="divergences without the mean over their conditions",
    ),
    pytest.param(
        r"E_{q(x_{0:T})}\left[\log \frac{q(x_{1:T} | x_0)}{p_\theta(x_{0:T})}\right]"
        r" \le - E_{q(x_0)}[\log p_\theta(x_0)]",
        "",
        id="the bound of the cross entropy turned round",
    ),
    pytest.param(
        r"- \log p(x) + E_{q(x, z)}\left[\log \frac{q(z|x)}{p(x,z)} + \log p(x)\right] ="
        r" E_q\left[\log \frac{q(z|x)}{p(x,z)}\right]",
        "",
        id="what is averaged does not come out of a mean",
    ),
    pytest.param(
        r"- \log p(x) + E_q\left[\log \frac{q(z|x)}{p(x,z)} + \log p(x)\right] ="
        r" E_q\left[\log \frac{q(z|x)}{p(x,z)}\right]",
        "",
        id="a mean of which it is not said what it is over",
    ),
    pytest.param(
        r"\log p(x_0) - \sum_{t=2}^T D_{KL}(q(x_{t-1}|x_t) \| p(x_{t-1}|x_t)) \ge \log p(x_0)",
        "",
        id="a sum of divergences with a minus",
    ),
    pytest.param(
        r"\log p(x) = \text{ELBO} + \text{KL}(q(z|x) \,||\, p(z|x))",
        r"$$\text{ELBO} = E_{q(z|x)}\left[\log \frac{q(z|x)}{p(x, z)}\right]$$",
        id="a name for the opposite",
    ),
    pytest.param(
        r"\log p(x) = L + \text{KL}(q(z|x) \,||\, p(z|x))",
        r"$$L = E_{q(z|x)}\left[\log \frac{p(x, z)}{q(z|x)}\right]$$ and then"
        "\n\n" + r"$$L = E_{q(z|x)}[\log p(x, z)]$$",
        id="a name for two things",
    ),
    pytest.param(
        r"E_{x \sim \Omega}[p(x)] = E_x\left[\int p(x, z) dx\right]",
        "",
        id="a mean of another integral",
    ),
    pytest.param(
        r"\log p(x) > E_{q(z|x)}\left[\log \frac{p(x, z)}{q(z|x)}\right]",
        "",
        id="a strict bound",
    ),
    pytest.param(
        r"E_{x_{1:T}}[\log q(x_{1:T})] = E_q[\log q(x_{1:T})]",
        "",
        id="a mean by a law that is not said",
    ),
    pytest.param(
        r"\sum_{t=1}^{100000000} \log \frac{q(x_t)}{q(x_{t-1})} = \log q(x_0)",
        "",
        id="too many terms",
    ),
    pytest.param(
        r"\sum_{t=1}^T (\log q(x_t, t) - \log q(x_{t-1}, t)) = \log q(x_T, t) - \log q(x_0, t)",
        "",
        id="the index of a sum as an argument",
    ),
    pytest.param(
        r"\sum_{t=1}^T (\log q_t(x_t) - \log q_t(x_{t-1})) = \log q_t(x_T) - \log q_t(x_0)",
        "",
        id="the index of a sum at the law",
    ),
    pytest.param(
        r"\sum_{t=1}^T (\log q(x_t, z_{t,1}) - \log q(x_{t-1}, z_{t,1}))"
        r" = \log q(x_T, z_{t,1}) - \log q(x_0, z_{t,1})",
        "",
        id="the index of a sum among others",
    ),
    pytest.param(
        r"q(x_t, t) = q(x_t | t) q(t)",
        "",
        id="a time is no random variable",
    ),
    pytest.param(
        r"\log \int p(x, z) q(z | z) dz = \log p(x) + \log q(z | z)",
        "",
        id="a variable given itself is integrated out",
    ),
    pytest.param(
        r"p(z|x) = \frac{p(x|z) p(x)}{p(z)}",
        "",
        id="Bayes with the marginals exchanged",
    ),
    pytest.param(
        r"E_{p(x)}[\log p(z | x)] = E_{p(x, z)}[\log p(z | x)]",
        "",
        id="a variable that is averaged on one side only",
    ),
]


@pytest.mark.parametrize(("formula", "before"), OPEN)
def test_what_need_not_hold_is_left_open(tmp_path, formula, before):
    assert judged(tmp_path, formula, before) in {"unread", "unresolved", "refuted"}


SAID = [
    pytest.param(r"x_0 \sim \Omega", "given", id="a law that is only a name"),
    pytest.param(r"L_0 = - \log p_\theta(x_0 | x_1)", "given", id="a name for a density"),
    pytest.param(r"x_0 \sim \Omega(x_0)^2", "unread", id="a law that is no name"),
    pytest.param(
        r"\log p_\theta(x_0) \le \log p_\theta(x_0 | x_1)", "unresolved", id="a bound that is none"
    ),
]


@pytest.mark.parametrize(("formula", "outcome"), SAID)
def test_premises_are_told_from_claims(tmp_path, formula, outcome):
    assert judged(tmp_path, formula, key="classics/ddpm") == outcome
