"""The same seed, the same figures, and torch left as it was found."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def repeatable(seed: int, threads: int) -> Iterator[None]:
    """Seed torch for the block and hold it to what gives the same figures every time.

    threads: of torch on a CPU; sums differ with it in their last digits, so it is fixed.
    """
    was = (torch.get_num_threads(), torch.are_deterministic_algorithms_enabled())
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        torch.set_num_threads(threads)
        torch.use_deterministic_algorithms(True, warn_only=True)
        try:
            yield
        finally:
            torch.set_num_threads(was[0])
            torch.use_deterministic_algorithms(was[1])
