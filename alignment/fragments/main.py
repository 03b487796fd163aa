"""`make fragments`: things cut out of exposed photos, and these photos without them."""

from alignment.command.enter import enter
from alignment.fragments.settings import FragmentsSettings
from alignment.fragments.walk import make_fragments

if __name__ == "__main__":
    enter("fragments", FragmentsSettings, make_fragments)
