"""`make infer`: what boxes do not tell of real photos, learned from renders."""

from alignment.command.enter import enter
from alignment.inference.settings import InferenceSettings
from alignment.inference.walk import run

if __name__ == "__main__":
    enter("infer", InferenceSettings, run)
