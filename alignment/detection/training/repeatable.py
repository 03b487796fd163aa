"""The same seed, the same figures, and torch left as it was found."""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def repeatable(seed: int, threads: int) -> Iterator[None]:
    """Seed torch for the block and hold it to what gives the same figures every time.

    threads: of torch on a CPU; sums differ with it in their last digits, so it is fixed. What has
    no such way on a GPU is done all the same.
    """
    was = (torch.get_num_threads(), torch.are_deterministic_algorithms_enabled())
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # what cuBLAS asks for, for this
    with torch.random.fork_rng(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*deterministic", category=UserWarning)
        torch.manual_seed(seed)
        torch.set_num_threads(threads)
        torch.use_deterministic_algorithms(True, warn_only=True)
        try:
            yield
        finally:
            torch.set_num_threads(was[0])
            torch.use_deterministic_algorithms(was[1])
