"""scikit-learn's KMeans as a peer: seconds to fit from given centers, and where it ended.

Request {"data": PATH, "clusters": k, "algorithm": "lloyd" or "elkan", "scale": F}; reply {"seconds", "inertia",
"iterations"}. PATH is an IDX file of n rows, also .gz; it is read as float32, every entry times `scale`, and stays in
memory between requests. The first centers are rows 0, n/k, 2n/k, ... (rounded down); n_init is 1, tol and max_iter are
scikit-learn's own. Only `fit` is timed; the inertia is summed again in float64.
"""

import gzip
import time

from peer_server import require, serve

require("numpy", "sklearn")
import numpy as np
from sklearn.cluster import KMeans

CHUNK = 4096  # rows whose distances are summed at a time

loaded = {"key": None, "x": None}


def read_rows(path):
    with gzip.open(path, "rb") if path.endswith(".gz") else open(path, "rb") as file:
        content = file.read()
    rank = content[3]
    shape = np.frombuffer(content, ">u4", rank, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * rank).reshape(shape[0], -1)


def inertia(x, model):
    centers = model.cluster_centers_.astype(np.float64)
    total = 0.0
    for start in range(0, len(x), CHUNK):
        rows = x[start : start + CHUNK].astype(np.float64)
        total += np.sum((rows - centers[model.labels_[start : start + CHUNK]]) ** 2)
    return total


def answer(request):
    key = (request["data"], request["scale"])
    if loaded["key"] != key:
        rows = read_rows(request["data"])
        loaded.update(key=key, x=rows.astype(np.float32) * np.float32(request["scale"]))
    x, k = loaded["x"], request["clusters"]
    first = x[[i * len(x) // k for i in range(k)]]
    model = KMeans(k, init=first, n_init=1, algorithm=request["algorithm"])
    start = time.perf_counter()
    model.fit(x)
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "inertia": inertia(x, model), "iterations": int(model.n_iter_)}


serve(answer, "sklearn", "numpy", "scipy")
