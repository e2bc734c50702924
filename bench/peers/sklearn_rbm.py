"""scikit-learn's BernoulliRBM as a peer: seconds an epoch.

Request {"rows", "cols", "latentDim", "batchSize", "learningRate", "dtype", "epochs"}; reply {"seconds", "pseudoLikelihood"}: of
one epoch of `fit` on uniform random numbers, and the estimate of log p(v) after it, which is not timed. It trains by
persistent contrastive divergence, one Gibbs step for every minibatch, as many products as CD-1.
"""

import time

from peer_server import require, serve

require("numpy", "sklearn")
import numpy as np
from sklearn.neural_network import BernoulliRBM

loaded = {"shape": None, "x": None}


def answer(request):
    shape = (request["rows"], request["cols"])
    if loaded["shape"] != shape:
        loaded.update(shape=shape, x=np.random.default_rng(0).random(shape, dtype=np.float32))
    x = loaded["x"].astype(request["dtype"])
    rbm = BernoulliRBM(
        n_components=request["latentDim"],
        batch_size=request["batchSize"],
        learning_rate=request["learningRate"],
        n_iter=request["epochs"],
        random_state=0,
    )
    start = time.perf_counter()
    rbm.fit(x)
    seconds = (time.perf_counter() - start) / request["epochs"]
    return {"seconds": seconds, "pseudoLikelihood": float(rbm.score_samples(x).mean())}


serve(answer, "sklearn", "numpy", "scipy")
