"""`make judge`: which set trains the best detector of photos, and what it is worth in photos."""

from alignment.detection.settings import JudgeSettings
from alignment.detection.walk import judge
from alignment.entry import enter

if __name__ == "__main__":
    enter("judge", JudgeSettings, judge)
