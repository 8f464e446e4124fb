"""The largest singular values of a sparse matrix and their right vectors, the same every time.

Chebyshev-filtered subspace iteration (Zhou and Saad, SIAM J. Matrix Anal. Appl. 2007) on the smaller
side, from a fixed random start. What belongs here: linear algebra. What does not: what is factored.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

Floats = NDArray[np.float32]

_OVERSAMPLE = 64
"""Columns beyond the rank: the last vectors of a block converge slowest and are dropped."""

_DEGREE = 6
"""Of the filter: raises a singular value one fifth above the block's smallest some 100-fold."""

_SEED = 20_261_123
_LEAST = 1e-4
"""Values below this share of the largest are noise in float32, and their vectors are dropped."""


def largest(matrix: Any, rank: int) -> tuple[Floats, Floats]:
    """Return singular values, descending, and right vectors (columns x found).

    At most `rank` are found, at most the smaller side has, and none for an empty matrix. A vector's
    sign is such that its largest entry (the first of them) is positive.

    Args:
        matrix: sparse (n x d), entries not negative.
        rank: at least 0.
    """
    n, d = matrix.shape
    wanted = min(rank, n, d)
    if wanted == 0 or matrix.nnz == 0:
        return np.empty(0, np.float32), np.empty((d, 0), np.float32)
    wide = sparse.csr_array(matrix, dtype=np.float32)
    tall = sparse.csr_array(wide.T)
    if n <= d:
        values, left = _eigen(wide, tall, wanted)
        vectors = (tall @ left) / values
    else:
        values, vectors = _eigen(tall, wide, wanted)
    return values, _signed(vectors)


def _eigen(rows: Any, columns: Any, wanted: int) -> tuple[Floats, Floats]:
    """Return singular values and left vectors of `rows`, whose transpose is `columns`."""
    side = rows.shape[0]
    width = min(wanted + _OVERSAMPLE, side)
    block = np.random.default_rng(_SEED).standard_normal((side, width), dtype=np.float32)
    if width == side:
        block = np.eye(side, dtype=np.float32)
    else:
        block = _orthonormal(rows @ (columns @ (rows @ (columns @ block))))
        least, greatest = _values(columns @ block)
        block = _orthonormal(_filtered(rows, columns, block, least, greatest))
    image = columns @ block
    squares, turn = linalg.eigh((image.T @ image).astype(np.float64))
    order = np.argsort(-squares, kind="stable")[:wanted]
    order = order[squares[order] > squares[order[0]] * _LEAST**2]
    return np.sqrt(squares[order]).astype(np.float32), block @ turn[:, order].astype(np.float32)


def _filtered(rows: Any, columns: Any, block: Floats, least: float, greatest: float) -> Floats:
    """Apply the Chebyshev polynomial that is small on [0, least], scaled to be one at `greatest`."""
    half = least / 2
    sigma = first = half / (greatest - half)
    before, now = block, (rows @ (columns @ block) - half * block) * np.float32(first / half)
    for _ in range(_DEGREE - 1):
        following = 1 / (2 / first - sigma)
        after = (rows @ (columns @ now) - half * now) * np.float32(2 * following / half)
        after -= np.float32(sigma * following) * before
        before, now, sigma = now, after, following
    filtered: Floats = now
    return filtered


def _values(image: Floats) -> tuple[float, float]:
    """Return the smallest and the largest squared singular value within a block."""
    squares = linalg.eigvalsh((image.T @ image).astype(np.float64))
    return max(float(squares[0]), 1e-12), max(float(squares[-1]), 1e-12)


def _orthonormal(block: Floats) -> Floats:
    basis: Floats = linalg.qr(block, mode="economic", overwrite_a=True, check_finite=False)[0]
    return basis


def _signed(vectors: Floats) -> Floats:
    peaks = np.abs(vectors).argmax(axis=0)
    signs = np.sign(vectors[peaks, np.arange(vectors.shape[1])])
    signed: Floats = np.ascontiguousarray(vectors * np.where(signs == 0, 1, signs), dtype=np.float32)
    return signed
