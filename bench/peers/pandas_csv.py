"""pandas' C parser as a peer: seconds to read a CSV file of numbers into a float32 array.

Request {"data": PATH}; reply {"seconds", "rows", "columns", "sum"}. Timed are `read_csv` and the array of float32,
which is what ours gives too.
"""

import time

from peer_server import require, serve

require("numpy", "pandas")
import numpy as np
import pandas as pd


def answer(request):
    start = time.perf_counter()
    x = pd.read_csv(request["data"]).to_numpy(dtype=np.float32)
    seconds = time.perf_counter() - start
    return {
        "seconds": seconds,
        "rows": x.shape[0],
        "columns": x.shape[1],
        "sum": float(x.sum(dtype=np.float64)),
    }


serve(answer, "pandas", "numpy")
