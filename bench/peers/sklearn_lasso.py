"""Sparse recovery as a peer: the Lasso in the pixel and in the DCT basis, and ridge regression, best penalty each.

Request {"a": PATH, "y": PATH, "x": PATH, "iterations": N, "estimate": PATH, "check": bool}; npy files A [m, d], y [n, m] and the true
x [n, d], rows being square images. Reply {"pixel", "dct", "ridge"}, each {"alpha", "error"}: the mean of ||x - x^||^2 at
the penalty for which that is least, looked up with the true x, in the peer's favor; estimates are clipped to [0, 1].
The best Lasso estimate goes to "estimate", if given. The Lasso's objective is scikit-learn's,
(1/2m) ||y - A B c||^2 + alpha ||c||_1, solved for all rows at once by FISTA (Beck & Teboulle 2009) from large penalties
to small; with "check", the error of scikit-learn's own Lasso on the first rows at the best penalty, beside FISTA's.
"""

import warnings

from peer_server import require, serve

require("numpy", "scipy", "sklearn")
import numpy as np
from scipy.fft import idctn
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import Lasso

warnings.simplefilter("ignore", ConvergenceWarning)
ALPHAS = {"pixel": [1e-2, 1e-3, 1e-4, 1e-5], "dct": [1e-1, 3e-2, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5]}
CHECKED = 5


def error(estimate, x):
    return float(((np.clip(estimate, 0, 1) - x) ** 2).sum(1).mean())


def fista(gram, target, alpha, c, iterations, step):
    """min over c, a row each, of c G c / 2 - c t + alpha |c|_1."""
    z, t = c, 1.0
    for _ in range(iterations):
        moved = z - step * (z @ gram - target)
        after = np.sign(moved) * np.maximum(np.abs(moved) - step * alpha, 0)
        t_after = (1 + np.sqrt(1 + 4 * t * t)) / 2
        z = after + (t - 1) / t_after * (after - c)
        c, t = after, t_after
    return c


def best_lasso(a, y, x, basis, alphas, request):
    m = len(a)
    dictionary = a @ basis.T
    gram, target = dictionary.T @ dictionary / m, y @ dictionary / m
    step = 1 / np.linalg.eigvalsh(gram)[-1]
    c = np.zeros_like(target)
    best = None
    for alpha in alphas:
        c = fista(gram, target, alpha, c, request["iterations"], step)
        estimate = c @ basis
        if best is None or error(estimate, x) < best["error"]:
            best = {"alpha": alpha, "error": error(estimate, x), "estimate": estimate}
    if not request.get("check"):
        return best
    own = Lasso(alpha=best["alpha"], fit_intercept=False, max_iter=3000)
    few = own.fit(dictionary, y[:CHECKED].T).coef_ @ basis
    best["check"] = {
        "rows": CHECKED,
        "sklearn": error(few, x[:CHECKED]),
        "fista": error(best["estimate"][:CHECKED], x[:CHECKED]),
    }
    return best


def best_ridge(a, y, x):
    u, s, vt = np.linalg.svd(a, full_matrices=False)
    found = []
    for alpha in np.geomspace(1e-4, 1e1, 11):
        found.append({"alpha": float(alpha), "error": error((y @ u * (s / (s**2 + alpha))) @ vt, x)})
    return min(found, key=lambda entry: entry["error"])


def answer(request):
    a, y, x = (np.load(request[name]).astype(np.float64) for name in ("a", "y", "x"))
    a, y, x = (part.reshape(len(part), -1) for part in (a, y, x))
    d = x.shape[1]
    side = round(d**0.5)
    dct = idctn(np.eye(d).reshape(d, side, side), axes=(1, 2), norm="ortho").reshape(d, d)
    lassos = {
        "pixel": best_lasso(a, y, x, np.eye(d), ALPHAS["pixel"], request),
        "dct": best_lasso(a, y, x, dct, ALPHAS["dct"], request),
    }
    best = min(lassos.values(), key=lambda entry: entry["error"])
    if "estimate" in request:
        np.save(request["estimate"], np.clip(best["estimate"], 0, 1).astype(np.float32))
    for entry in lassos.values():
        del entry["estimate"]
    return {**lassos, "ridge": best_ridge(a, y, x)}


serve(answer, "numpy", "scipy", "sklearn")
