"""`make evaluate`: any number of COCO sets held against one real set, without training."""

from alignment.command.enter import enter
from alignment.evaluation.settings import EvaluationSettings
from alignment.evaluation.walk import evaluate

if __name__ == "__main__":
    enter("evaluate", EvaluationSettings, evaluate)
