"""scikit-learn's NMF by coordinate descent as a peer: seconds to fit, and the squared error of all rows.

Request {"data": PATH, "latentDim": k, "scale": F, "maxIter": M, "tol": T}; reply {"seconds", "squaredError", "rounds"}.
PATH is an IDX file, also .gz, read as float32, every entry times `scale`, kept in memory between requests. The start is
nndsvd. Only `fit` is timed; the error is that of codes by `transform`, summed in float64.
"""

import gzip
import time
import warnings

from peer_server import require, serve

require("numpy", "sklearn")
import numpy as np
from sklearn.decomposition import NMF

warnings.filterwarnings("ignore")
loaded = {"key": None, "x": None}


def read_images(path):
    opened = gzip.open(path, "rb") if path.endswith(".gz") else open(path, "rb")
    with opened as file:
        header = file.read(4)
        if header[:3] != b"\0\0\x08":
            raise ValueError(f"{path}: want an IDX file of bytes")
        shape = np.frombuffer(file.read(4 * header[3]), ">u4")
        return np.frombuffer(file.read(), np.uint8).reshape(shape[0], -1)


def answer(request):
    key = (request["data"], request["scale"])
    if loaded["key"] != key:
        loaded.update(key=key, x=read_images(request["data"]).astype(np.float32) * np.float32(request["scale"]))
    x = loaded["x"]
    model = NMF(
        n_components=request["latentDim"],
        init="nndsvd",
        solver="cd",
        max_iter=request["maxIter"],
        tol=request["tol"],
        random_state=0,
    )
    start = time.perf_counter()
    model.fit(x)
    seconds = time.perf_counter() - start
    made = model.transform(x).astype(np.float64) @ model.components_.astype(np.float64)
    return {"seconds": seconds, "squaredError": float(((x - made) ** 2).sum()), "rounds": int(model.n_iter_)}


serve(answer, "sklearn", "numpy", "scipy")
