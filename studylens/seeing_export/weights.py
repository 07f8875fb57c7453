"""The weights of a .pth file of torch's first layout (before 1.6), read without torch.

Such a file is four pickles, the order of the storages, and then each storage: its length in eight bytes, and
its numbers. Only the two classes that a state dictionary needs are unpickled; anything else is refused.
"""

import hashlib
import pickle
from collections import OrderedDict
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

MAGIC = 0x1950A86A20F9469CFC6C
"""`torch.serialization.MAGIC_NUMBER`."""
PROTOCOL = 1001
_TYPES = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}
Weights = dict[str, NDArray[Any]]


class BadWeights(Exception):
    """The file is not the one that is expected, or not of this layout."""


class _Unpickler(pickle.Unpickler):  # noqa: S301 - it makes two harmless classes, and refuses the rest.
    """Knows an ordered dictionary and torch's tensors, and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _Tensor
        if module == "torch" and name in _TYPES:
            return _TYPES[name]
        raise BadWeights(f"the file names {module}.{name}, which no weights need")

    def persistent_load(self, pid: Any) -> Any:
        return pid


class _Tensor:
    """A tensor as it is pickled: which storage, from where, in which shape and strides (in numbers)."""

    def __init__(
        self, storage: Any, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: Any
    ) -> None:
        self.dtype, self.key = storage[1], storage[2]
        self.offset, self.shape, self.strides = offset, shape, strides

    def array(self, storages: dict[str, NDArray[Any]]) -> NDArray[Any]:
        found = storages[self.key][self.offset :]
        if sum((side - 1) * step for side, step in zip(self.shape, self.strides, strict=True)) >= found.size:
            raise BadWeights("a tensor is larger than its storage")
        strides = tuple(step * self.dtype.itemsize for step in self.strides)
        return np.array(np.lib.stride_tricks.as_strided(found, self.shape, strides), order="C")


def read(path: Path, sha256: str) -> Weights:
    """Return every tensor by its name. Raises BadWeights, also for any other file than the one meant."""
    if hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
        raise BadWeights("the file is not the one whose checksum is known")
    with path.open("rb") as file:
        return parse(file)


def parse(file: IO[bytes]) -> Weights:
    """Return every tensor by its name. Raises BadWeights."""
    try:
        if [_load(file), _load(file)] != [MAGIC, PROTOCOL]:
            raise BadWeights("the file is not of torch's first layout")
        _load(file)
        tensors, keys = _load(file), _load(file)
    except (pickle.UnpicklingError, EOFError, AttributeError, IndexError, TypeError) as error:
        raise BadWeights(f"the file is damaged: {error}") from error
    dtypes = {tensor.key: tensor.dtype for tensor in tensors.values()}
    storages = {key: _storage(file, dtypes[key]) for key in keys}
    return {name: tensor.array(storages) for name, tensor in tensors.items()}


def _load(file: IO[bytes]) -> Any:
    return _Unpickler(file).load()


def _storage(file: IO[bytes], dtype: Any) -> NDArray[Any]:
    count = int.from_bytes(file.read(8), "little")
    found = np.frombuffer(file.read(count * dtype.itemsize), dtype)
    if found.size != count:
        raise BadWeights("the file is cut off")
    return found
