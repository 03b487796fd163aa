import subprocess
import sys

from assets.project import PROJECT

HEAVY = (
    "numpy",
    "scipy",
    "pyarrow",
    "numba",
    "cv2",
    "alignment.align.walk.walk",
    "scenes.measuring.table",
)


def test_what_previewers_import_again_of_the_main_is_nothing_heavy():
    asked = f"import sys, alignment.align.main; print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
