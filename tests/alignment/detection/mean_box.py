"""A detector that is honest and knows nothing of pixels: it answers with the mean box it saw."""

import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from alignment.detection.detector import Asked, Found, Mixture, TookEffect, Weights
from assets.errors import UserError

DIES_IN = "MEAN_BOX_DIES_IN"  # names a folder: the next fit there is killed, once
GROUP = {"parameters": 4, "trainable": 4, "learning_rate": 1.0, "moved": 0.5}
FITS = "MEAN_BOX_FITS"  # names a file, to which every fit adds a line


class NoNumber(UserError):
    """What a detector says of a loss that is no number."""


@dataclass(frozen=True, kw_only=True, eq=False)
class FittedMean:
    """Shares of the picture: (K, 4) means and (K,) how sure it is of each."""

    shares: np.ndarray
    scores: np.ndarray
    took_effect: TookEffect

    def find(self, photos: Sequence[Asked]) -> tuple[Found, ...]:
        return tuple(
            Found(
                boxes=self.shares * np.tile(photo.size_px, 2),
                labels=np.arange(len(self.shares)), scores=self.scores,
            )
            for photo in photos
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class MeanBox:
    """jitter: of the means, by seed. fails: raises as a detector whose loss is no number does."""

    jitter: float = 0.01
    fails: bool = False
    slow_s: float = 0.0

    @property
    def identity(self) -> str:
        return f"mean box, jitter {self.jitter:g}"

    def fit(self, mixture: Mixture, seed: int, say: Callable[[float], None]) -> FittedMean:
        _die_once()
        if path := os.environ.get(FITS):
            with Path(path).open("a") as file:
                file.write(f"{seed}\n")
        time.sleep(self.slow_s)
        if self.fails:
            raise NoNumber("the loss is no longer a number at step 3; expected a smaller rate")
        say(0.5)
        rows = [
            (label, *(box / np.tile(example.size_px, 2)))
            for example in mixture.examples
            for label, box in zip(example.labels, example.boxes, strict=True)
        ]
        told = np.array(rows)
        means = np.array([told[told[:, 0] == k, 1:].mean(axis=0) for k in np.unique(told[:, 0])])
        noise = np.random.default_rng(seed).normal(0, self.jitter, means.shape)
        real = np.mean([example.real for example in mixture.examples])
        say(1.0)
        return FittedMean(
            shares=np.clip(means + noise, 0.01, 1), scores=np.full(len(means), 0.9),
            took_effect=TookEffect(
                groups={"mean": GROUP},
                steps=1, batch=len(mixture.examples), real_share=float(real), loss=(1.0, 0.5),
                weights={}, versions={"numpy": np.__version__}, device="cpu", precision="float64",
            ),
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class LearnedMean(FittedMean):
    """A mean that another fit can go on from."""

    @property
    def weights(self) -> Weights:
        return {"shares": self.shares, "scores": self.scores}


@dataclass(frozen=True, kw_only=True)
class GoingMeanBox(MeanBox):
    """Goes on halfway from the mean that it had to that of what it is shown."""

    def fit(self, mixture: Mixture, seed: int, say: Callable[[float], None]) -> LearnedMean:
        return _learned(super().fit(mixture, seed, say))

    def fit_on(
        self, mixture: Mixture, seed: int, say: Callable[[float], None], start: tuple[Weights, int]
    ) -> LearnedMean:
        (was, steps), now = start, self.fit(mixture, seed, say)
        shares = (was["shares"] + now.shares) / 2 if steps else was["shares"]
        return replace(now, shares=shares, took_effect=replace(now.took_effect, steps=steps))


def _learned(fitted: FittedMean) -> LearnedMean:
    return LearnedMean(shares=fitted.shares, scores=fitted.scores, took_effect=fitted.took_effect)


def failing() -> MeanBox:
    return MeanBox(fails=True)


def slow() -> MeanBox:
    return MeanBox(slow_s=0.4)


def _die_once() -> None:
    folder = os.environ.get(DIES_IN)
    if folder and not (mark := Path(folder) / "died").exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
