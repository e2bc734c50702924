"""kalman-filter.json: a plain Kalman filter, smoother and one round of EM in NumPy, by the formulas of the textbooks.

Two sequences of a system with 3 states and 4 columns, numbers missing one by one and whole rows of them; noise of
rows diagonal and full. Covariances by the joint update with matrix inverses, EM by the sums of Shumway & Stoffer (1982),
what is missing of a row expected of its state and of the other numbers. The steady state is the filter's own limit after
5,000 moments.
"""

import numpy as np
from golden import Generator, rounded, write

LENGTHS = (30, 18)
K, D = 3, 4


def system(full):
    turn = np.array([[np.cos(0.5), -np.sin(0.5)], [np.sin(0.5), np.cos(0.5)]])
    a = np.zeros((K, K))
    a[:2, :2] = 0.9 * turn
    a[2, 2], a[0, 2] = 0.7, 0.2
    c = Generator(3).fill((D, K), -1, 1)
    q = np.diag([0.3, 0.2, 0.5])
    q[0, 1] = q[1, 0] = 0.1
    r = np.diag([0.2, 0.4, 0.1, 0.3])
    if full:
        r[0, 1] = r[1, 0] = 0.15
        r[2, 3] = r[3, 2] = -0.1
        r[0, 3] = r[3, 0] = 0.05
    return {"A": a, "C": c, "Q": q, "R": r, "m": np.array([0.5, -1, 0.25]), "P": np.diag([2, 1, 0.5]) + 0.1}


def rows():
    x = Generator(11).fill((sum(LENGTHS), D), -2, 2)
    gone = Generator(12).fill(x.shape, 0, 1) < 0.2
    # Rows that are complete for long, so that the filter comes to its steady state and leaves it.
    gone[5:22] = False
    gone[3] = True
    gone[LENGTHS[0]] = True
    gone[LENGTHS[0] + 17] = True
    x[gone] = np.nan
    return x


def filtered(y, s):
    n = len(y)
    m, p = s["m"], s["P"]
    out = {key: [] for key in ("means", "covariances", "predictedMeans", "predictedCovariances", "distances", "logs")}
    for t in range(n):
        if t > 0:
            m, p = s["A"] @ m, s["A"] @ p @ s["A"].T + s["Q"]
        out["predictedMeans"].append(m)
        out["predictedCovariances"].append(p)
        there = ~np.isnan(y[t])
        c, r = s["C"][there], s["R"][np.ix_(there, there)]
        v = y[t, there] - c @ m
        cov = c @ p @ c.T + r
        gain = p @ c.T @ np.linalg.inv(cov)
        out["distances"].append(v @ np.linalg.inv(cov) @ v)
        out["logs"].append(-0.5 * (out["distances"][-1] + np.linalg.slogdet(cov)[1] + there.sum() * np.log(2 * np.pi)))
        joseph = np.eye(K) - gain @ c
        m, p = m + gain @ v, joseph @ p @ joseph.T + gain @ r @ gain.T
        out["means"].append(m)
        out["covariances"].append(p)
    return {key: np.array(value) for key, value in out.items()}


def smoothed(f, s):
    means, covs = f["means"].copy(), f["covariances"].copy()
    lagged = []
    for t in range(len(means) - 2, -1, -1):
        j = f["covariances"][t] @ s["A"].T @ np.linalg.inv(f["predictedCovariances"][t + 1])
        means[t] = f["means"][t] + j @ (means[t + 1] - f["predictedMeans"][t + 1])
        lagged.append(covs[t + 1] @ j.T + np.outer(means[t + 1], means[t]))
        covs[t] = f["covariances"][t] + j @ (covs[t + 1] - f["predictedCovariances"][t + 1]) @ j.T
    return means, covs, lagged


def maximized(y, parts, s, full):
    """One round of EM over all of A, C, Q, R, m and P."""
    states = [np.array([v + np.outer(m, m) for m, v in zip(means, covs)]) for means, covs, _ in parts]
    after, before = sum(e[1:].sum(0) for e in states), sum(e[:-1].sum(0) for e in states)
    lagged, moves = sum(sum(part[2]) for part in parts), sum(len(e) - 1 for e in states)
    a = lagged @ np.linalg.inv(before)
    q = (after - a @ lagged.T - lagged @ a.T + a @ before @ a.T) / moves
    first = [part[0][0] for part in parts]
    m = np.mean(first, 0)
    p = np.mean([part[1][0] + np.outer(f - m, f - m) for part, f in zip(parts, first)], 0)
    means, covs = np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])
    second = np.concatenate(states)
    if not full:
        c, r = np.zeros((D, K)), np.zeros((D, D))
        for j in range(D):
            there = ~np.isnan(y[:, j])
            c[j] = (y[there, j] @ means[there]) @ np.linalg.inv(second[there].sum(0))
            rest = (y[there, j] - means[there] @ c[j]) ** 2 + np.einsum("a,nab,b->n", c[j], covs[there], c[j])
            r[j, j] = rest.mean()
        return {"A": a, "C": c, "Q": q, "R": r, "m": m, "P": p}
    yx, yy = np.zeros((D, K)), np.zeros((D, D))
    for row, mean, xx in zip(y, means, second):
        there = ~np.isnan(row)
        gone = ~there
        h, g, noise = np.zeros((D, K)), np.where(there, np.nan_to_num(row), 0), np.zeros((D, D))
        if gone.any():
            b = s["R"][np.ix_(gone, there)] @ np.linalg.inv(s["R"][np.ix_(there, there)])
            h[gone] = s["C"][gone] - b @ s["C"][there]
            g[gone] = b @ row[there]
            noise[np.ix_(gone, gone)] = s["R"][np.ix_(gone, gone)] - b @ s["R"][np.ix_(there, gone)]
        yx += h @ xx + np.outer(g, mean)
        cross = np.outer(h @ mean, g)
        yy += h @ xx @ h.T + cross + cross.T + np.outer(g, g) + noise
    c = yx @ np.linalg.inv(second.sum(0))
    r = (yy - c @ yx.T - yx @ c.T + c @ second.sum(0) @ c.T) / len(y)
    return {"A": a, "C": c, "Q": q, "R": r, "m": m, "P": p}


def case(full):
    s, y = system(full), rows()
    ends = np.cumsum((0,) + LENGTHS)
    parts = [filtered(y[a:b], s) for a, b in zip(ends, ends[1:])]
    back = [smoothed(f, s) for f in parts]
    limit = filtered(np.zeros((5000, D)), s)["predictedCovariances"][-1]
    together = {key: np.concatenate([f[key] for f in parts]) for key in parts[0]}
    return {
        "system": s,
        "filtered": together,
        "smoothed": {"means": np.concatenate([b[0] for b in back]), "covariances": np.concatenate([b[1] for b in back])},
        "maximized": maximized(y, back, s, full),
        "steady": limit,
    }


if __name__ == "__main__":
    y = rows()
    content = {
        "lengths": list(LENGTHS),
        "rows": [None if np.isnan(value) else float(value) for value in y.ravel()],
        "diagonal": rounded(case(False), 12),
        "full": rounded(case(True), 12),
    }
    write("kalman-filter.json", content, [np])
