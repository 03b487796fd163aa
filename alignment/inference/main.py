"""`make infer`: what boxes do not tell of real photos, learned from renders."""

from alignment.entry import enter
from alignment.inference.job import run
from alignment.inference.settings import InferenceSettings

if __name__ == "__main__":
    enter("infer", InferenceSettings, run)
