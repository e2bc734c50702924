"""hdbscan.json: HDBSCAN of small sets from its definitions, level by level and choice by choice.

Campello, Moulavi & Sander (2013): the graph of mutual reachability is cut at every distance that it has, the largest first, all
edges of one length together; components are found anew at each level; of all sets of clusters that do not contain one
another the one of largest total stability is taken by trying all. Heights of single linkage are SciPy's. New rows join the
row of least mutual reachability among their 2 m nearest, as McInnes & Healy's implementation has it; scores are GLOSH (Campello,
Moulavi, Zimek & Sander 2015). Sets in which two choices are as good but for rounding are left out.
"""

import itertools

import numpy as np
import scipy
from golden import rounded, write
from scipy.cluster.hierarchy import linkage
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import squareform

INF = float("inf")


def distances(a, b):
    squares = np.zeros((len(a), len(b)))
    for j in range(a.shape[1]):
        squares += (a[:, None, j] - b[None, :, j]) ** 2
    return np.sqrt(squares)


def mutual_reachability(x, m):
    d = distances(x, x)
    core = np.sort(d, axis=1)[:, m - 1]
    reach = np.maximum(d, np.maximum(core[:, None], core[None, :]))
    np.fill_diagonal(reach, INF)
    return reach, core


class Cluster:
    def __init__(self, rows, parent, birth):
        self.rows, self.parent, self.birth = frozenset(rows), parent, birth
        self.left = {}  # the distance at which each of its rows leaves it
        self.parts = []


def hierarchy(reach, size):
    n = len(reach)
    root = Cluster(range(n), None, INF)
    clusters = [root]
    active = {root: set(range(n))}
    for level in sorted(set(reach[np.triu_indices(n, 1)]), reverse=True):
        _, part = connected_components(reach < level, directed=False)
        for cluster, rows in list(active.items()):
            groups = {}
            for row in rows:
                groups.setdefault(part[row], set()).add(row)
            large = [group for group in groups.values() if len(group) >= size]
            stays = large[0] if len(large) == 1 else set()
            for row in rows - stays:
                cluster.left[row] = level
            del active[cluster]
            if stays:
                active[cluster] = stays
            elif len(large) > 1:
                for group in large:
                    new = Cluster(group, cluster, level)
                    cluster.parts.append(new)
                    clusters.append(new)
                    active[new] = set(group)
    assert not active
    return clusters


def stability(cluster):
    """Rows at infinite density, and the sum over the others."""
    born = 0 if cluster.birth == INF else 1 / cluster.birth
    levels = [cluster.left[row] for row in cluster.rows]
    return sum(level == 0 for level in levels), sum(1 / level - born for level in levels if level > 0)


def contains(a, b):
    while b is not None:
        if a is b:
            return True
        b = b.parent
    return False


def choices(cluster):
    """All sets of clusters within one, itself among them, of which none contains another."""
    yield [cluster]
    yield from choices_of_parts(cluster)


def choices_of_parts(cluster):
    for several in itertools.product(*(list(choices(part)) for part in cluster.parts)):
        yield [c for some in several for c in some]


def choose(clusters, selection, single):
    root = clusters[0]
    if selection == "leaf":
        return [c for c in clusters if not c.parts and (single or c is not root)]
    ranked = []
    for some in choices(root) if single else choices_of_parts(root):
        values = [stability(c) for c in some]
        ranked.append(((sum(v[0] for v in values), sum(v[1] for v in values)), -len(some), some))
    ranked.sort(key=lambda choice: choice[:2], reverse=True)
    if len(ranked) > 1:
        (dense, first), (other, second) = ranked[0][0], ranked[1][0]
        if dense == other and first - second < 1e-9 * abs(first):
            return None
    return ranked[0][2]


def last(cluster):
    return min([*cluster.left.values(), *map(last, cluster.parts)])


def describe(x, m, size, selection, single, new=None):
    x = np.asarray(x, dtype=np.float32).astype(np.float64)
    reach, core = mutual_reachability(x, m)
    clusters = hierarchy(reach, size)
    chosen = choose(clusters, selection, single)
    if chosen is None:
        return None
    n = len(x)
    chosen.sort(key=lambda c: min(c.rows))
    labels, probabilities, scores, own = [], [], [], []
    least = min(min(c.left.values()) for c in clusters)
    for row in range(n):
        label = next((i for i, c in enumerate(chosen) if row in c.rows), -1)
        labels.append(label)
        deepest = [c for c in clusters if row in c.rows][-1]
        own.append(deepest)
        level = deepest.left[row]
        scores.append(1 - last(deepest) / level if level > 0 else 0)
        if label < 0:
            probabilities.append(0)
            continue
        level, end = chosen[label].left[row], min(chosen[label].left.values())
        probabilities.append(end / level if level > 0 else 1)
    persistence = []
    for c in chosen:
        dense, finite = stability(c)
        persistence.append(finite * least / len(c.rows) if least > 0 else dense / len(c.rows))
    case = {
        "minSamples": m,
        "minClusterSize": size,
        "selection": selection,
        "allowSingleCluster": single,
        "labels": labels,
        "probabilities": probabilities,
        "scores": scores,
        "persistence": persistence,
        "heights": np.sort(linkage(squareform(np.where(np.isinf(reach), 0, reach)), "single")[:, 2]),
    }
    if new is not None:
        new = np.asarray(new, dtype=np.float32).astype(np.float64)
        case["new"] = {"x": new, **joined(x, core, m, clusters, chosen, own, new)}
    return case


