"""`make merge OUT=...`: what is finished in a folder, merged now, without Blender."""

import logging
import os
import sys
from pathlib import Path

from assets.errors import UserError
from render.asked.commission import tell
from scenes.dataset.merge import merge_shards

MISTAKE = 2


class NoFolder(UserError):
    """A command that needs OUT and was not given any."""


def named_folder() -> Path:
    """Return the folder named as the only word or by make's OUT. Raises NoFolder."""
    told = sys.argv[1] if len(sys.argv) == 2 else os.environ.get("TWINSET_OUT", "")
    if not told:
        raise NoFolder(
            "no folder was named; expected OUT=, the folder of a render or of make align"
        )
    return Path(told)


def main() -> int:
    """Merge, leaving out what is not rendered yet; return the exit code."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    try:
        out = named_folder()
        tally = merge_shards(out, partial=True)
    except UserError as error:
        sys.stderr.write(f"merge: {error}\n")
        return MISTAKE
    tell(tally, out)
    if tally.missing:
        logging.info("%d planned images are not rendered yet", len(tally.missing))
    return 0


if __name__ == "__main__":
    sys.exit(main())
