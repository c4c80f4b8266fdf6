r"""Denoising diffusion with a discrete time: the posterior of a step and its loss.

Claim.   q(x_{t-1} | x_t, x_0) is normal with a mean linear in x_t and x_0; written through
         the noise, its divergence from a model is a weighted squared error of the noise.
Source.  Ho, Jain & Abbeel, NeurIPS 2020, sec. 2-3.  alpha_t belongs to one step,
         bar alpha_t is the product of the alphas of all steps up to t.
"""

from derive.derivation import Problem
from derive.language.phrases import E, at, density, dot, integral, norm2, normal
from derive.language.terms import Zero, log, sqrt

problem = Problem(
    "ddpm",
    title="DDPM: posterior and noise form",
    statement=(
        r"For $x_t = \sqrt{\alpha_t}x_{t-1} + \sqrt{1-\alpha_t}\varepsilon_t$ find the "
        r"posterior of $x_{t-1}$ given $x_t$ and $x_0$, and write the loss of a model "
        r"$\mathcal{N}(\mu_\theta(x_t, t), \sigma_t^2 I)$ through the noise."
    ),
)

t = problem.scalar("t", low=0)
a = problem.scalar(r"\alpha_t", 0, 1)
a_prev = problem.scalar(r"\alpha_{t-1}", 0, 1)
beta = problem.scalar(r"\beta_t", 0, 1)
bar = problem.scalar(r"\bar\alpha_t", 0, 1)
bar_prev = problem.scalar(r"\bar\alpha_{t-1}", 0, 1)
bar_prev2 = problem.scalar(r"\bar\alpha_{t-2}", 0, 1)
sigma = problem.scalar(r"\sigma_t", low=0)
x, u, w = problem.vector("x_t"), problem.vector("x_{t-1}"), problem.vector("x_{t-2}")
x_0 = problem.vector("x_0")
q_0 = problem.density("q_0")
eps_theta = problem.field(r"\varepsilon_\theta", rank=1, trained=True)

X_0 = problem.random("X_0", q_0)
X_2 = problem.random("X_{t-2}", lambda v: normal(v, sqrt(bar_prev2) * X_0, 1 - bar_prev2))
X_1 = problem.random("X_{t-1}", lambda v: normal(v, sqrt(a_prev) * X_2, 1 - a_prev))
X_t = problem.random("X_t", lambda v: normal(v, sqrt(a) * X_1, 1 - a))
problem.suppose(beta, 1 - a)
problem.suppose(bar, a * bar_prev)
problem.suppose(bar_prev, a_prev * bar_prev2)

eps, eps_t, eps_1, eps_2 = (
    problem.random(name, lambda v: normal(v, Zero(), 1))
    for name in (
        r"\varepsilon",
        r"\varepsilon_t",
        r"\varepsilon_{t-1}",
        r"\varepsilon_{t-2}",
    )
)

# a) The forward kernel.
step = normal(x, sqrt(a) * u, 1 - a)
prior = normal(u, sqrt(bar_prev) * x_0, 1 - bar_prev)
likelihood = normal(x, sqrt(bar) * x_0, 1 - bar)
problem.chain(density(X_1, u, at(X_0, x_0)), "a) The forward kernel, one step earlier").eq(
    prior, by=r"$\bar\alpha_{t-1} = \alpha_{t-1}\bar\alpha_{t-2}$"
)
problem.chain(density(X_t, x, at(X_2, w)), "Two steps at once").eq(
    normal(x, sqrt(a * a_prev) * w, 1 - a * a_prev), by="variances of independent noise add"
)
problem.chain(density(X_t, x, at(X_0, x_0)), "From the start").eq(
    integral(step * prior, u), by="total probability, the Markov property"
).eq(likelihood, by=r"a Gaussian integral; $\bar\alpha_t = \alpha_t\bar\alpha_{t-1}$")

