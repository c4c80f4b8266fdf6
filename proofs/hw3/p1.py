r"""Homework 3, problem 1: one DDPM step, written through the score.

Claim.   X_{t-1} = A_t X_t + B_t grad log p_t(X_t) + sqrt(C_t) eps_t  with
         A_t = 1/sqrt(1 - beta_t),  B_t = beta_t/sqrt(1 - beta_t)  in closed form.
Source.  Sheet 3, problem 1 (1 point); Ho, Jain & Abbeel (2020), eqs. (6)-(7).
         alpha_t is the product of 1 - beta_s over s <= t, as on the sheet.
"""

import sympy

from derive.derivation import Problem
from derive.language.bridge import from_sympy, to_sympy
from derive.language.phrases import E, Function, at, density, grad, half, integral, norm2, normal, o
from derive.language.terms import DIM, Zero, log, sqrt
from derive.numeric.simulation import orders_of_remainders, step_given_clean, step_mean

problem = Problem(
    "1",
    title="One DDPM step through the score",
    points="1",
    statement=(
        r"For $X_t = \sqrt{1-\beta_t}X_{t-1} + \sqrt{\beta_t}\varepsilon_t$ and the "
        r"optimal denoiser $D_t$ write the step $X_{t-1} \sim p_{t-1\mid t,0}(\cdot \mid "
        r"X_t, D_t(X_t))$ as $A_tX_t + B_t\nabla\log p_t(X_t) + \sqrt{C_t}\varepsilon_t$; "
        r"for $\beta_t = h\gamma_t$ expand $A_t$ and $B_t$ and compare with the Euler "
        r"step of the reverse VP-SDE."
    ),
)

beta = problem.scalar(r"\beta_t", 0, 1)
alpha = problem.scalar(r"\alpha_t", 0, 1)
alpha_prev = problem.scalar(r"\alpha_{t-1}", 0, 1)
x, u, x_0 = problem.vector("x_t"), problem.vector("x_{t-1}"), problem.vector("x_0")

p_0 = problem.density("p_0")
D = problem.field("D_t", rank=1, trained=True)
X_0 = problem.random("X_0", p_0)
X_prev = problem.random("X_{t-1}", lambda v: normal(v, sqrt(alpha_prev) * X_0, 1 - alpha_prev))
X_t = problem.random("X_t", lambda v: normal(v, sqrt(1 - beta) * X_prev, beta))
problem.suppose(alpha, (1 - beta) * alpha_prev)

# a) Induction.  It begins at t = 1; if X_{t-1} given X_0 is normal as stated above, so is X_t.
beta_1, alpha_1 = problem.scalar(r"\beta_1", 0, 1), problem.scalar(r"\alpha_1", 0, 1)
x_1 = problem.vector("x_1")
problem.suppose(alpha_1, 1 - beta_1)
problem.chain(normal(x_1, sqrt(1 - beta_1) * x_0, beta_1), "a) The forward kernel: $t = 1$").eq(
    normal(x_1, sqrt(alpha_1) * x_0, 1 - alpha_1), by=r"$\alpha_1 = 1 - \beta_1$"
)
forward = normal(x, sqrt(1 - beta) * u, beta)
prior = normal(u, sqrt(alpha_prev) * x_0, 1 - alpha_prev)
likelihood = normal(x, sqrt(alpha) * x_0, 1 - alpha)
problem.chain(density(X_t, x, at(X_0, x_0)), r"From $t - 1$ to $t$").eq(
    integral(forward * prior, u), by="total probability, the Markov property"
).eq(likelihood, by=r"a Gaussian integral; $\alpha_t = (1 - \beta_t)\alpha_{t-1}$")

# b) SymPy completes the square in x_{t-1} (it separates into components): the coefficients.
v, w, w_0 = sympy.symbols("v w w_0")
b, a, a_prev = (to_sympy(c) for c in (beta, alpha, alpha_prev))
square = (w - sympy.sqrt(1 - b) * v) ** 2 / b + (v - sympy.sqrt(a_prev) * w_0) ** 2 / (1 - a_prev)
precision, linear = square.diff(v, 2) / 2, square.diff(v).subs(v, 0)
found_mean = sympy.expand(-linear / (2 * precision))

