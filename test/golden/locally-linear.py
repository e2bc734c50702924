"""locally-linear.json: standard and modified locally linear embedding of 90 points of a bent sheet, by scikit-learn.

Points are exact in float32. The embedding is that of the dense eigen-solver; columns are determined up to sign.
"""

import numpy as np
import sklearn
from golden import Generator, rounded, write
from sklearn.manifold import LocallyLinearEmbedding

u = Generator(11).fill((90, 2), 0, 1)
x = np.column_stack([np.sin(2.5 * u[:, 0]), 1.2 * u[:, 1], np.cos(2.5 * u[:, 0])])
x = x.astype(np.float32).astype(np.float64)


def embedding(method):
    model = LocallyLinearEmbedding(n_neighbors=8, n_components=2, method=method, eigen_solver="dense").fit(x)
    fresh = x[:5] + 0.01
    return {
        "embedding": model.embedding_,
        "reconstructionError": model.reconstruction_error_,
        "codes": model.transform(fresh.astype(np.float32).astype(np.float64)),
    }


write(
    "locally-linear.json",
    rounded({"x": x, "standard": embedding("standard"), "modified": embedding("modified")}),
    [np, sklearn],
)
