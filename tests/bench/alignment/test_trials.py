"""One trial of the bench on the embedded set: who sees what, and that a seed gives one result."""

import numpy as np
import pytest

from alignment.real.split import split
from alignment.samples.bins import bhattacharyya
from bench.alignment import unseen
from bench.alignment.trials import BASELINE, FLOOR, begun, distances, judged_on

WORDS = ("pool=quick", "pool.first_configs=8", "pool.most_scenes=64", "workers=1")


@pytest.fixture(scope="module")
def case():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TWINSET_REAL", "assets/real/coco_indoor")
        return next(unseen.cases_of(["chair"], [10], 20, ["scenes"], WORDS))


def test_what_judges_was_never_exposed(case):
    with begun(case, 3) as trial:
        seen = set(trial.exposed.image_ids.tolist())
        judging = set(trial.held_out.for_judging().image_ids.tolist())
        (job,) = trial.jobs.values()
        assert len(seen) == 10
        assert not seen & judging
        assert set(job.exposed.table.image_ids.tolist()) <= seen
        assert seen | judging == set(case.real.table.image_ids.tolist())


def test_the_floor_is_the_exposed_photos_own_distance_and_a_number_gives_one_trial(case):
    found = distances(case, 3)
    assert set(found) == {FLOOR, BASELINE, "scenes"}
    exposed, held_out = split(np.random.default_rng([3, 5]), case.real.table, 10)
    judge = held_out.for_judging()
    for told, (one, bins) in judged_on(judge, case.settings).items():
        own = bhattacharyya(one.sample(judge).values, one.sample(exposed.table).values, bins)
        assert found[FLOOR][told] == own
    assert distances(case, 3) == found
