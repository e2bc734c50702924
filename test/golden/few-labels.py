"""few-labels.json: accuracies with n labels on the digits, by scikit-learn and NumPy.

Rows 0, 2, 4, ... of the 1797 in turn give the labels, the first n of them; rows 1, 3, 5, ... are judged. Features are the pixels,
or d' principal components of all rows (centered, not scaled).

probe: multinomial logistic regression with C = 1 on features less their means over all rows, over one factor, the root of the
mean variance of the columns. minimumNorm: least squares of the indicators of the classes, less their means over the n rows, on
the components, without an intercept: numpy.linalg.lstsq, which gives the solution of smallest norm; the largest output decides.
neighbors: the vote of five neighbors, of equally many the class of the nearest.
"""

import numpy as np
import scipy
import sklearn
from golden import write
from scipy.spatial.distance import cdist
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression

x, labels = load_digits(return_X_y=True)
centered = x - x.mean(axis=0)
components = centered @ np.linalg.svd(centered, full_matrices=False)[2].T
even, odd = np.arange(0, len(x), 2), np.arange(1, len(x), 2)


def probe(z, learned):
    z = z - z.mean(axis=0)
    z = z / np.sqrt(z.var(axis=0).mean())
    options = {"C": 1.0, "multi_class": "multinomial", "solver": "newton-cg", "tol": 1e-8, "max_iter": 10_000}
    model = LogisticRegression(**options).fit(z[learned], labels[learned])
    return model.score(z[odd], labels[odd])


def minimum_norm(z, learned):
    indicators = np.eye(10)[labels[learned]]
    means = indicators.mean(axis=0)
    weights = np.linalg.lstsq(z[learned], indicators - means, rcond=None)[0]
    return ((z[odd] @ weights + means).argmax(axis=1) == labels[odd]).mean()


def neighbors(z, learned):
    order = cdist(z[odd], z[learned], "sqeuclidean").argsort(axis=1, kind="stable")[:, :5]
    found = labels[learned][order]
    hits = 0
    for row, label in zip(found, labels[odd]):
        votes = np.bincount(row, minlength=10)
        hits += next(one for one in row if votes[one] == votes.max()) == label
    return hits / len(odd)


cases = []
for n in (20, 50, 200):
    learned = even[:n]
    pixels = {"probe": probe(x, learned), "neighbors": neighbors(x, learned)}
    dimensions = []
    for size in (2, 5, 10, 20, 40, 50, 60):
        z = components[:, :size]
        dimensions.append(
            {"dimensions": size, "probe": probe(z, learned), "minimumNorm": minimum_norm(z, learned)}
        )
    cases.append({"labeled": n, "pixels": pixels, "components": dimensions})
write("few-labels.json", {"data": "optdigits, 1797 x 64", "cases": cases}, [np, scipy, sklearn])
