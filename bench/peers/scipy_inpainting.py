"""SciPy's griddata as a peer: missing pixels of an image from those around them.

Request {"image": PATH, "estimate": PATH}: an npy file [h, w] with NaN where a pixel is missing. Reply {"seconds": {...}};
"estimate" gets [3, h, w]: nearest, linear and cubic interpolation, beyond the hull of what is seen the nearest pixel.
"""

import time

from peer_server import require, serve

require("numpy", "scipy")
import numpy as np
from scipy.interpolate import griddata

METHODS = ("nearest", "linear", "cubic")


def answer(request):
    image = np.load(request["image"]).astype(np.float64)
    rows, columns = np.indices(image.shape)
    seen = ~np.isnan(image)
    points, values = np.column_stack([rows[seen], columns[seen]]), image[seen]
    filled, seconds = [], {}
    for method in METHODS:
        begun = time.perf_counter()
        estimate = griddata(points, values, (rows, columns), method=method)
        seconds[method] = time.perf_counter() - begun
        filled.append(np.where(np.isnan(estimate), filled[0] if filled else 0, estimate))
    np.save(request["estimate"], np.clip(filled, 0, 1).astype(np.float32))
    return {"seconds": seconds}


serve(answer, "numpy", "scipy")