mean_t = sqrt(1 - beta) * (1 - alpha_prev) / (1 - alpha)
mean_0 = sqrt(alpha_prev) * beta / (1 - alpha)
C = (1 - alpha_prev) / (1 - alpha) * beta
mean = mean_t * x + mean_0 * x_0

problem.chain(from_sympy(found_mean.coeff(w)), "b) Completing the square: the weight of $x_t$").eq(
    mean_t, by=r"common denominator $1 - \alpha_t$"
)
problem.chain(from_sympy(found_mean.coeff(w_0)), "The weight of $x_0$").eq(
    mean_0, by=r"common denominator $1 - \alpha_t$"
)
problem.chain(from_sympy(1 / precision), "The variance").eq(
    C, by=r"common denominator $1 - \alpha_t$"
)
problem.chain(density(X_prev, u, at(X_t, x), at(X_0, x_0)), "The posterior").eq(
    forward * prior / likelihood, by="Bayes"
).eq(normal(u, mean, C), by="completing the square")

# c) The optimal denoiser is a projection.
denoiser = Function(x, E(X_0, at(X_t, x)))
risk = E(norm2(D(X_t) - X_0))
problem.chain(risk, "c) The optimal denoiser").eq(
    E(norm2(D(X_t) - E(X_0, X_t))) + E(norm2(E(X_0, X_t) - X_0)),
    by="the cross term vanishes by the tower property",
)
problem.chain(risk, "The minimiser").minimised_by(
    D(x), denoiser(x), by="a mean square is least where it is zero"
)

# In what follows D_t is the optimum: the sheet takes it for granted.
problem.denotes("D_t", denoiser)

# d) The score through the denoiser, for an unspecified p_0.
p_t = density(X_t, x)
score_t = grad(log(p_t), x)
score = Function(x, score_t)
problem.chain(score_t, "d) The score through the denoiser").eq(
    grad(p_t, x) / p_t, by="gradient of the logarithm"
).eq(
    integral(grad(likelihood, x) * p_0(x_0), x_0) / p_t, by="differentiation under the integral"
).eq(
    integral((sqrt(alpha) * x_0 - x) / (1 - alpha) * likelihood * p_0(x_0), x_0) / p_t,
    by="gradient of the normal density",
).eq((sqrt(alpha) * denoiser(x) - x) / (1 - alpha), by="Bayes")

# e) Substitute the denoiser into the posterior mean.
A = mean_t + sqrt(alpha_prev) * beta / ((1 - alpha) * sqrt(alpha))
B = sqrt(alpha_prev) * beta / sqrt(alpha)
problem.chain(mean_t * x + mean_0 * denoiser(x), "e) The step through the score").eq(
    mean_t * x + mean_0 * ((1 - alpha) * score_t + x) / sqrt(alpha), by="d) solved for the denoiser"
).eq(A * x + B * score_t, by="collect")
eps = problem.random(r"\varepsilon_t", lambda v: normal(v, Zero(), 1))
step = problem.define(r"X_{t-1}^\theta", A * X_t + B * score(X_t) + sqrt(C) * eps)
problem.chain(density(step, u, at(X_t, x)), "The sampled step").eq(
    normal(u, A * x + B * score_t, C),
    by=r"$\varepsilon_t \sim \mathcal{N}(0, I)$, scaled and shifted",
)
problem.chain(A, "Closed form of $A_t$").eq(
    1 / sqrt(1 - beta), by=r"$\alpha_t = (1 - \beta_t)\alpha_{t-1}$"
)
problem.chain(B, "Closed form of $B_t$").eq(beta / sqrt(1 - beta), by="the same")

problem.control(
    E(norm2(X_prev - mean), at(X_t, x), at(X_0, x_0)),
    DIM * (1 - alpha) / (1 - alpha) * beta,
    why=r"$C_t$ with $\alpha_t$ in place of $\alpha_{t-1}$",
)

# The numbers for the simulations: beta_t = 1/4, alpha_{t-1} = 3/5.
schedule = [(b, sympy.Rational(1, 4)), (a_prev, sympy.Rational(3, 5)), (a, sympy.Rational(9, 20))]
A_value, B_value, C_value, weight_t, weight_0 = (
    float(to_sympy(c).subs(schedule)) for c in (A, B, C, mean_t, mean_0)
)

