"""What stands out: patches unlike the background, where background is what the image's frame runs into.

After Zhu et al., "Saliency optimization from robust background detection" (CVPR 2014): boundary connectivity over
geodesic distances, background-weighted contrast, and a least-squares smoothing. Written from the paper.
"""

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from ml.proposals.hierarchy import Unions
from ml.proposals.superpixels import Floats, PatchGraph


def geodesic(graph: PatchGraph) -> Floats:
    """NxN, Lab units: the least sum of differences on a way from patch to patch over neighbours.

    Differences as small as that of a typical patch to its most similar neighbour cost nothing.
    """
    near = graph.shared > 0
    nearest = np.where(near, graph.distance, np.inf).min(axis=1)
    usual = float(nearest.mean()) if near.any() else 0.0
    ways = csr_array(np.where(near, np.maximum(graph.distance - usual, 0.0) + 1e-3, 0.0))
    return np.asarray(dijkstra(ways, directed=False), dtype=np.float32)


def background(graph: PatchGraph, way: Floats) -> Floats:
    """N in 0..1: how surely a patch belongs to what runs off the frame."""
    near = np.exp(-(way**2) / (2 * 10.0**2))
    unit = graph.area.mean()
    spread = near @ (graph.area / unit)
    along_frame = near @ (graph.border / np.sqrt(unit))
    return np.asarray(1.0 - np.exp(-((along_frame / np.sqrt(spread)) ** 2) / 2.0), dtype=np.float32)


def saliency(graph: PatchGraph, behind: Floats) -> Floats:
    """N in 0..1, the most salient patch at 1, from `behind` = `background(graph, ...)`."""
    apart = ((graph.centre[:, None, :] - graph.centre[None, :, :]) ** 2).sum(axis=2)
    contrast = (graph.unlike * np.exp(-apart / (2 * 0.3**2))) @ (behind * graph.area)
    contrast *= 1.0 - behind
    front = contrast / max(float(contrast.max()), 1e-6)
    smooth = _smoothed(graph, front.astype(np.float32), behind)
    return smooth / max(float(smooth.max()), 1e-6)


def salient_unions(graph: PatchGraph, salient: Floats) -> Unions:
    """Connected regions above each of several levels of saliency, KxN."""
    found: list[np.ndarray] = []
    for level in (0.25, 0.35, 0.45, 0.55, 0.65, 0.75):
        found.extend(parts(graph, salient > level))
    return np.unique(np.array(found, dtype=np.bool_).reshape(-1, graph.count), axis=0)


def parts(graph: PatchGraph, members: np.ndarray) -> list[np.ndarray]:
    """The connected pieces of a union of patches (bool N each)."""
    inside = np.flatnonzero(members)
    if inside.size == 0:
        return []
    count, piece = connected_components(graph.shared[np.ix_(inside, inside)], directed=False)
    pieces = np.zeros((count, graph.count), dtype=np.bool_)
    pieces[piece, inside] = True
    return list(pieces)


def _smoothed(graph: PatchGraph, front: Floats, behind: Floats) -> Floats:
    """Least squares: front patches near 1, background near 0, alike neighbours near each other."""
    alike = np.where(graph.shared > 0, (1.0 - graph.unlike) ** 2 + 0.05, 0.0)
    laplacian = np.diag(alike.sum(axis=1)) - alike
    system = np.diag(front + behind + 1e-3) + laplacian
    return np.clip(np.linalg.solve(system, front), 0.0, 1.0).astype(np.float32)
