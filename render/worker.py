# Run by BlenderProc for a run that render/leader/run.py leads: renders the scenes that it is
# sent, one at a time, until the socket closes.
#   blenderproc run render/worker.py SOCKET
import blenderproc as bproc
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

# Blender, unlike Python, leaves a script's surroundings out
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import bpy

from assets.catalogue import Catalogue
from assets.errors import UserError
from assets.meshes.folder import catalogue_of
from render.blender import session
from render.capturing.image import make_image
from render.workers.leash import tie_to_parent
from render.workers.link import Link, resident_mb
from render.asked.settings import Settings
from render.staging.physics import settled
from scenes.model.scene import Scene
from scenes.config.from_mapping import from_mapping


def main() -> None:
    """Serve one leader."""
    tie_to_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the leader decides how a Ctrl-C ends
    link = Link(sys.argv[1])
    link.send(pid=os.getpid(), bpy=bpy.app.version_string, blenderproc=bproc.__version__)
    told = link.receive()
    try:
        settings = from_mapping(Settings, told["settings"])
        catalogue = catalogue_of(settings.variants, settings.meshes, settings.cut_outs)
        session.start(settings.device, told["threads"])
    except UserError as error:
        link.send(mistake=str(error))
        return
    link.send(ready=True)
    while True:
        link.send(**_answer(link.receive(), settings, catalogue))


def _answer(told: dict[str, Any], settings: Settings, catalogue: Catalogue) -> dict[str, Any]:
    """Do one task and say how it went; no error of one scene ends this process."""
    try:
        scene = Scene.from_json(told["scene"])
        if told["task"] == "settle":
            laid = settled(scene, catalogue).to_json()
            session.tidy()
            return {"scene": laid, "memory_mb": resident_mb()}
        make_image(told["index"], scene, settings, catalogue)
        session.tidy()
    except UserError as error:
        return {"mistake": str(error)}
    except Exception as error:  # noqa: BLE001 - whatever Blender raises; the leader decides
        traceback.print_exc()
        return {"error": f"{type(error).__name__}: {' '.join(str(error).split())}"}
    return {"memory_mb": resident_mb()}


if __name__ == "__main__":
    main()
