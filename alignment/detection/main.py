"""`make judge`: which set trains the best detector of photos, and what it is worth in photos."""

if __name__ == "__main__":  # a spawned worker imports this module again, and needs none of it
    from alignment.command.enter import enter
    from alignment.detection.settings import JudgeSettings
    from alignment.detection.walk import judge

    enter("judge", JudgeSettings, judge)
