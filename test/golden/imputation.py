"""imputation.json: gaps filled by scikit-learn.

Nearest neighbors with weights 1 and 1 / distance², of fitted and of new rows; a column regressed on complete others; the normal
distribution of rows with gaps anywhere by expectation maximization with a ridge, row by row with matrix inverses, in NumPy. Rows are
rounded to float32.
"""

import numpy as np
import sklearn
from golden import Generator, rounded, write
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.impute import IterativeImputer, KNNImputer
from sklearn.linear_model import LinearRegression


def squared(distances):
    with np.errstate(divide="ignore"):
        return 1 / distances**2


def expectation_maximization(x, ridge, rounds):
    offset, factor = np.nanmean(x, axis=0), np.nanstd(x, axis=0)
    z = (x - offset) / factor
    n, d = z.shape
    mean, covariance = np.zeros(d), np.eye(d)
    for round_ in range(rounds + 1):
        filled, open_ = z.copy(), np.zeros((d, d))
        for i in range(n):
            m = np.isnan(z[i])
            o = ~m
            weights = covariance[np.ix_(m, o)] @ np.linalg.inv(covariance[np.ix_(o, o)])
            filled[i, m] = mean[m] + weights @ (z[i, o] - mean[o])
            open_[np.ix_(m, m)] += covariance[np.ix_(m, m)] - weights @ covariance[np.ix_(o, m)]
        if round_ == rounds:
            return offset + factor * filled, offset + factor * mean, covariance * np.outer(factor, factor)
        mean = filled.mean(axis=0)
        scatter = ((filled - mean).T @ (filled - mean) + open_) / n
        covariance = (scatter + ridge * np.eye(d)) / (1 + ridge)


draw = Generator(5)
n, d = 40, 5
mixing = draw.fill((3, d), -1, 1)
complete = draw.fill((n, 3), -2, 2) @ mixing + 0.2 * draw.fill((n, d), -1, 1)
complete = (complete * np.array([1, 3, 0.5, 10, 1]) + np.array([0, 5, -1, 100, 0])).astype(np.float32)
gaps = draw.fill((n, d), 0, 1) < 0.25
gaps[np.all(gaps, axis=1)] = False
holed = np.where(gaps, np.nan, complete.astype(float))
fitted, new = holed[:30], holed[30:]

neighbors = []
for k, weights in [(1, "uniform"), (4, "uniform"), (4, "distance"), (30, "distance")]:
    imputer = KNNImputer(n_neighbors=k, weights="uniform" if weights == "uniform" else squared).fit(fitted)
    neighbors.append(
        {"nNeighbors": k, "weights": weights, "fitted": imputer.transform(fitted), "new": imputer.transform(new)}
    )

one = complete.astype(float)
one[gaps[:, 2], 2] = np.nan
regression = IterativeImputer(estimator=LinearRegression(), max_iter=50, tol=1e-12).fit_transform(one)

rounds, ridge = 6, 0.1
filled, mean, covariance = expectation_maximization(holed, ridge, rounds)

write(
    "imputation.json",
    rounded(
        {
            "cols": d,
            "fittedRows": len(fitted),
            "complete": complete,
            "gaps": gaps.astype(int),
            "neighbors": neighbors,
            "regression": {"column": 2, "filled": regression},
            "expectationMaximization": {
                "ridge": ridge,
                "rounds": rounds,
                "filled": filled,
                "mean": mean,
                "covariance": covariance,
            },
        },
        10,
    ),
    [np, sklearn],
)
