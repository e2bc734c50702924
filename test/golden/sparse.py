"""Sparse codes: scikit-learn's lasso, and a step of predictive sparse decomposition, by NumPy in float64."""

import numpy as np
import sklearn
from golden import Generator, rounded, write
from sklearn.linear_model import Lasso

ROWS, D, K = 6, 8, 12
numbers = Generator(11)
dictionary = numbers.fill((D, K), -1, 1)
dictionary = (dictionary / np.linalg.norm(dictionary, axis=0)).astype(np.float32).astype(float)
x = numbers.fill((ROWS, D), -1, 1)
encoder = numbers.fill((D, K), -1, 1)
bias = numbers.fill((K,), -1, 1)
gain = numbers.fill((K,), 0, 1)
threshold = numbers.fill((K,), 0, 1)

soft = lambda a, t: np.sign(a) * np.maximum(np.abs(a) - t, 0)
objective = lambda z, weight: ((x - z @ dictionary.T) ** 2).sum(1) + weight * np.abs(z).sum(1)

# Lasso minimizes 1/(2 D) |x - D z|^2 + alpha |z|_1: ours, |x - D z|^2 + weight |z|_1, is 2 D times that.
lasso = []
for weight in (0.05, 0.3, 1.0):
    model = Lasso(alpha=weight / (2 * D), fit_intercept=False, tol=1e-14, max_iter=1_000_000)
    codes = np.array([model.fit(dictionary, row).coef_ for row in x])
    lasso.append({"weight": weight, "codes": codes, "objective": objective(codes, weight)})

WEIGHT, ALPHA, STEPS = 0.3, 0.7, 5
a = x @ encoder + bias
predictors = {
    "tanh": gain * np.tanh(a),
    "sigmoid": gain / (1 + np.exp(-a)),
    "shrink": soft(a, threshold),
}
half = np.linalg.norm(dictionary, 2) ** 2 + ALPHA
psd = []
for name, predicted in predictors.items():
    z, y, t = predicted, predicted, 1
    for _ in range(STEPS):
        gradient = (y @ dictionary.T - x) @ dictionary + ALPHA * (y - predicted)
        after = soft(y - gradient / half, WEIGHT / (2 * half))
        t1 = (1 + np.sqrt(1 + 4 * t * t)) / 2
        z, y, t = after, after + (t - 1) / t1 * (after - z), t1
    loss = (objective(z, WEIGHT) + ALPHA * ((z - predicted) ** 2).sum(1)).mean()
    psd.append({"predictor": name, "predicted": predicted, "loss": loss})

write(
    "sparse.json",
    rounded({
        "sizes": {"rows": ROWS, "d": D, "k": K},
        "x": x,
        "dictionary": dictionary,
        "encoder": encoder,
        "bias": bias,
        "gain": gain,
        "threshold": threshold,
        "lasso": lasso,
        "psd": {"weight": WEIGHT, "alpha": ALPHA, "steps": STEPS, "cases": psd},
    }),
    [np, sklearn],
)
