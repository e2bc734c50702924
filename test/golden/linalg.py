"""linalg.json: eigenvalues, singular values, factors and angles by LAPACK, in float64.

Matrices are not stored but made from the generator of golden.py, or by the formulas beside them, in the tests.
"""

import numpy as np
import scipy
import scipy.linalg
from golden import GENERATOR, Generator, rounded, write

DIGITS = 17


def wilkinson(copies, glue):
    n = 21 * copies
    side = [abs(10 - i % 21) for i in range(n)]
    off = [glue if i % 21 == 20 else 1 for i in range(n - 1)]
    return np.diag(side) + np.diag(off, 1) + np.diag(off, -1)


def hilbert(n):
    return 1 / (np.arange(n)[:, None] + np.arange(n)[None, :] + 1)


def main():
    generator = Generator(11)
    square = generator.fill((70, 70), -1, 1)
    symmetric = square + square.T
    tall = generator.fill((90, 40), -1, 1)
    deficient = generator.fill((20, 3), -1, 1) @ generator.fill((3, 8), -1, 1)
    right = generator.fill((20, 2), -1, 1)
    positive = tall.T @ tall + np.eye(40)
    basis_a = generator.fill((30, 4), -1, 1)
    # Turned towards basis_a so that small and large angles occur. Not smaller ones: where a large angle is present,
    # SciPy takes the smallest from its cosine.
    turned = basis_a @ generator.fill((4, 3), -1, 1)
    basis_b = turned + np.array([0.01, 0.1, 1]) * generator.fill((30, 3), -1, 1)
    values, vectors = scipy.linalg.eigh(symmetric)
    write(
        "linalg.json",
        {
            "generator": GENERATOR + " Seed 11, low -1, high 1: square [70,70], tall [90,40], factors [20,3] and "
            "[3,8] of deficient, right [20,2], basisA [30,4], then [4,3] and [30,3] of basisB.",
            **rounded(
                {
                    "symmetricEigenvalues": values[::-1],
                    "symmetricTopEigenvectorAbsolute": np.abs(vectors[:, -1]),
                    "wilkinsonEigenvalues": np.linalg.eigvalsh(wilkinson(1, 0))[::-1],
                    "gluedWilkinsonEigenvalues": np.linalg.eigvalsh(wilkinson(5, 1e-8))[::-1],
                    "hilbertSingularValues": scipy.linalg.svdvals(hilbert(40)),
                    "tallSingularValues": scipy.linalg.svdvals(tall),
                    "tallTriangleAbsolute": np.abs(np.linalg.qr(tall, mode="r")),
                    "positiveFactor": np.linalg.cholesky(positive),
                    "positiveInverseTrace": np.trace(np.linalg.inv(positive)),
                    "deficientLeastSquares": np.linalg.lstsq(deficient, right, rcond=1e-12)[0],
                    "angles": scipy.linalg.subspace_angles(basis_a, basis_b)[::-1],
                },
                DIGITS,
            ),
        },
        [np, scipy],
    )


main()
