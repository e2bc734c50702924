"""Sparse codes with a given dictionary by scikit-learn: lasso, elastic net, both non-negative, and OMP; in float64."""

import warnings

import numpy as np
import sklearn
from golden import Generator, rounded, write
from sklearn.decomposition import sparse_encode
from sklearn.linear_model import ElasticNet, orthogonal_mp

warnings.simplefilter("error")
ROWS, D, K = 8, 12, 16
numbers = Generator(23)
dictionary = numbers.fill((D, K), -1, 1)
dictionary = (dictionary / np.linalg.norm(dictionary, axis=0)).astype(np.float32).astype(float)
x = numbers.fill((ROWS, D), -1, 1)


def elastic_net(alpha, ratio, positive):
    """ElasticNet divides the squared error by 2 D, sparse_encode and Unlabeled by 2."""
    model = ElasticNet(
        alpha=alpha / D, l1_ratio=ratio, positive=positive, fit_intercept=False, tol=1e-15, max_iter=1_000_000
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # at this tolerance it never says that it has converged
        return np.array([model.fit(dictionary, row).coef_ for row in x])


cases = []
for alpha in (0.02, 0.1, 0.4):
    codes = sparse_encode(x, dictionary.T, algorithm="lasso_lars", alpha=alpha)
    assert abs(codes - elastic_net(alpha, 1, False)).max() < 1e-8
    cases.append({"penalty": {"kind": "l1", "alpha": alpha}, "codes": codes})
cases.append({"penalty": {"kind": "l1", "alpha": 0.1, "nonNegative": True}, "codes": elastic_net(0.1, 1, True)})
for ratio, positive in ((0.7, False), (0.2, False), (0.7, True)):
    penalty = {"kind": "elasticNet", "alpha": 0.2, "l1Ratio": ratio, "nonNegative": positive}
    cases.append({"penalty": penalty, "codes": elastic_net(0.2, ratio, positive)})
unit = dictionary / np.linalg.norm(dictionary, axis=0)
for count in (1, 3, 6):
    codes = sparse_encode(x, unit.T, algorithm="omp", n_nonzero_coefs=count)
    cases.append({"penalty": {"kind": "l0", "nonZeros": count}, "codes": codes})
for error in (1.0, 0.1):
    codes = orthogonal_mp(unit, x.T, tol=error).T
    cases.append({"penalty": {"kind": "l0", "squaredError": error}, "codes": codes})

write(
    "sparse-codes.json",
    rounded({"sizes": {"rows": ROWS, "d": D, "k": K}, "x": x, "dictionary": dictionary, "cases": cases}),
    [np, sklearn],
)
