"""tsne.json: joint probabilities, divergence and gradient of t-SNE, by scikit-learn.

Rows [60, 5] and places [60, 2] come from the generator; perplexity 10. `sparse` takes the 31 nearest neighbors of
every row, `dense` all rows. scikit-learn's search for a perplexity stops at a difference of 1e-5 in the entropy.
"""

import numpy as np
import scipy
import sklearn
from golden import GENERATOR, Generator, rounded, write
from scipy.spatial.distance import squareform
from sklearn.manifold._t_sne import _joint_probabilities, _joint_probabilities_nn, _kl_divergence
from sklearn.metrics import pairwise_distances
from sklearn.neighbors import NearestNeighbors

ROWS, COLUMNS, DIMS, PERPLEXITY = 60, 5, 2, 10
INPUTS = [
    {"name": "x", "shape": [ROWS, COLUMNS], "low": -2, "high": 2},
    {"name": "y", "shape": [ROWS, DIMS], "low": -8, "high": 8},
]

generator = Generator(4)
x, y = (generator.fill(spec["shape"], spec["low"], spec["high"]) for spec in INPUTS)

neighbors = NearestNeighbors(n_neighbors=3 * PERPLEXITY + 1).fit(x).kneighbors_graph(mode="distance")
neighbors.data **= 2
sparse = _joint_probabilities_nn(neighbors, PERPLEXITY, 0).toarray()
condensed = _joint_probabilities(pairwise_distances(x, squared=True), PERPLEXITY, 0)
divergence, gradient = _kl_divergence(y.ravel(), condensed, 1.0, ROWS, DIMS)

write(
    "tsne.json",
    {
        "generator": {"rule": GENERATOR, "seed": 4, "tensors": INPUTS},
        "perplexity": PERPLEXITY,
        "sparse": rounded(sparse[:6]),
        "dense": rounded(squareform(condensed)[:6]),
        "klDivergence": rounded(float(divergence)),
        "gradient": rounded(gradient),
    },
    [sklearn, np, scipy],
)