def joined(x, core, m, clusters, chosen, own, new):
    labels, probabilities, scores = [], [], []
    for d in distances(new, x):
        near = np.argsort(d, kind="stable")[: 2 * m]
        mine = d[near[m - 2]] if m > 1 else 0
        reach = np.maximum(np.maximum(d[near], core[near]), mine)
        row, level = near[np.argmin(reach)], reach.min()
        cluster = own[row]
        if level > cluster.left[row]:
            while cluster.parent is not None and cluster.birth <= level:
                cluster = cluster.parent
        level = max(level, own[row].left[row])
        label = next((i for i, c in enumerate(chosen) if contains(c, cluster)), -1)
        labels.append(label)
        end = min(chosen[label].left.values()) if label >= 0 else 0
        probabilities.append(0 if label < 0 else 1 if level <= end else end / level)
        scores.append(1 - last(cluster) / level if level > 0 else 0)
    return {"labels": labels, "probabilities": probabilities, "scores": scores}


draw = np.random.RandomState(7)
normal = lambda n, at, spread: np.asarray(at) + spread * draw.randn(n, len(at))
grid = lambda w, h, x0, y0, step=1: [[x0 + step * i, y0 + step * j] for i in range(w) for j in range(h)]

blobs = np.vstack([normal(18, [0, 0], 0.5), normal(14, [5, 1], 0.9), normal(10, [2, 6], 0.3), draw.uniform(-2, 8, (12, 2))])
nested = np.vstack([normal(12, [0] * 5, 0.2), normal(12, [1.2] + [0] * 4, 0.2), normal(15, [6] * 5, 1.2), normal(6, [3] * 5, 2)])
sets = {
    "three blobs of unlike density, and noise": blobs,
    "clusters within clusters, five columns": nested,
    "two grids and a bridge": [*grid(4, 4, 0, 0), *grid(3, 5, 9, 0), [5, 1], [6, 1]],
    "a line of equal steps": [[i, 0] for i in range(20)],
    "a large group and two small ones at one distance": [*grid(3, 3, 0, 0), [5, 1], [6, 1], [9, 1], [10, 1]],
    "piles of equal rows": [[0, 0]] * 6 + [[1, 0]] * 2 + [[8, 0]] * 5 + [[8, 1], [9, 0], [20, 20]] + grid(3, 3, 0, 12),
    "rows that are all equal": [[3, 4]] * 8,
    "rows alone": draw.uniform(0, 1, (25, 3)),
    "one cluster": normal(30, [1, 2], 1),
}
options = [(5, 5, "eom", False), (1, 4, "eom", False), (3, 4, "leaf", False), (2, 3, "eom", True), (4, 8, "leaf", True), (2, 2, "leaf", False)]
content = []
for name, x in sets.items():
    x = np.asarray(x, dtype=np.float32)
    new = np.vstack([x[:4], draw.permutation(x)[:5] + draw.randn(5, x.shape[1]), 30 + 0 * x[:1]])
    cases = [describe(x, *chosen, new) for chosen in options if max(chosen[:2]) <= len(x)]
    content.append({"name": name, "cols": x.shape[1], "x": x, "cases": [case for case in cases if case]})

lattices = []
while len(lattices) < 60:
    n, d = draw.randint(6, 31), draw.randint(1, 4)
    x = draw.randint(0, draw.choice([4, 9, 20]), (n, d))
    m, size = draw.randint(1, 5), draw.randint(2, 5)
    case = describe(x, m, size, draw.choice(["eom", "leaf"]), bool(draw.randint(2)))
    if case:
        lattices.append({"name": f"lattice {len(lattices)}", "cols": d, "x": x, "cases": [case]})

write("hdbscan.json", rounded({"sets": content + lattices}, 12), [np, scipy])
for s in content:
    print(s["name"], [(max(c["labels"]) + 1, c["labels"].count(-1)) for c in s["cases"]])
