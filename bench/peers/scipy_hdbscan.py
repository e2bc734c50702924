"""The dense steps of HDBSCAN in NumPy and SciPy as a peer: seconds to core distances, mutual reachability and single linkage.

Request {"data": PATH, "minSamples": m}; reply {"seconds", "cpu", "length"}: the summed length of the spanning tree. PATH is a float32
.npy file of n rows. scikit-learn has HDBSCAN from 1.3 on only; this is the O(n²) part of it as its "brute" algorithm does it.
"""

import time

from peer_server import require, serve

require("numpy", "scipy")
import numpy as np
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial.distance import pdist, squareform


def answer(request):
    x = np.load(request["data"]).astype(np.float64)
    m = request["minSamples"]
    start, cpu = time.perf_counter(), time.process_time()
    reach = squareform(pdist(x))
    core = np.partition(reach, m - 1, axis=1)[:, m - 1]
    np.maximum(reach, core[:, None], out=reach)
    np.maximum(reach, core[None, :], out=reach)
    length = minimum_spanning_tree(reach, overwrite=True).sum()
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    return {"seconds": seconds, "cpu": cpu, "length": float(length)}


serve(answer, "numpy", "scipy")
