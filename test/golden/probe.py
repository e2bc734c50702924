"""probe.json and pca.json: linear probe, nearest neighbors and PCA of the digits, by scikit-learn and LAPACK.

The digits are the UCI optdigits test part as scikit-learn carries it: 1797 x 64, pixels 0 to 16, labels 0 to 9. Rows
0, 2, 4, ... train, rows 1, 3, 5, ... test. The probe is multinomial logistic regression on features standardized by
the training rows (population standard deviation; a constant column is only centered):

    J(W, b) = C sum_i -log softmax(W x_i + b)[label_i] + ||W||^2 / 2,   C = 1, the intercepts b not penalized.

Its minimum is unique in W. The lbfgs solver (scikit-learn's default) stops a little above it; newton-cg polishes.
"""

import numpy as np
import scipy
import sklearn
from golden import rounded, write
from scipy.spatial.distance import cdist
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler

LATENT_DIM = 8
SHOWN_ROWS = 3


def probe(train, test, train_labels, test_labels):
    scaler = StandardScaler().fit(train)
    x, x_test = scaler.transform(train), scaler.transform(test)
    options = {"C": 1.0, "multi_class": "multinomial", "tol": 1e-6, "max_iter": 10_000}
    lbfgs = LogisticRegression(solver="lbfgs", **options).fit(x, train_labels)
    model = LogisticRegression(solver="newton-cg", **options).fit(x, train_labels)
    assert np.array_equal(lbfgs.predict(x_test), model.predict(x_test))
    assert np.allclose(lbfgs.coef_, model.coef_, atol=1e-3)
    data_term = log_loss(train_labels, model.predict_proba(x), normalize=False)
    gradient = (model.predict_proba(x) - np.eye(10)[train_labels]).T @ x + model.coef_
    return {
        "objective": data_term + np.sum(model.coef_**2) / 2,
        "largestGradientEntry": float(f"{np.abs(gradient).max():.1e}"),
        "squaredNormOfWeights": np.sum(model.coef_**2),
        "trainLogLoss": data_term / len(x),
        "testLogLoss": log_loss(test_labels, model.predict_proba(x_test)),
        "trainAccuracy": model.score(x, train_labels),
        "testAccuracy": model.score(x_test, test_labels),
    }


def neighbors(train, test, train_labels, test_labels, k):
    """Majority of the k nearest in Euclidean distance.

    Of equally distant rows the earlier one counts, of equal votes the smaller label. Scikit-learn leaves the first
    open, so its accuracy may differ on rows with such a tie.
    """
    squares = cdist(test, train, "sqeuclidean")  # of whole pixels: exact
    order = squares.argsort(axis=1, kind="stable")
    nearest = np.take_along_axis(squares, order[:, : k + 1], axis=1)
    ties = int(np.isclose(nearest[:, k - 1], nearest[:, k], rtol=1e-12, atol=0).sum())
    votes = np.array([np.bincount(row, minlength=10) for row in train_labels[order[:, :k]]])
    hits = int((votes.argmax(axis=1) == test_labels).sum())
    theirs = KNeighborsClassifier(k, algorithm="brute").fit(train, train_labels).score(test, test_labels)
    assert abs(hits - theirs * len(test)) < ties + 0.5
    return {
        "k": k,
        "testAccuracy": hits / len(test),
        "testRowsWithTiedDistanceAtK": ties,
        "testRowsWithTiedVotes": int(((votes == votes.max(axis=1, keepdims=True)).sum(axis=1) > 1).sum()),
    }


def features(train, test, train_labels, test_labels):
    scaler = StandardScaler().fit(train)
    labels = (train_labels, test_labels)
    return {
        "linearProbe": probe(train, test, *labels),
        "kNearestNeighbors": [neighbors(train, test, *labels, k) for k in (1, 5)],
        "kNearestNeighborsStandardized": [
            neighbors(scaler.transform(train), scaler.transform(test), *labels, k) for k in (1, 5)
        ],
    }


def positive_signs(components):
    """+1 or -1 for each row, so that its entry of largest magnitude becomes positive."""
    largest = components[np.arange(len(components)), np.abs(components).argmax(axis=1)]
    return np.sign(largest)


def principal_components(x):
    plain = PCA(LATENT_DIM, svd_solver="full").fit(x)
    whitened = PCA(LATENT_DIM, svd_solver="full", whiten=True).fit(x)
    assert np.array_equal(plain.components_, whitened.components_)
    signs = positive_signs(plain.components_)
    sorted_entries = np.sort(np.abs(plain.components_), axis=1)
    return {
        "latentDim": LATENT_DIM,
        "convention": "centered, not scaled; components are rows [k, d], their largest absolute entry positive; "
        "explainedVariance = singularValue^2 / (n - 1); whitened codes are codes / sqrt(explainedVariance)",
        # How clear the choice of the largest entry is: a small gap could flip a sign by rounding.
        "smallestGapOfLargestEntries": (sorted_entries[:, -1] - sorted_entries[:, -2]).min(),
        "mean": plain.mean_,
        "components": plain.components_ * signs[:, None],
        "singularValues": plain.singular_values_,
        "explainedVariance": plain.explained_variance_,
        "explainedVarianceRatio": plain.explained_variance_ratio_,
        "squaredErrorPerSample": np.sum((x - plain.inverse_transform(plain.transform(x))) ** 2) / len(x),
        "firstCodes": plain.transform(x[:SHOWN_ROWS]) * signs,
        "firstWhitenedCodes": whitened.transform(x[:SHOWN_ROWS]) * signs,
    }


x, labels = load_digits(return_X_y=True)
train, test, train_labels, test_labels = x[::2], x[1::2], labels[::2], labels[1::2]
pca = PCA(LATENT_DIM, svd_solver="full").fit(train)
content = {
    "data": "optdigits, 1797 x 64; even rows train, odd rows test",
    "pixels": features(train, test, train_labels, test_labels),
    f"pca{LATENT_DIM}": {
        "note": "codes of a PCA fitted on the training rows, pixels centered and not scaled",
        **features(pca.transform(train), pca.transform(test), train_labels, test_labels),
    },
}
modules = [np, scipy, sklearn]
write("probe.json", rounded(content, 10), modules)
write("pca.json", rounded({"data": "optdigits, all 1797 x 64", **principal_components(x)}, 10), modules)
