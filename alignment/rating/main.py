"""`make rate`: predicted values on real crops, rated 0 to 5 in a browser."""

from alignment.entry import enter
from alignment.rating.job import rate
from alignment.rating.settings import RatingSettings

if __name__ == "__main__":
    enter("rate", RatingSettings, rate)
