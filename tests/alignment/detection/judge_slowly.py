"""`make judge` with a detector that takes its time and no torch, to be stopped from outside."""

if __name__ == "__main__":
    from alignment.command.enter import enter
    from alignment.detection.settings import JudgeSettings
    from alignment.detection.walk import judge
    from tests.alignment.detection.mean_box import slow

    enter("judge", JudgeSettings, lambda settings, stages: judge(settings, stages, slow))
