"""Logistic PCA of the middle 16 pixels of 400 binary digits by plain majorization, from NumPy alone, with steps of unit length to the end."""

import numpy as np
import sklearn
from golden import rounded, write
from sklearn.datasets import load_digits

ROWS, K, M, STEPS = 400, 3, 4.0, 3000

x = (load_digits().images[:ROWS, 2:6, 2:6] > 8).astype(float).reshape(ROWS, 16)
tilde = M * (2 * x - 1)


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def deviances(theta):
    return 2 * (np.logaddexp(0, theta) - x * theta).sum(axis=1)


def top(symmetric):
    return np.linalg.eigh(symmetric)[1][:, ::-1][:, :K]


rate = (x.sum(0) + 1) / (ROWS + 2)
mu, u = np.log(rate / (1 - rate)), top(np.cov(x.T))
for _ in range(STEPS):
    theta = mu + (tilde - mu) @ u @ u.T
    z = theta + 4 * (x - sigmoid(theta))
    mu = (z - tilde @ u @ u.T).mean(0)
    t, z = tilde - mu, z - mu
    u = top(t.T @ z + z.T @ t - t.T @ t)
scores = deviances(mu + (tilde - mu) @ u @ u.T)

p = x.mean(0)
inside = p[(p > 0) & (p < 1)]
null = -2 * ROWS * (inside * np.log(inside) + (1 - inside) * np.log(1 - inside)).sum()
content = {"rows": ROWS, "latentDim": K, "saturation": M, "steps": STEPS}
content |= {"deviance": scores.sum(), "nullDeviance": null, "scores": scores[:5]}
write("logistic-pca.json", rounded(content, 12), [np, sklearn])
