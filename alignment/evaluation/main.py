"""`make evaluate`: any number of COCO sets held against one real set, without training."""

from alignment.entry import enter
from alignment.evaluation.job import evaluate
from alignment.evaluation.settings import EvaluationSettings

if __name__ == "__main__":
    enter("evaluate", EvaluationSettings, evaluate)
