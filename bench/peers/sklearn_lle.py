"""scikit-learn's locally linear embedding as a peer.

Request {"data": PATH, "nNeighbors": k, "variant": V, "solver": S}; reply {"seconds", "embedding", "reconstructionError"}. PATH is an npy
file of float32 rows. Timed is the fit.
"""

import time

from peer_server import require, serve

require("numpy", "sklearn")
import numpy as np
from sklearn.manifold import LocallyLinearEmbedding


def answer(request):
    x = np.load(request["data"])
    model = LocallyLinearEmbedding(
        n_neighbors=request["nNeighbors"],
        n_components=2,
        method=request["variant"],
        eigen_solver=request["solver"],
        random_state=0,
        n_jobs=2,
    )
    start = time.perf_counter()
    model.fit(x.astype(np.float64))
    seconds = time.perf_counter() - start
    return {
        "seconds": seconds,
        "embedding": model.embedding_.ravel().tolist(),
        "reconstructionError": float(model.reconstruction_error_),
    }


serve(answer, "sklearn", "numpy", "scipy")
