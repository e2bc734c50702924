"""embedding-metrics.json: a cloud in five dimensions and a map of it, judged by scikit-learn and SciPy.

Multiples of 1/1024, exact in float32. No two distances from one point are equal (asserted), so that neighbors and
ranks are not open.
"""

import numpy as np
import scipy
import sklearn
from golden import Generator, rounded, write
from scipy.spatial import procrustes
from scipy.spatial.distance import cdist
from sklearn.manifold import trustworthiness
from sklearn.metrics import (
    adjusted_rand_score,
    normalized_mutual_info_score,
    silhouette_samples,
    silhouette_score,
)
from sklearn.model_selection import LeaveOneOut, cross_val_score
from sklearn.neighbors import KNeighborsClassifier

N = 60


def grid(values):
    return np.round(values * 1024) / 1024


def apart(x):
    distances = np.sort(cdist(x, x), axis=1)
    return np.diff(distances, axis=1).min() > 1e-9


noise = Generator(7)
labels = np.arange(N) % 4
x = grid(noise.fill((N, 5), -1, 1) + np.eye(4, 5)[labels])
z = grid(x[:, :2] + 0.5 * noise.fill((N, 2), -1, 1))
assert apart(x) and apart(z)
clusters = np.argmin(cdist(x, x[[0, 1, 2]]), axis=1)
alone = np.where(np.arange(N) == 5, 9, labels)
pairs = {
    "labels and clusters": (labels, clusters),
    "labels and themselves, renamed": (labels, (labels + 1) % 4),
    "labels and one group": (labels, np.zeros(N, int)),
    "one group and one group": (np.zeros(N, int), np.ones(N, int)),
    "all apart and all apart": (np.arange(N), np.arange(N)[::-1]),
    "worse than chance": (np.arange(N) % 2, np.arange(N) // 2),
}

write(
    "embedding-metrics.json",
    rounded(
        {
            "x": x.ravel().tolist(),
            "z": z.ravel().tolist(),
            "labels": labels.tolist(),
            "trustworthiness": {k: trustworthiness(x, z, n_neighbors=k) for k in (1, 5, 12, 29)},
            "continuity": {k: trustworthiness(z, x, n_neighbors=k) for k in (1, 5, 12, 29)},
            "neighborPreservation": {
                k: np.mean(
                    [
                        len(set(np.argsort(a)[1 : k + 1]) & set(np.argsort(b)[1 : k + 1])) / k
                        for a, b in zip(cdist(x, x), cdist(z, z))
                    ]
                )
                for k in (1, 5, 12)
            },
            "silhouette": [
                {
                    "labels": groups.tolist(),
                    "mean": silhouette_score(x, groups),
                    "samples": silhouette_samples(x, groups),
                }
                for groups in (labels, alone)
            ],
            "agreement": [
                {
                    "name": name,
                    "a": np.asarray(a).tolist(),
                    "b": np.asarray(b).tolist(),
                    "adjustedRandIndex": adjusted_rand_score(a, b),
                    "normalizedMutualInformation": normalized_mutual_info_score(a, b),
                }
                for name, (a, b) in pairs.items()
            ],
            "procrustesDisparity": procrustes(x[:, :2], z)[2],
            "leaveOneOutAccuracy": cross_val_score(
                KNeighborsClassifier(n_neighbors=1), x, labels, cv=LeaveOneOut()
            ).mean(),
        },
        12,
    ),
    [np, scipy, sklearn],
)
