"""k-means.json: inertias of the digits by scikit-learn, and one run of Lloyd's algorithm from given centers.

The digits are the UCI optdigits test part as scikit-learn carries it: 1797 x 64, pixels 0 to 16. `best` is the lowest
inertia of 10 starts by k-means++. The run starts from rows 0, 1, 2, ..., 9 and ends when no label changes (tol = 0), so
that its end depends on rounding only where a row is equally far from two centers.
"""

import numpy as np
import scipy
import sklearn
from golden import rounded, write
from sklearn.cluster import KMeans
from sklearn.datasets import load_digits

x, _ = load_digits(return_X_y=True)


def best(k):
    model = KMeans(k, init="k-means++", n_init=10, algorithm="lloyd", random_state=0).fit(x)
    return {"clusters": k, "inertia": model.inertia_}


def run(k):
    model = KMeans(k, init=x[:k], n_init=1, algorithm="lloyd", tol=0, max_iter=1000).fit(x)
    distances = model.transform(x[:3])
    return {
        "clusters": k,
        "inertia": model.inertia_,
        "iterations": model.n_iter_,
        "sizes": np.bincount(model.labels_, minlength=k).tolist(),
        "labels": "".join(str(label) for label in model.labels_),
        "firstDistances": distances,
        "firstTriangle": np.maximum(0, distances.mean(axis=1, keepdims=True) - distances),
    }


content = {"data": "optdigits, all 1797 x 64", "best": [best(k) for k in (2, 5, 10, 20)], "run": run(10)}
write("k-means.json", rounded(content, 10), [np, scipy, sklearn])
