"""pandas and scikit-learn as peers on a table of numbers, categories, dates and texts.

Request {"do": "read", "data": PATH}: seconds of `read_csv` with the types said; reply {"seconds", "rows", "sum", "peakMB"}.
Request {"do": "fit", "data": PATH, "new": PATH}: fits ColumnTransformer (StandardScaler on the numbers, OneHotEncoder on the
categories) and PCA of 8 components to the rows of `data`, and holds the rows of `new`; reply {"columns"}.
Request {"do": "transform"} or {"do": "encode"}: seconds of the transformer alone, or with the components, on the rows held.
"""

import resource
import time

from peer_server import require, serve

require("numpy", "pandas", "sklearn")
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

NUMBERS = [f"x{j}" for j in range(10)]
CATEGORIES = [f"c{j}" for j in range(5)]
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
held = {}


def read(path):
    types = {name: "category" for name in CATEGORIES}
    return pd.read_csv(path, dtype=types, parse_dates=["day", "at"])


def answer(request):
    if request["do"] == "fit":
        transformer = ColumnTransformer(
            [
                ("numbers", StandardScaler(), NUMBERS),
                ("categories", OneHotEncoder(handle_unknown="ignore", max_categories=31), CATEGORIES),
            ],
            sparse_threshold=0,
        )
        head = read(request["data"])
        held["transformer"] = transformer.fit(head)
        held["pipeline"] = make_pipeline(transformer, PCA(8, random_state=0)).fit(head)
        held["rows"] = read(request["new"])
        return {"columns": int(transformer.transform(head.iloc[:2]).shape[1])}
    start = time.perf_counter()
    if request["do"] == "read":
        table = read(request["data"])
        seconds = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        total = float(table[NUMBERS].to_numpy().sum())
        return {"seconds": seconds, "rows": len(table), "sum": total, "peakMB": peak / 1024}
    if request["do"] == "sparse":
        sparse = ColumnTransformer(held["transformer"].transformers, sparse_threshold=1).fit(held["rows"].iloc[:1000])
        start = time.perf_counter()
        sparse.transform(held["rows"])
    elif request["do"] == "transform":
        held["transformer"].transform(held["rows"])
    else:
        held["pipeline"].transform(held["rows"])
    return {"seconds": time.perf_counter() - start}


serve(answer, "pandas", "sklearn", "numpy")
