"""`make join`: COCO sets as one."""

from alignment.command.enter import enter
from alignment.joining.settings import JoinSettings
from alignment.joining.walk import join_sets

if __name__ == "__main__":
    enter("join", JoinSettings, join_sets)
