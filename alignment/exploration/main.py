"""`make explore`: sets looked at beside each other in a browser."""

from alignment.command.enter import enter
from alignment.exploration.settings import ExplorationSettings
from alignment.exploration.walk import explore

if __name__ == "__main__":
    enter("explore", ExplorationSettings, explore)
