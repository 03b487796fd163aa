"""When two names mean one category: whatever their case, separators and plural."""

import re
from functools import lru_cache

KEPT = 4096  # names: samplers ask for the same few, time and again


@lru_cache(maxsize=KEPT)
def plain_singular(name: str) -> str:
    """Return a name's letters and digits in lower case, in the singular: "Dining-Tables" too."""
    return _singular(re.sub(r"[\W_]+", "", name.casefold()))


def _singular(word: str) -> str:
    if re.search(r"(x|ch|sh|ss|z)es$", word):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word
