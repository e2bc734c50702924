"""local-outlier-factor.json: LOF of fitted and of new rows by scikit-learn.

Rows are two groups of unlike density with a few between them, rounded to float32.
"""

import numpy as np
import scipy
import sklearn
from golden import Generator, rounded, write
from sklearn.neighbors import LocalOutlierFactor

cases = []
for cols, neighbors in [(3, 20), (3, 5), (12, 20), (12, 1)]:
    draw = Generator(11 + cols)
    x = np.vstack([draw.fill((60, cols), -1, 1), 6 + draw.fill((40, cols), -2, 2), draw.fill((6, cols), -8, 8)])
    new = draw.fill((15, cols), -8, 8)
    x, new = x.astype(np.float32), np.vstack([new, x[:3]]).astype(np.float32)
    fitted = LocalOutlierFactor(n_neighbors=neighbors, algorithm="brute").fit(x.astype(float))
    novelty = LocalOutlierFactor(n_neighbors=neighbors, algorithm="brute", novelty=True).fit(x.astype(float))
    cases.append(
        {
            "cols": cols,
            "nNeighbors": neighbors,
            "x": x,
            "new": new,
            "fittedScores": -fitted.negative_outlier_factor_,
            "scores": -novelty.score_samples(new.astype(float)),
        }
    )

write("local-outlier-factor.json", rounded({"cases": cases}, 10), [np, scipy, sklearn])
