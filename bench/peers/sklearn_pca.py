"""scikit-learn's PCA with the randomized solver as a peer: seconds to fit, and squared error per sample.

Request {"data": PATH, "latentDim": k, "seed": S, "scale": F}; reply {"seconds", "squaredErrorPerSample", "n", "d"}.
PATH is an IDX or npy file, either also .gz, of n rows; it is read as float32, every entry times `scale` (default 1),
and stays in memory between requests. Only `fit` is timed; the error is summed in float64 afterwards, in the units
of the scaled data: mean over rows of ||x - x^||^2.
"""

import gzip
import time

from peer_server import require, serve

require("numpy", "sklearn")
import numpy as np
from sklearn.decomposition import PCA

IDX_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
NPY_MAGIC = b"\x93NUMPY"
CHUNK = 4096  # rows reconstructed at a time

loaded = {"key": None, "x": None}


def read_matrix(path):
    """An IDX or npy file as [n, d]: all axes after the first are flattened."""
    opened = gzip.open(path, "rb") if path.endswith(".gz") else open(path, "rb")
    with opened as file:
        magic = file.read(6)
        file.seek(0)
        if magic == NPY_MAGIC:
            array = np.load(file)
        else:
            if magic[:2] != b"\0\0" or magic[2] not in IDX_TYPES:
                raise ValueError(f"{path}: neither IDX nor npy")
            rank = magic[3]
            header = file.read(4 + 4 * rank)
            shape = np.frombuffer(header, ">u4", offset=4)
            array = np.frombuffer(file.read(), IDX_TYPES[magic[2]]).reshape(shape)
    return array.reshape(len(array), -1)


def squared_error_per_sample(pca, x):
    total = 0.0
    components, mean = pca.components_.astype(np.float64), pca.mean_.astype(np.float64)
    for start in range(0, len(x), CHUNK):
        centered = x[start : start + CHUNK].astype(np.float64) - mean
        total += np.sum((centered - centered @ components.T @ components) ** 2)
    return total / len(x)


def answer(request):
    scale = request.get("scale", 1)
    key = (request["data"], scale)
    if loaded["key"] != key:
        loaded.update(key=None, x=None)
        loaded.update(key=key, x=read_matrix(request["data"]).astype(np.float32) * np.float32(scale))
    x = loaded["x"]
    pca = PCA(n_components=request["latentDim"], svd_solver="randomized", random_state=request.get("seed", 0))
    start = time.perf_counter()
    pca.fit(x)
    seconds = time.perf_counter() - start
    error = squared_error_per_sample(pca, x)
    return {"seconds": seconds, "squaredErrorPerSample": error, "n": x.shape[0], "d": x.shape[1]}


serve(answer, "sklearn", "numpy", "scipy")
