"""The judge judged: sets that ought to train nothing, and whether a distance foretells real AP."""
