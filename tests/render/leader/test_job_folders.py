from hypothesis import given
from hypothesis import strategies as st

from render.leader.sweep import MOST_NAME_BYTES, job_folder


def test_a_job_whose_overrides_can_be_a_folder_is_named_by_them() -> None:
    assert job_folder("seed=1,strategy=baseline") == "seed=1,strategy=baseline"


@given(st.lists(st.text(min_size=1, max_size=400), min_size=2, max_size=2, unique=True))
def test_jobs_that_differ_have_folders_that_differ_and_can_be_made(told: list[str]) -> None:
    names = [job_folder(overrides) for overrides in told]
    assert names[0] != names[1]
    assert all(len(name.encode()) <= MOST_NAME_BYTES and "/" not in name for name in names)
