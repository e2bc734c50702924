"""scikit-learn's SpectralEmbedding on a graph of neighbors as a peer: seconds to fit, and its map.

Request {"data": PATH, "nNeighbors": k, "latentDim": q, "threads": T, "embedding": PATH}; reply {"seconds"}. Data is an
npy file, computed with in float64; the map is written as npy, float32. Eigenvectors by ARPACK, since pyamg is no part
of scikit-learn. Only `fit` is timed.
"""

import time

from peer_server import require, serve

require("numpy", "sklearn")
import numpy as np
from sklearn.manifold import SpectralEmbedding


def answer(request):
    x = np.load(request["data"]).astype(np.float64)
    model = SpectralEmbedding(
        n_components=request["latentDim"],
        affinity="nearest_neighbors",
        n_neighbors=request["nNeighbors"],
        eigen_solver="arpack",
        n_jobs=request["threads"],
        random_state=0,
    )
    start = time.perf_counter()
    model.fit(x)
    seconds = time.perf_counter() - start
    np.save(request["embedding"], np.ascontiguousarray(model.embedding_, dtype=np.float32))
    return {"seconds": seconds}


serve(answer, "sklearn", "numpy", "scipy")
