"""pandas' C parser as a peer: seconds to read a CSV file of numbers into a float64 array.

Request {"data": PATH}; reply {"seconds", "rows", "columns", "sum"}. Timed are `read_csv` and the array of float64,
which is what ours gives too.
"""

import time

from peer_server import require, serve

require("numpy", "pandas")
import pandas as pd


def answer(request):
    start = time.perf_counter()
    x = pd.read_csv(request["data"]).to_numpy()
    seconds = time.perf_counter() - start
    return {
        "seconds": seconds,
        "rows": x.shape[0],
        "columns": x.shape[1],
        "sum": float(x.sum()),
    }


serve(answer, "pandas", "numpy")
