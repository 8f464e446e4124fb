"""Static word vectors that a package brings along: a text is the mean of its tokens' vectors.

What belongs here: finding the weights that the extra `[embed]` installs, and making unit vectors of
texts. What does not: what the vectors are used for. Nothing is downloaded: of the package that holds
the weights two files are read and no code is run. Without it `static_vectors()` is None.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

_PACKAGE = "wordllama"
_WEIGHTS = Path("weights", "l2_supercat_256.safetensors")
_TOKENIZER = Path("tokenizers", "l2_supercat_tokenizer_config.json")
_TOO_LONG = 20_000
"""Characters of a text that are read: the mean of 20,000 is that of more."""


class StaticVectors:
    """Unit vectors of 256 dimensions; the dot product of two is their cosine.

    Attributes:
        id: name and width; vectors of another id are never compared with these.
    """

    id = "wordllama-l2-supercat-256"

    def __init__(self, table: Vectors, tokenizer: Any) -> None:
        """Keep a table of token vectors, tokens x 256, and what cuts a text into tokens."""
        self._table = table
        self._tokenizer = tokenizer

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return an n x 256 matrix of unit rows; a text without a token is zero."""
        encoded = self._tokenizer.encode_batch([text[:_TOO_LONG] for text in texts], add_special_tokens=False)
        tokens = [one.ids for one in encoded]
        lengths = np.array([len(one) for one in tokens], dtype=np.intp)
        made = np.zeros((len(tokens), self._table.shape[1]), dtype=np.float32)
        if lengths.sum():
            flat = np.concatenate([np.array(one, dtype=np.intp) for one in tokens if one])
            starts = np.cumsum(np.r_[0, lengths[lengths > 0][:-1]])
            made[lengths > 0] = np.add.reduceat(self._table[flat], starts)
        norms = np.linalg.norm(made, axis=1, keepdims=True)
        return np.asarray(made / np.where(norms > 0, norms, 1), dtype=np.float32)


@cache
def static_vectors() -> StaticVectors | None:
    """Return the installed vectors, read once per process; None where the extra is not installed."""
    spec = find_spec(_PACKAGE)
    places = [] if spec is None else list(spec.submodule_search_locations or ())
    folder = next((Path(place) for place in places if (Path(place) / _WEIGHTS).is_file()), None)
    if folder is None or find_spec("tokenizers") is None or find_spec("safetensors") is None:
        return None
    from safetensors.numpy import load_file  # noqa: PLC0415 - of the extra
    from tokenizers import Tokenizer  # noqa: PLC0415

    tokenizer = Tokenizer.from_file(str(folder / _TOKENIZER))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    weights: dict[str, Any] = load_file(folder / _WEIGHTS)
    return StaticVectors(next(iter(weights.values())).astype(np.float32), tokenizer)
