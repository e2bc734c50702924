"""scikit-learn's isolation forest and local outlier factor as peers: seconds to fit and to score the rows fitted.

Request {"data": PATH, "method": "isolation-forest" or "lof"}; reply {"seconds", "cpu", "scores"}: wall and CPU seconds, and the
scores of every 97th row. PATH is a float32 .npy file of n rows, kept in memory between requests.
"""

import time

from peer_server import require, serve

require("numpy", "sklearn")
import numpy as np
from sklearn.ensemble import IsolationForest
from sklearn.neighbors import LocalOutlierFactor

loaded = {"path": None, "x": None}


def answer(request):
    if loaded["path"] != request["data"]:
        loaded.update(path=request["data"], x=np.load(request["data"]))
    x = loaded["x"]
    start, cpu = time.perf_counter(), time.process_time()
    if request["method"] == "lof":
        scores = -LocalOutlierFactor(n_neighbors=20, n_jobs=2).fit(x).negative_outlier_factor_
    else:
        scores = -IsolationForest(random_state=0, n_jobs=2).fit(x).score_samples(x)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    return {"seconds": seconds, "cpu": cpu, "scores": scores[::97].tolist()}


serve(answer, "sklearn", "numpy", "scipy")
