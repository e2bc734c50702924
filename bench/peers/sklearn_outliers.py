"""scikit-learn's isolation forest and local outlier factor as peers: seconds to fit and to score the rows fitted; and both with
the reconstruction error of PCA, one after the other.

Request {"data": PATH, "method": "isolation-forest", "lof" or "three"}; reply {"seconds", "cpu", "scores"}: wall and CPU seconds, and the
scores of every 97th row. PATH is a float32 .npy file of n rows, kept in memory between requests.
"""

import time

from peer_server import require, serve

require("numpy", "sklearn")
import numpy as np
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest
from sklearn.neighbors import LocalOutlierFactor

loaded = {"path": None, "x": None}


def answer(request):
    if loaded["path"] != request["data"]:
        loaded.update(path=request["data"], x=np.load(request["data"]))
    x = loaded["x"]
    start, cpu = time.perf_counter(), time.process_time()
    if request["method"] != "isolation-forest":
        scores = -LocalOutlierFactor(n_neighbors=20, n_jobs=2).fit(x).negative_outlier_factor_
    if request["method"] != "lof":
        scores = -IsolationForest(random_state=0, n_jobs=2).fit(x).score_samples(x)
    if request["method"] == "three":
        pca = PCA(x.shape[1] // 2, random_state=0)
        scores = np.square(x - pca.inverse_transform(pca.fit_transform(x))).sum(1)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    return {"seconds": seconds, "cpu": cpu, "scores": scores[::97].tolist()}


serve(answer, "sklearn", "numpy", "scipy")
