"""`make rate`: predicted values on real crops, rated 0 to 5 in a browser."""

from alignment.command.enter import enter
from alignment.rating.settings import RatingSettings
from alignment.rating.walk import rate

if __name__ == "__main__":
    enter("rate", RatingSettings, rate)
