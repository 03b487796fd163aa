# Run by plain Python for a run with engine=paste that render/leader/run.py leads: pastes the scenes
# that it is sent, one at a time, until the socket closes.
#   python render/paste_worker.py SOCKET
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

# a script's own folder stands in its place otherwise
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import cv2

from assets.catalogue import Catalogue
from assets.errors import UserError
from assets.meshes.folder import catalogue_of
from render.asked.settings import Settings
from render.pasting.image import paste_image
from render.workers.leash import tie_to_parent
from render.workers.link import Link, resident_mb
from scenes.config.from_mapping import from_mapping
from scenes.model.scene import Scene


def main() -> None:
    """Serve one leader."""
    tie_to_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the leader decides how a Ctrl-C ends
    cv2.setNumThreads(1)  # other workers have the other cores
    link = Link(sys.argv[1])
    link.send(pid=os.getpid(), opencv=cv2.__version__)
    told = link.receive()
    try:
        settings = from_mapping(Settings, told["settings"])
        catalogue = catalogue_of(settings.variants, settings.meshes, settings.cut_outs)
    except UserError as error:
        link.send(mistake=str(error))
        return
    link.send(ready=True)
    while True:
        link.send(**_answer(link.receive(), settings, catalogue))


def _answer(told: dict[str, Any], settings: Settings, catalogue: Catalogue) -> dict[str, Any]:
    """Do one task and say how it went; no error of one scene ends this process."""
    try:
        paste_image(told["index"], Scene.from_json(told["scene"]), settings, catalogue)
    except UserError as error:
        return {"mistake": str(error)}
    except Exception as error:  # noqa: BLE001 - the leader decides
        traceback.print_exc()
        return {"error": f"{type(error).__name__}: {' '.join(str(error).split())}"}
    return {"memory_mb": resident_mb()}


if __name__ == "__main__":
    main()
