"""LAPACK through NumPy and SciPy as a peer: seconds of one decomposition or product.

Request {"task": T, "rows": n, "columns": d, "decay": p, "k": k}; reply {"seconds"}. The data are n x d standard normal
numbers, column j divided by (1 + j)^p, made once and kept between requests; they are not timed.

    eigh             all eigenpairs of X'X
    svd              the thin SVD of X
    topEigenpairs    the k largest eigenpairs of X'X by dsyevr, which computes no others
    topEigenpairsArpack  the same by ARPACK
    scatter          (X - mean)'(X - mean) of float32 X, in float64
    scatterFloat32   the same in float32 throughout
"""

import time

from peer_server import require, serve

require("numpy")
import numpy as np
import scipy.linalg
import scipy.sparse.linalg

kept = {}


def data(rows, columns, decay, dtype):
    key = (rows, columns, decay, dtype)
    if key not in kept:
        kept.clear()
        x = np.random.default_rng(0).standard_normal((rows, columns), dtype=np.float32)
        kept[key] = (x / (1 + np.arange(columns)) ** decay).astype(dtype)
    return kept[key]


def scatter(x, dtype):
    centered = x.astype(dtype) - x.mean(axis=0, dtype=np.float64).astype(dtype)
    return centered.T @ centered


def answer(request):
    task = request["task"]
    x = data(request["rows"], request["columns"], request.get("decay", 0), "f4" if "scatter" in task else "f8")
    n, k = x.shape[1], request.get("k", 1)
    gram = None if task in ("svd", "scatter", "scatterFloat32") else x.T @ x
    run = {
        "eigh": lambda: np.linalg.eigh(gram),
        "svd": lambda: np.linalg.svd(x, full_matrices=False),
        "topEigenpairs": lambda: scipy.linalg.eigh(gram, subset_by_index=[n - k, n - 1]),
        "topEigenpairsArpack": lambda: scipy.sparse.linalg.eigsh(gram, k=k, tol=1e-9),
        "scatter": lambda: scatter(x, np.float64),
        "scatterFloat32": lambda: scatter(x, np.float32),
    }[task]
    start = time.perf_counter()
    run()
    return {"seconds": time.perf_counter() - start}


serve(answer, "numpy", "scipy")
