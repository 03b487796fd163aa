import cv2
import numpy as np

from alignment.command.stages import Stages
from alignment.improvement.looks import looks_of
from alignment.improvement.photos.apart import hold_apart
from tests.alignment.improvement.made import VALIDATION, first_set, photos, settings

MARKED = range(2, 49, 4)


def test_looks_tell_boxes_of_two_kinds_apart_and_are_of_no_photo_that_judges(tmp_path):
    real = photos(tmp_path / "real")
    for number in MARKED:  # plain where the others are noise
        path = str(real / "images" / f"{number}.png")
        picture = cv2.imread(path)
        picture[4:26, 8:36] = (40, 40, 200)
        cv2.imwrite(path, picture)
    words = (f"set={first_set(tmp_path / 'first')}", "causes.features=true")
    told = settings(real, tmp_path / "out", *words)
    with Stages(quiet=True) as stages:
        looks = looks_of(told, hold_apart(told), stages)
        assert looks_of(settings(real, tmp_path / "out", words[0]), hold_apart(told), stages) == {}
    assert set(looks) == set(range(1, VALIDATION[-1] + 1))
    rows = np.array([looks[n] for n in range(1, 49)])
    marked = np.isin(np.arange(1, 49), MARKED)
    assert rows.shape == (48, 4)
    apart = [abs(np.corrcoef(rows[:, d], marked)[0, 1]) for d in range(4)]
    assert max(apart) > 0.9
