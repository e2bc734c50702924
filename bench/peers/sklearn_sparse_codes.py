"""scikit-learn's sparse_encode as a peer: seconds for the codes of all rows.

Request {"data": PATH, "dictionary": PATH, "algorithm": NAME, "regularization": NUMBER, "jobs": N}; npy files x [n, d] and the
dictionary [k, d], atoms of unit norm. NAME is lasso_cd, lasso_lars or omp, and NUMBER is alpha or the number of non-zeros. Reply
{"seconds", "objective"}: sum over rows of ||x - z D||^2 / 2 + alpha |z|_1, for omp without the last term.
Request {"data": PATH, "learn": K, "out": PATH}: a dictionary of K atoms by minibatches with alpha .1, as float32.
"""

import time
import warnings

from peer_server import require, serve

require("numpy", "sklearn")
import numpy as np
from sklearn.decomposition import MiniBatchDictionaryLearning, sparse_encode

# sparse_encode stops coordinate descent at a duality gap of 1e-4 ||x||^2, and says so where it did not get there.
warnings.simplefilter("ignore")


def answer(request):
    x = np.load(request["data"]).astype(np.float64)
    if "learn" in request:
        model = MiniBatchDictionaryLearning(request["learn"], alpha=0.1, batch_size=256, max_iter=5, random_state=0)
        np.save(request["out"], model.fit(x).components_.astype(np.float32))
        return {}
    dictionary = np.load(request["dictionary"]).astype(np.float64)
    amount, omp = request["regularization"], request["algorithm"] == "omp"
    options = {"n_nonzero_coefs": amount} if omp else {"alpha": amount}
    begun = time.perf_counter()
    z = sparse_encode(
        x, dictionary, algorithm=request["algorithm"], n_jobs=request["jobs"], check_input=False, **options
    )
    seconds = time.perf_counter() - begun
    objective = ((x - z @ dictionary) ** 2).sum() / 2 + (0 if omp else amount * np.abs(z).sum())
    return {"seconds": seconds, "objective": float(objective)}


serve(answer, "sklearn", "numpy")
