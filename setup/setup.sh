#!/bin/sh
# Make .venv and .blender, or do nothing where they are up to date. `--dev` adds what tests need.
set -eu
cd "$(dirname "$0")/.."
profile=run
[ "${1:-}" = "--dev" ] && profile=dev
stamp=.venv/.twinset-$profile
wanted="$(cat requirements/run.txt requirements/dev.txt setup/setup.sh setup/*.py | cksum) $PWD"

fail() { echo "setup: $*" >&2; exit 2; }

up_to_date() {
    [ -x .blender/blender ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]
}

find_python() {
    for name in python3.11 python3 python; do
        if "$name" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
}

make_venv() {
    python=$(find_python)
    if command -v uv >/dev/null 2>&1; then
        uv venv --quiet --python "${python:-3.11}" .venv ||
            fail "no Python 3.11, which Blender's package needs; install it, e.g. sudo apt-get install python3.11 python3.11-venv"
        return
    fi
    [ -n "$python" ] ||
        fail "no Python 3.11, which Blender's package needs; install it, e.g. sudo apt-get install python3.11 python3.11-venv"
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        fail "Python 3.11 has no venv module; install it, e.g. sudo apt-get install python3.11-venv"
    "$python" -m venv .venv
}

install() {
    quiet=--quiet
    [ -t 2 ] && quiet=
    if command -v uv >/dev/null 2>&1; then
        uv pip install $quiet --python .venv/bin/python --require-hashes -r "requirements/$profile.txt"
    else
        .venv/bin/python -m pip install $quiet --disable-pip-version-check --no-input \
            --require-hashes -r "requirements/$profile.txt"
    fi
}

up_to_date && exit 0
rm -f .venv/.twinset-*
# a venv knows where it lies, so one that was moved, or whose Python is gone, is made anew
if ! grep -qsF "$PWD/.venv" .venv/bin/activate || ! .venv/bin/python -c '' 2>/dev/null; then
    rm -rf .venv
    echo "setup: making .venv with Python 3.11" >&2
    make_venv
fi
.venv/bin/python setup/system_libraries.py
echo "setup: installing requirements/$profile.txt (Blender alone is about 340 MB; minutes, once)" >&2
install
.venv/bin/python setup/lay_blender.py .
.venv/bin/python -c 'import bpy, os, shutil; shutil.rmtree(bpy.app.tempdir); os._exit(0)' >/dev/null ||
    fail "the bpy package is installed but does not load; the lines above say why"
if [ "$profile" = dev ]; then echo "$wanted" > .venv/.twinset-run.part; mv .venv/.twinset-run.part .venv/.twinset-run; fi
echo "$wanted" > "$stamp.part"
mv "$stamp.part" "$stamp"
echo "setup: ready" >&2
