"""scikit-learn's exact nearest neighbors as a peer, every row among the others.

Request {"data": PATH, "k": k}; reply {"seconds", "sums"}. PATH is an npy file of float32 rows and stays in memory.
Timed are fit and kneighbors; `sums` are those of each row's distances to its k nearest, every 97th row.
"""

import time

from peer_server import require, serve

require("numpy", "sklearn")
import numpy as np
from sklearn.neighbors import NearestNeighbors

loaded = {"path": None, "x": None}


def answer(request):
    path = request["data"]
    if loaded["path"] != path:
        loaded.update(path=path, x=np.load(path))
    start = time.perf_counter()
    model = NearestNeighbors(n_neighbors=request["k"], algorithm="brute", n_jobs=2).fit(loaded["x"])
    distances, _ = model.kneighbors()
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "sums": distances[::97].sum(axis=1, dtype=np.float64).tolist()}


serve(answer, "sklearn", "numpy", "scipy")
