"""scikit-learn's imputers as peers: seconds to fit to rows with gaps and to fill them.

Request {"data": PATH, "truth": PATH, "imputer": "IterativeImputer" or "KNNImputer"}; reply {"seconds", "rmse"}, the root mean square
error of what is NaN in the data. Both are float32 .npy files of n rows.
"""

import time
import warnings

from peer_server import require, serve

require("numpy", "sklearn")
import numpy as np
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.impute import IterativeImputer, KNNImputer

# Ten rounds are its default, and it says that they do not suffice.
warnings.filterwarnings("ignore")


def answer(request):
    x = np.load(request["data"]).astype(np.float64)
    truth = np.load(request["truth"]).astype(np.float64)
    imputer = KNNImputer() if request["imputer"] == "KNNImputer" else IterativeImputer(random_state=0)
    start = time.perf_counter()
    filled = imputer.fit_transform(x)
    seconds = time.perf_counter() - start
    gaps = np.isnan(x)
    return {"seconds": seconds, "rmse": float(np.sqrt(np.mean((filled - truth)[gaps] ** 2)))}


serve(answer, "sklearn", "numpy", "scipy")
