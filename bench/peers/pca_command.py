"""PCA as a whole command, as a person would write it: load rows, fit, print the error, save; or load, encode, save.

  pca_command.py numpy|sklearn fit DATA.npy K MODEL.npz
  pca_command.py numpy|sklearn encode DATA.npy MODEL.npz CODES.npy

numpy: the covariance and its eigendecomposition where rows are more than columns (scikit-learn 1.5 calls it covariance_eigh),
an SVD else. sklearn: PCA(svd_solver="full"). In float32 but for the eigendecomposition.
"""

import sys

import numpy as np

way, verb, data = sys.argv[1:4]
x = np.load(data)
if verb == "fit":
    k, model = int(sys.argv[4]), sys.argv[5]
    n, d = x.shape
    if way == "sklearn":
        from sklearn.decomposition import PCA

        pca = PCA(k, svd_solver="full").fit(x)
        mean, components = pca.mean_, pca.components_
        error = pca.noise_variance_ * (min(n, d) - k) * (n - 1) / n
    elif n >= d:
        mean = x.mean(0)
        x -= mean
        covariance = x.T @ x / n
        values, vectors = np.linalg.eigh(covariance.astype(np.float64))
        components = vectors[:, ::-1][:, :k].T.astype(np.float32)
        error = values[: d - k].sum()
    else:
        mean = x.mean(0)
        x -= mean
        _, s, vt = np.linalg.svd(x, full_matrices=False)
        components = vt[:k]
        error = (s[k:].astype(np.float64) ** 2).sum() / n
    print(float(error))
    np.savez(model, mean=mean, components=components)
else:
    model, codes = np.load(sys.argv[4]), sys.argv[5]
    np.save(codes, (x - model["mean"]) @ model["components"].T)
