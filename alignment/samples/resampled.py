"""Many resamples of one set of values, by image, held as how often each value is in each."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from alignment.samples.sample import Sample

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Resampled:
    """Resamples of (n, d) values, all at once.

    images: (n,) int64, the image of each value. times: (s, n) float64 whole numbers, how often
    resample s holds each value.
    """

    values: FloatArray
    images: npt.NDArray[np.int64]
    times: FloatArray

    def __post_init__(self) -> None:
        n = len(self.images)
        if self.values.ndim != 2 or len(self.values) != n or self.times.shape[1:] != (n,):
            raise ValueError(
                f"Resampled of {self.values.shape} values, {self.images.shape} images and "
                f"{self.times.shape} times; expected (n, d), (n,) and (s, n)"
            )
        for array in (self.values, self.images, self.times):
            array.setflags(write=False)

    @classmethod
    def whole(cls, sample: Sample) -> "Resampled":
        """Return the one resample that is the sample itself."""
        times = np.ones((1, len(sample)))
        return cls(values=sample.values, images=sample.images, times=times)

    @property
    def sizes(self) -> FloatArray:
        """(s,) how many values each resample holds."""
        return np.asarray(self.times.sum(axis=1))

    @property
    def shares(self) -> FloatArray:
        """(s, n) the share of each resample that each value makes up; 0 where it is empty."""
        return np.asarray(self.times / np.maximum(self.sizes, 1)[:, None])

    def first(self, count: int) -> "Resampled":
        """Return the first `count` resamples, or as many as there are."""
        return Resampled(values=self.values, images=self.images, times=self.times[:count])


def by_image(sample: Sample, times: npt.NDArray[np.int64]) -> Resampled:
    """Return whole images, taken as often as `times` (s, images in order of their id) says."""
    place = np.unique(sample.images, return_inverse=True)[1]
    return Resampled(
        values=sample.values, images=sample.images, times=times[:, place].astype(np.float64)
    )


def draw_images(
    rng: np.random.Generator, rendered: Sample, sizes: npt.NDArray[np.int64]
) -> Resampled:
    """Return random whole images, just enough to reach each of `sizes` (draws,) values.

    Without replacement, unless the whole set holds fewer values than the largest. An empty sample
    gives empty resamples.
    """
    if not len(rendered):
        empty = np.zeros((len(sizes), 0))
        return Resampled(values=rendered.values, images=rendered.images, times=empty)
    held_by = np.unique(rendered.images, return_counts=True)[1]
    images, most = len(held_by), int(sizes.max())
    again = len(rendered) < most
    chosen = np.stack([rng.choice(images, most if again else min(images, most), replace=again)
                       for _ in sizes])  # fmt: skip
    held = held_by[chosen]
    needed = np.cumsum(held, axis=1) - held < sizes[:, None]
    times = np.zeros((len(sizes), images), dtype=np.int64)
    np.add.at(times, (np.arange(len(sizes))[:, None], chosen), needed)
    return by_image(rendered, times)


def thinned(rng: np.random.Generator, sample: Sample, most: int) -> Sample:
    """Return random whole images of a sample that hold about `most` values, or all of it."""
    if len(sample) <= most:
        return sample
    keep = draw_images(rng, sample, np.array([most])).times[0] > 0
    return Sample(
        attributes=sample.attributes, values=sample.values[keep], images=sample.images[keep]
    )
