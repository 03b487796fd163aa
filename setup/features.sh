#!/bin/sh
# Put what pretrained features need into .venv: torch, where there is none yet, and transformers.
set -eu
cd "$(dirname "$0")/.."
torch=2.13.0

install() {
    if .venv/bin/python -m pip --version >/dev/null 2>&1; then
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input "$@"
    else
        uv pip install --quiet --python .venv/bin/python "$@"
    fi
}

# any torch of the user's stays: which build suits depends on the GPU
if ! .venv/bin/python -c 'import importlib.util, sys; sys.exit(not importlib.util.find_spec("torch"))'; then
    echo "setup: installing torch $torch" >&2
    install "torch==$torch"
fi
if ! .venv/bin/python -c 'import transformers' 2>/dev/null ||
    ! cmp -s requirements/features.txt .venv/.twinset-features; then
    echo "setup: installing requirements/features.txt" >&2
    install --require-hashes -r requirements/features.txt
    cp requirements/features.txt .venv/.twinset-features
fi