# b) The posterior: Bayes, then the square in x_{t-1}.
spread = (1 - bar_prev) / (1 - bar) * beta
mean = sqrt(a) * (1 - bar_prev) / (1 - bar) * x + sqrt(bar_prev) * beta / (1 - bar) * x_0
posterior = density(X_1, u, at(X_t, x), at(X_0, x_0))
exponent = (
    norm2(x - sqrt(a) * u) / beta
    + norm2(u - sqrt(bar_prev) * x_0) / (1 - bar_prev)
    - norm2(x - sqrt(bar) * x_0) / (1 - bar)
)
precision = a / beta + 1 / (1 - bar_prev)
linear = sqrt(a) / beta * x + sqrt(bar_prev) / (1 - bar_prev) * x_0
rest = norm2(x) / beta + bar_prev * norm2(x_0) / (1 - bar_prev)
problem.chain(posterior, "b) The posterior").eq(step * prior / likelihood, by="Bayes").eq(
    normal(u, mean, spread), by="completing the square"
)
problem.chain(exponent, "Its exponent").eq(
    precision * norm2(u) - 2 * dot(linear, u) + rest - norm2(x - sqrt(bar) * x_0) / (1 - bar),
    by=r"collect $x_{t-1}$",
).eq(norm2(u - mean) / spread, by="a square in one vector")
problem.chain(1 / precision, "Its variance").eq(
    spread, by=r"$\alpha_t(1 - \bar\alpha_{t-1}) + \beta_t = 1 - \bar\alpha_t$"
)
problem.chain(linear / precision, "Its mean").eq(mean, by="the variance above")

# c) The mean through the noise.
e = problem.vector("e")
clean = (x - sqrt(1 - bar) * e) / sqrt(bar)
noise_form = (x - beta / sqrt(1 - bar) * e) / sqrt(a)
problem.chain(
    sqrt(a) * (1 - bar_prev) / (1 - bar) * x + sqrt(bar_prev) * beta / (1 - bar) * clean,
    "c) The mean through the noise",
).eq(noise_form, by=r"$x_0$ from $x_t = \sqrt{\bar\alpha_t}x_0 + \sqrt{1-\bar\alpha_t}e$")

# d) Two normal laws of one covariance.
m, n = problem.vector("m"), problem.vector("n")
Y = problem.random("Y", lambda v: normal(v, m, sigma**2))
problem.chain(
    E(log(normal(Y, m, sigma**2) / normal(Y, n, sigma**2))), "d) Laws of one covariance"
).eq(norm2(m - n) / (2 * sigma**2), by=r"$\mathbb{E}(Y - m) = 0$")

# e) The loss of one step through the noise.
model = (x - beta / sqrt(1 - bar) * eps_theta(x, t)) / sqrt(a)
problem.chain(norm2(noise_form - model) / (2 * sigma**2), "e) The loss of one step").eq(
    beta**2 / (2 * sigma**2 * a * (1 - bar)) * norm2(e - eps_theta(x, t)), by="$x_t$ cancels"
)
noisy = sqrt(bar) * X_0 + sqrt(1 - bar) * eps
problem.chain(E(norm2(eps - eps_theta(noisy, t))), "What it is least at").eq_up_to_constant(
    E(norm2(E(eps, noisy) - eps_theta(noisy, t))), by="the conditional mean is a projection"
)

problem.control(
    1 / precision,
    (1 - bar) / (1 - bar_prev) * beta,
    why=r"$\bar\alpha_t$ and $\bar\alpha_{t-1}$ exchanged",
)

problem.result(
    r"\tilde\mu_t",
    mean,
    stated=r"\frac{\sqrt{\alpha_t}(1-\bar\alpha_{t-1})}{1-\bar\alpha_t}x_t"
    r" + \frac{\sqrt{\bar\alpha_{t-1}}\beta_t}{1-\bar\alpha_t}x_0",
)
problem.result(r"\tilde\beta_t", spread, stated=r"\frac{1-\bar\alpha_{t-1}}{1-\bar\alpha_t}\beta_t")
