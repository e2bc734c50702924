"""scikit-learn's MiniBatchDictionaryLearning as a peer: seconds to fit, and the dictionary it came to.

Request {"data": PATH, "atoms": k, "alpha": A, "batchSize": B, "epochs": E, "jobs": J, "algorithm": "cd" | "lars", "out": PATH};
reply {"seconds"}. Data is an npy file [n, d]; the dictionary goes to "out", an npy file [d, k]. Only `fit` is timed; it runs
all its epochs, without a look at whether they still help.
"""

import time
import warnings

from peer_server import require, serve

require("numpy", "sklearn")
import numpy as np
from sklearn.decomposition import MiniBatchDictionaryLearning

warnings.simplefilter("ignore")


def answer(request):
    x = np.load(request["data"]).astype(np.float64)
    learner = MiniBatchDictionaryLearning(
        n_components=request["atoms"],
        alpha=request["alpha"],
        batch_size=request["batchSize"],
        max_iter=request["epochs"],
        fit_algorithm=request["algorithm"],
        n_jobs=request["jobs"],
        random_state=0,
        tol=0,
        max_no_improvement=None,
    )
    start = time.perf_counter()
    learner.fit(x)
    seconds = time.perf_counter() - start
    np.save(request["out"], learner.components_.T.astype(np.float32))
    return {"seconds": seconds}


serve(answer, "sklearn", "numpy", "scipy")