problem.result(
    "A_t",
    1 / sqrt(1 - beta),
    stated=r"\frac{\sqrt{1-\beta_t}(1-\alpha_{t-1})}{1-\alpha_t}"
    r" + \frac{\sqrt{\alpha_{t-1}}\beta_t}{(1-\alpha_t)\sqrt{\alpha_t}}",
    points="0.3",
    simulation=lambda seed: step_mean(seed, 0.25, A_value, B_value),
)
problem.result(
    "B_t",
    beta / sqrt(1 - beta),
    stated=r"\frac{\sqrt{\alpha_{t-1}}\beta_t}{\sqrt{\alpha_t}}",
    points="0.3",
)
problem.result(
    "C_t",
    C,
    stated=r"\frac{1-\alpha_{t-1}}{1-\alpha_t}\beta_t",
    points="0.2",
    simulation=lambda seed: step_given_clean(seed, (0.6, 0.25), (weight_t, weight_0), C_value),
)

# f) beta_t = h gamma_t with alpha_t held fixed; SymPy proposes the terms in h.
h = problem.scalar("h", low=0)
gamma = problem.scalar(r"\gamma_t", low=0)
problem.restate((beta, h * gamma), (alpha_prev, alpha / (1 - beta)))
small_beta = to_sympy(h) * to_sympy(gamma)
A_small, t = 1 / sympy.sqrt(1 - small_beta), to_sympy(h)
A_terms = sum(A_small.diff(t, n).subs(t, 0) * t**n / sympy.factorial(n) for n in range(3))
problem.chain(A, r"f) $\beta_t = h\gamma_t$ with $\alpha_t$ held fixed: $A_t$").eq(
    1 + h * gamma / 2 + o(h), by="Taylor"
)
problem.chain(A, "The next term of $A_t$").eq(from_sympy(A_terms) + o(h**2), by="Taylor")
problem.chain(B, "$B_t$").eq(h * gamma + o(h), by="Taylor")
problem.chain(B).eq(h * gamma + half * h**2 * gamma**2 + o(h**2), by="Taylor")
problem.chain(C, "$C_t$").eq(h * gamma + o(h), by="Taylor")
problem.chain(C).eq(h * gamma - alpha / (1 - alpha) * h**2 * gamma**2 + o(h**2), by="Taylor")
problem.result(
    "A_t(h)",
    A,
    stated=r"1 + h\frac{\gamma_t}{2} + \overline{o}(h)",
    points="0.1",
    simulation=lambda seed: orders_of_remainders(
        seed,
        problem.scope,
        h,
        [
            ("$A_t - 1 - h\\gamma_t/2$", A, 1 + h * gamma / 2, 2),
            ("$A_t - 1 - h\\gamma_t/2 - 3h^2\\gamma_t^2/8$", A, from_sympy(A_terms), 3),
            ("$C_t - h\\gamma_t$", C, h * gamma, 2),
        ],
    ),
)
problem.result(
    "B_t(h)",
    B,
    stated=r"h\gamma_t + \overline{o}(h)",
    points="0.1",
    simulation=lambda seed: orders_of_remainders(
        seed,
        problem.scope,
        h,
        [
            ("$B_t - h\\gamma_t$", B, h * gamma, 2),
            ("$B_t - h\\gamma_t - h^2\\gamma_t^2/2$", B, h * gamma + h**2 * gamma**2 / 2, 3),
        ],
    ),
)

# g) The sheet's remark: how far the DDPM step is from the Euler step of the reverse VP-SDE.
problem.chain(A - (1 + h * gamma / 2), "g) Against the Euler step of the reverse VP-SDE").eq(
    3 * h**2 * gamma**2 / 8 + o(h**2), by="f)"
)
problem.chain(B - h * gamma).eq(h**2 * gamma**2 / 2 + o(h**2), by="f)")
problem.chain(C - h * gamma).eq(-(alpha / (1 - alpha)) * h**2 * gamma**2 + o(h**2), by="f)")
