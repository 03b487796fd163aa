"""`make improve`: train, see what of real photos is missed, render more like it, train again."""

if __name__ == "__main__":  # a spawned worker imports this module again, and needs none of it
    from alignment.command.enter import enter
    from alignment.improvement.settings import ImproveSettings
    from alignment.improvement.walk import improve

    enter("improve", ImproveSettings, improve)
