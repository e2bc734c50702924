"""scikit-learn's SpectralEmbedding with the neighbor graph: digits and rolls, every fourth row, and eigenvalues.

The rolls are read from ../shared/data beside the repository.
"""

import gzip
from pathlib import Path

import numpy as np
import scipy
import sklearn
from golden import rounded, write
from scipy.linalg import eigh
from scipy.sparse.csgraph import laplacian
from sklearn.datasets import load_digits
from sklearn.manifold import SpectralEmbedding
from sklearn.metrics.pairwise import rbf_kernel

EVERY = 4
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


def roll(name):
    with gzip.open(SHARED / f"{name}.csv.gz", "rt") as file:
        return np.loadtxt(file, delimiter=",", skiprows=1)[:, :3].astype(np.float32).astype(np.float64)


def case(x, n_neighbors, k):
    model = SpectralEmbedding(
        k, affinity="nearest_neighbors", n_neighbors=n_neighbors, eigen_solver="arpack", random_state=0
    ).fit(x)
    normalized = laplacian(model.affinity_matrix_, normed=True).toarray()
    values = eigh(normalized, eigvals_only=True, subset_by_index=(1, k))
    return {
        "nNeighbors": n_neighbors,
        "latentDim": k,
        "eigenvalues": values,
        "embedding": rounded(model.embedding_[::EVERY], 6),
    }


def heat(x, gamma, k):
    """Every pair is a neighbor: scikit-learn's kernel of all rows."""
    model = SpectralEmbedding(k, affinity="rbf", gamma=gamma, eigen_solver="arpack", random_state=0).fit(x)
    values = eigh(laplacian(model.affinity_matrix_, normed=True), eigvals_only=True, subset_by_index=(1, k))
    return {"gamma": gamma, "latentDim": k, "eigenvalues": values, "embedding": rounded(model.embedding_[::EVERY], 6)}


digits = load_digits().data
content = {
    "every": EVERY,
    "digits": case(digits, 10, 3),
    "swiss_roll": case(roll("swiss_roll"), 12, 2),
    "s_curve": case(roll("s_curve"), 12, 2),
    "heat": {"rows": 300, **heat(digits[:300], 0.001, 3)},
}
write("laplacian-eigenmaps.json", rounded(content), [np, scipy, sklearn])
