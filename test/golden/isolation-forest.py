"""isolation-forest.json: c(n) by fractions, mean path lengths of digits by scikit-learn, and its areas under the ROC curve.

The digits are the UCI optdigits test part as scikit-learn carries it: 1797 x 64, pixels 0 to 16. Path lengths are those of every
30th row, E h(x) / c(256), from forests of 100 trees over seeds, whose spread is that of a single tree divided by ten. scikit-learn
approximates c(n) by a logarithm, which is off by 28 % for n = 3; here it has the exact one.
`auc` is the mean over seeds with all of scikit-learn's defaults, on the sets of ../shared/data/anomaly, all rows fitted and scored; they
are read where they are there.
"""

import pathlib
from fractions import Fraction

import numpy as np
import scipy
import sklearn
import sklearn.ensemble._iforest as iforest
from golden import rounded, write
from sklearn.datasets import load_digits
from sklearn.ensemble import IsolationForest
from sklearn.metrics import roc_auc_score

SEEDS = 60


def exact(n):
    return 2 * sum((Fraction(1, i) for i in range(1, n)), Fraction(0)) - Fraction(2 * (n - 1), n)


shared = pathlib.Path(__file__).parents[3] / "shared" / "data" / "anomaly"
auc = []
for path in sorted(shared.glob("*.npz")):
    data = np.load(path)
    x, y = data["X"], data["y"]
    areas = [roc_auc_score(y, -IsolationForest(random_state=seed).fit(x).score_samples(x)) for seed in range(30)]
    auc.append({"name": path.stem, "mean": np.mean(areas), "deviation": np.std(areas, ddof=1), "seeds": len(areas)})

table = np.array([float(exact(n)) if n > 0 else 0 for n in range(300)])
iforest._average_path_length = lambda n: table[np.asarray(n, dtype=int)]
x, _ = load_digits(return_X_y=True)
rows = np.arange(0, len(x), 30)
paths = []
for seed in range(SEEDS):
    scores = -IsolationForest(random_state=seed).fit(x).score_samples(x[rows])
    paths.append(-np.log2(scores))
paths = np.array(paths)
content = {
    "averagePathLength": [[n, float(exact(n))] for n in (1, 2, 3, 4, 5, 16, 64, 65, 66, 256, 1000)],
    "digits": {
        "rows": rows.tolist(),
        "seeds": SEEDS,
        "paths": paths.mean(axis=0),
        "deviationOfTree": 10 * paths.std(axis=0, ddof=1),
    },
    "auc": auc,
}
write("isolation-forest.json", rounded(content, 10), [np, scipy, sklearn])
