"""scikit-learn's Isomap as a peer: seconds to fit, its reconstruction error and its eigenvalues.

Request {"data": PATH, "nNeighbors": k, "latentDim": q, "threads": T}; reply {"seconds", "reconstructionError",
"eigenvalues"}. PATH is an npy file, computed with in float64. Shortest paths by Dijkstra's algorithm and eigenvectors
by ARPACK: the fastest choices for thousands of rows and a few columns. Only `fit` is timed.
"""

import time

from peer_server import require, serve

require("numpy", "sklearn")
import numpy as np
from sklearn.manifold import Isomap


def answer(request):
    x = np.load(request["data"]).astype(np.float64)
    model = Isomap(
        n_neighbors=request["nNeighbors"],
        n_components=request["latentDim"],
        path_method="D",
        eigen_solver="arpack",
        n_jobs=request["threads"],
    )
    start = time.perf_counter()
    model.fit(x)
    seconds = time.perf_counter() - start
    return {
        "seconds": seconds,
        "reconstructionError": model.reconstruction_error(),
        "eigenvalues": model.kernel_pca_.eigenvalues_.tolist(),
    }


serve(answer, "sklearn", "numpy", "scipy")
