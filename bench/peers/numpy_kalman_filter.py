"""A plain Kalman filter in NumPy as a peer: seconds of one pass, the last state, and the log-likelihood.

Request {"data": PATH, "system": {"A", "C", "Q", "R", "m", "P": rows of numbers}}; reply {"seconds", "last",
"logLikelihood"}. PATH is an npy file, computed with in float64. A loop over moments, as textbooks write it: covariances and gains
of every moment by products and one solve. Reading is not timed.
"""

import time

from peer_server import require, serve

require("numpy")
import numpy as np


def filtered(y, a, c, q, r, m, p):
    n, k = len(y), len(m)
    means, log_likelihood = np.empty((n, k)), 0.0
    identity, constant = np.eye(k), y.shape[1] * np.log(2 * np.pi)
    for t in range(n):
        if t > 0:
            m, p = a @ m, a @ p @ a.T + q
        v = y[t] - c @ m
        cp = c @ p
        s = cp @ c.T + r
        gain = np.linalg.solve(s, cp).T
        log_likelihood -= 0.5 * (v @ np.linalg.solve(s, v) + np.linalg.slogdet(s)[1] + constant)
        m, p = m + gain @ v, (identity - gain @ c) @ p
        means[t] = m
    return means, log_likelihood


def answer(request):
    y = np.load(request["data"]).astype(np.float64)
    system = [np.array(request["system"][name], np.float64) for name in "ACQRmP"]
    start = time.perf_counter()
    means, log_likelihood = filtered(y, *system)
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "last": means[-1].tolist(), "logLikelihood": log_likelihood}


serve(answer, "numpy")
