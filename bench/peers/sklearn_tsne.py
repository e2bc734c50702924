"""scikit-learn's Barnes-Hut t-SNE as a peer: seconds to fit, and its divergence.

Request {"data": PATH, "rows": n, "cols": d, "seed": S, "init": "pca" or "random"}; reply {"seconds", "klDivergence"}.
PATH holds n * d float32 numbers, row-major. All else are the defaults: perplexity 30, 1000 iterations, early
exaggeration 12, angle 0.5, learning rate max(n / 48, 50) of the whole gradient, which is max(n / 12, 200) of a
quarter of it. Neighbors and gradient run on OMP_NUM_THREADS threads.
"""

import time

from peer_server import require, serve, threads

require("numpy", "sklearn")
import numpy as np
from sklearn.manifold import TSNE


def answer(request):
    x = np.fromfile(request["data"], dtype="<f4").reshape(request["rows"], request["cols"])
    model = TSNE(
        init=request.get("init", "pca"),
        learning_rate="auto",
        random_state=request.get("seed", 0),
        n_jobs=threads(),
    )
    start = time.perf_counter()
    model.fit(x)
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "klDivergence": float(model.kl_divergence_)}


serve(answer, "sklearn", "numpy", "scipy")
