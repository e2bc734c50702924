"""isomap.json: Isomap by scikit-learn, and classical scaling by its eigenproblem in NumPy.

Rows are pixels of the UCI digits plus numbers of the generator in [0, 1), rounded to float32: pixels alone are whole
numbers, of which many distances are equal, and which of equally near rows become neighbors is then up to the order of
summation. "pieces" are three clouds of the generator that no neighbors join. "cityBlock" are distances that no points
in a Euclidean space have; the last rows of them are placed by Gower's formula.
"""

import warnings

import numpy as np
import scipy
import sklearn
from golden import Generator, rounded, write
from scipy.spatial.distance import cdist
from sklearn.datasets import load_digits
from sklearn.manifold import Isomap

ROWS, NEW_ROWS, PIECE, POINTS, NEW_POINTS = 200, 10, 25, 40, 4


def single(x):
    return np.asarray(x, np.float32).astype(np.float64)


def isomap(x, new, k, latent_dim):
    model = Isomap(n_neighbors=k, n_components=latent_dim, eigen_solver="dense", path_method="D").fit(x)
    return {
        "nNeighbors": k,
        "latentDim": latent_dim,
        "embedding": model.embedding_,
        "eigenvalues": model.kernel_pca_.eigenvalues_,
        "reconstructionError": model.reconstruction_error(),
        "transformed": model.transform(new),
    }


def digits():
    pixels = load_digits().data[: ROWS + NEW_ROWS]
    x = single(pixels + Generator(7).fill(pixels.shape, 0, 1))
    return isomap(x[:ROWS], x[ROWS:], 10, 3)


def pieces():
    x = Generator(3).fill((3 * PIECE, 3), -1, 1)
    x[PIECE : 2 * PIECE, 0] += 8
    x[2 * PIECE :, 1] += 16
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return isomap(single(x), single(x[:5] + 0.25), 4, 2)


def city_block():
    points = Generator(5).fill((POINTS + NEW_POINTS, 3), 0, 1)
    distances = single(cdist(points, points[:POINTS], "cityblock"))
    squares = distances[:POINTS] ** 2
    centering = np.eye(POINTS) - 1 / POINTS
    values, vectors = np.linalg.eigh(-0.5 * centering @ squares @ centering)
    values, vectors = values[::-1][:3], vectors[:, ::-1][:, :3]
    new = distances[POINTS:] ** 2
    return {
        "eigenvalues": values,
        "embedding": vectors * np.sqrt(values),
        "placed": -0.5 * (new - squares.mean(0)) @ vectors / np.sqrt(values),
    }


if __name__ == "__main__":
    content = {"digits": digits(), "pieces": pieces(), "cityBlock": city_block()}
    write("isomap.json", rounded(content), [np, scipy, sklearn])
