"""What the pretrained backends share: torch, a folder of weights, crops as batches."""

import hashlib
import importlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np
import numpy.typing as npt

from alignment.features.backends.backend import Boxes, Picture, Rgb, Values, numbered
from assets.errors import UserError

INSTALL = "make setup-features"
IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
_READ = (".safetensors", ".bin", ".json", ".pth")


class NoBackend(UserError):
    """Pretrained features without torch, without their library or without weights."""


@dataclass(frozen=True, kw_only=True)
class Pretrained:
    """Where the weights are and how they are run. batch: crops at a time."""

    weights: Path | None
    device: Literal["auto", "cpu", "cuda"]
    batch: int

    def __post_init__(self) -> None:
        if not 1 <= self.batch <= 4096:
            raise ValueError(f"batch is {self.batch}; expected 1 to 4096")

    def folder(self, name: str, fetch: str) -> Path:
        """Return the folder of a backend's weights. Raises NoBackend, which says how to get it."""
        found = (self.weights or Path("weights")) / name
        if self.weights is None or not found.is_dir():
            raise NoBackend(
                f"features.backends has {name}, but there is no folder {found} with its weights; "
                f"fetch them, e.g. `{fetch.format(folder=found)}`, and give "
                f"features.weights={found.parent}"
            )
        return found


@dataclass(frozen=True, kw_only=True)
class Network:
    """A model of the transformers library.

    model: its class. size: features a crop. mean_std: of its training pictures, used where the
    folder has no preprocessor_config.json.
    """

    name: str
    model: str
    fetch: str
    mean_std: tuple[tuple[float, float, float], tuple[float, float, float]]


class Encoder:
    """Crops and whole pictures through a vision transformer, each stretched to its square.

    A subclass says which network, how wide its features are and how they are read off.
    """

    needs_pixels = True
    parallel = False  # torch has threads of its own
    network: Network

    def __init__(self, how: Pretrained) -> None:
        """Load the weights. Raises NoBackend."""
        folder = how.folder(self.network.name, self.network.fetch)
        self._torch = imported("torch")
        self._device = device_of(self._torch, how.device)
        self._model = _loaded(self.network, folder).eval().to(self._device)
        self._side_px, self._mean_std = self._side(), _mean_std(folder, self.network.mean_std)
        self._batch = how.batch
        self.name = self.network.name
        self.identity = f"{self.name}-1-{digest(folder)}"
        self.crop_names = self.image_names = numbered(f"{self.name}.embedding", self._width())

    def crop_features(self, images: Sequence[Picture], boxes: Sequence[Boxes]) -> Values:
        """Return (boxes, d)."""
        pairs = zip(images, boxes, strict=True)
        return self._through(image.crop(box) for image, own in pairs for box in own)

    def image_features(self, images: Sequence[Picture]) -> Values:
        """Return (images, d)."""
        return self._through(image.pixels for image in images)

    def _side(self) -> int:
        return int(self._model.config.image_size)

    def _width(self) -> int:
        return int(self._model.config.hidden_size)

    def _read(self, model: Any, pixels: Any) -> Any:
        raise NotImplementedError

    def _through(self, crops: Iterable[Rgb]) -> Values:
        found = [np.empty((0, len(self.crop_names)), np.float32)]
        for some in _batches((square(crop, self._side_px) for crop in crops), self._batch):
            pixels = self._torch.from_numpy(normalised(np.stack(some), self._mean_std))
            with self._torch.inference_mode():
                read = self._read(self._model, pixels.to(self._device))
            found.append(np.asarray(read.float().cpu().numpy(), dtype=np.float32))
        return np.vstack(found)


def imported(module: str, install: str = INSTALL) -> Any:
    """Return a module of an extra. Raises NoBackend, which says how to install it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise NoBackend(
            f"pretrained features need {module}, which does not load ({error}); run `{install}`, "
            "or use features=classical"
        ) from None


def device_of(torch: Any, wanted: str) -> str:
    """Return "cuda" or "cpu". Raises NoBackend for a GPU that torch does not see."""
    there = bool(torch.cuda.is_available())
    if wanted == "cuda" and not there:
        raise NoBackend("features.device=cuda, but torch sees no GPU; use features.device=cpu")
    return "cuda" if there and wanted != "cpu" else "cpu"


def digest(folder: Path) -> str:
    """Return 12 hex digits that differ with any file of weights or settings in a folder."""
    return digest_of(*sorted(p for p in folder.iterdir() if p.suffix in _READ))


def digest_of(*paths: Path) -> str:
    """Return 12 hex digits that differ with the name or content of any of the files."""
    told = hashlib.sha256()
    for path in paths:
        with path.open("rb") as handle:
            told.update(f"{path.name}:{hashlib.file_digest(handle, 'sha256').hexdigest()}".encode())
    return told.hexdigest()[:12]


def square(crop: Rgb, side_px: int) -> Rgb:
    """Return a crop stretched to (side, side, 3)."""
    how = cv2.INTER_AREA if min(crop.shape[:2]) > side_px else cv2.INTER_CUBIC
    made = cv2.resize(np.ascontiguousarray(crop), (side_px, side_px), interpolation=how)
    return np.asarray(made, dtype=np.uint8)


def normalised(
    squares: Rgb, mean_std: tuple[tuple[float, ...], tuple[float, ...]]
) -> npt.NDArray[np.float32]:
    """Return (n, 3, side, side) of (n, side, side, 3) pictures, less the mean, by the spread."""
    mean, spread = (np.asarray(told, dtype=np.float32) for told in mean_std)
    scaled = (squares.astype(np.float32) / np.float32(255) - mean) / spread
    return np.ascontiguousarray(scaled.transpose(0, 3, 1, 2))


def _loaded(network: Network, folder: Path) -> Any:
    transformers = imported("transformers")
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    try:
        model, told = getattr(transformers, network.model).from_pretrained(
            folder, local_files_only=True, output_loading_info=True
        )
    except (OSError, ValueError, RuntimeError, KeyError, AttributeError) as error:
        raise NoBackend(_no_weights(network, folder, str(error).splitlines()[0])) from None
    lacking = sorted(told["missing_keys"])
    if lacking:
        raise NoBackend(_no_weights(network, folder, f"{len(lacking)} weights lack: {lacking[0]}"))
    return model


def _no_weights(network: Network, folder: Path, found: str) -> str:
    fetch = network.fetch.format(folder=folder)
    return (
        f"{folder}: {found}; expected the weights of {network.model} as save_pretrained writes "
        f"them; fetch them, e.g. `{fetch}`"
    )


def _mean_std(
    folder: Path, published: tuple[tuple[float, ...], tuple[float, ...]]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    path = folder / "preprocessor_config.json"
    try:
        told: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return tuple(map(float, told["image_mean"])), tuple(map(float, told["image_std"]))
    except FileNotFoundError:
        return published
    except (KeyError, TypeError, ValueError) as error:
        raise NoBackend(
            f"{path}: {type(error).__name__} {error}; expected image_mean and image_std"
        ) from None


def _batches(given: Iterable[Rgb], size: int) -> Iterator[list[Rgb]]:
    left = iter(given)
    while some := list(islice(left, size)):
        yield some
