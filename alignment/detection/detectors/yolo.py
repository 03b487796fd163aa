"""Ultralytics' YOLO (AGPL-3.0): a command in an environment of the user's, never imported."""

import csv
import hashlib
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from alignment.detection.detector import Asked, Found, Mixture, TookEffect
from alignment.detection.detectors.identity import identity_of
from alignment.detection.detectors.settings import DetectorSettings
from alignment.detection.detectors.yolo_folder import Laid, lay_out, lay_photos, read_found
from assets.errors import UserError

_LAST_LINES = 3


class NoYolo(UserError):
    """Ultralytics' command that is not named, not there, or failed."""


class NoOrder(UserError):
    """An order of what is shown that the command cannot keep."""


def made(settings: DetectorSettings) -> "YoloWay":
    """Return the detector. Raises NoYolo."""
    return YoloWay(settings)


class YoloWay:
    """A way to fit, by `yolo detect train`."""

    def __init__(self, settings: DetectorSettings) -> None:
        self._settings = settings
        self._command = _command(settings.yolo.command)
        told = _said([str(self._command), "version"]).split()
        self._versions = {"ultralytics": told[-1] if told else "unknown"}
        self._hashes = _hashes(settings.yolo.model)
        device = settings.loop.device
        self.identity = identity_of(settings, device, self._hashes, self._versions)

    def fit(self, mixture: Mixture, seed: int, say: Callable[[float], None]) -> "YoloFit":
        """Return the detector fitted. Raises NoYolo, NoOrder, PhotoUnreadable."""
        if mixture.photos_last:
            raise NoOrder("detector=yolo draws from one list all along; use training.photos_last=0")
        # the weights that it learned live as long as what is returned
        folder = tempfile.TemporaryDirectory(prefix="twinset-yolo-")
        say(0.0)
        laid = lay_out(mixture, Path(folder.name), 2 * self._settings.loop.side_px)
        _said([str(self._command), *self._words(laid, seed, Path(folder.name))])
        say(1.0)
        return YoloFit(folder, (self._command, self._settings), self._effect(laid, folder.name))

    def _words(self, laid: Laid, seed: int, folder: Path) -> list[str]:
        how = self._settings.loop
        return [
            "detect", "train", f"model={self._settings.yolo.model}", f"data={laid.data}",
            f"epochs={self._epochs(laid)}", f"imgsz={how.side_px}", f"batch={how.batch}",
            f"seed={seed}", "deterministic=True", "val=False", "plots=False",
            f"project={folder}", "name=run", "exist_ok=True", *_device(how.device),
        ]  # fmt: skip

    def _epochs(self, laid: Laid) -> int:
        how = self._settings.loop
        return max(1, round(how.steps * how.batch / laid.shown))

    def _effect(self, laid: Laid, folder: str) -> TookEffect:
        how, rows = self._settings.loop, _results(Path(folder) / "run" / "results.csv")
        losses = [sum(own for key, own in row.items() if key.startswith("train/")) for row in rows]
        rates = [own for row in rows for key, own in row.items() if key.startswith("lr/")]
        return TookEffect(
            groups={"all, as the command told": {"learning_rate": max(rates, default=0.0)}},
            steps=self._epochs(laid) * -(-laid.shown // how.batch),
            batch=how.batch,
            real_share=laid.real_share,
            loss=(losses[0], losses[-1]) if losses else (np.nan, np.nan),
            weights=self._hashes,
            versions=self._versions,
            device=how.device,
            precision="as the command has it",
        )


class YoloFit:
    """A detector that was fitted, asked by `yolo detect predict`."""

    def __init__(
        self,
        folder: "tempfile.TemporaryDirectory[str]",
        how: tuple[Path, DetectorSettings],
        took_effect: TookEffect,
    ) -> None:
        self.took_effect = took_effect
        self._folder, (self._command, self._settings) = folder, how

    def find(self, photos: Sequence[Asked]) -> tuple[Found, ...]:
        """Return what is found on each photo. Raises NoYolo, PhotoUnreadable."""
        finding, how, run = self._settings.finding, self._settings.loop, Path(self._folder.name)
        with tempfile.TemporaryDirectory(prefix="twinset-yolo-", dir=run) as name:
            asked = lay_photos(photos, Path(name) / "images", 2 * how.side_px)
            _said([
                str(self._command), "detect", "predict", f"model={run / 'run/weights/last.pt'}",
                f"source={asked}", f"imgsz={how.side_px}", f"conf={finding.least_score}",
                f"iou={finding.most_overlap}", "max_det=100", "save=False", "save_txt=True",
                "save_conf=True", f"project={name}", "name=found", "exist_ok=True",
                *_device(how.device),
            ])  # fmt: skip
            return read_found(photos, Path(name) / "found" / "labels")


def _command(told: Path | None) -> Path:
    if told is not None and told.expanduser().is_file():
        return told.expanduser()
    raise NoYolo(
        f"detector=yolo runs Ultralytics' command, and detector.yolo.command is {told}; install it "
        "in an environment of its own, e.g. `python -m venv yolo && yolo/bin/pip install "
        "ultralytics`, and give OPTIONS=detector.yolo.command=$PWD/yolo/bin/yolo"
    )


def _said(words: Sequence[str]) -> str:
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False)
    except OSError as error:
        raise NoYolo(f"{words[0]}: cannot be run ({error}); expected Ultralytics' yolo") from None
    if done.returncode:
        last = " / ".join((done.stderr or done.stdout).strip().splitlines()[-_LAST_LINES:])
        raise NoYolo(f"`{' '.join(words[:3])} ...` left with {done.returncode}: {last}")
    return done.stdout


def _device(told: str) -> list[str]:
    return {"auto": [], "cpu": ["device=cpu"], "cuda": ["device=0"]}[told]


def _hashes(model: str) -> Mapping[str, str]:
    path = Path(model).expanduser()
    if not path.is_file():
        return {model: "fetched by the command"}
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest()}


def _results(path: Path) -> list[dict[str, float]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as handle:
        rows = csv.DictReader(handle, skipinitialspace=True)
        return [{key.strip(): float(own) for key, own in row.items()} for row in rows]
