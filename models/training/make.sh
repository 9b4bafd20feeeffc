#!/bin/sh
# Draws the phantoms, trains both networks, exports and measures them. From the repository root or anywhere:
#   sh models/training/make.sh
# Needs Node with the project's npm packages, and Debian's python3-torch. Times and steps: README.md.
set -eu
cd "$(dirname "$0")"
mkdir -p work
PYTHON=${PYTHON:-/usr/bin/python3}
# Threads that sleep while they wait: spinning ones halve the speed when the machine has other work.
export OMP_WAIT_POLICY=PASSIVE
draw() { node --import tsx "$@"; }

draw export-training-set.ts work/train-0 1000 180
draw export-training-set.ts work/train-1 2000 180
$PYTHON train_segmentation.py work/segmentation.pt --steps "${SEGMENTATION_STEPS:-1100}" --seed 0
$PYTHON export_onnx.py --segmentation work/segmentation.pt

draw export-maps.ts work/maps-0 100000 700
draw export-predicted-maps.ts work/predicted-0 300000 70
draw export-predicted-maps.ts work/predicted-1 301000 70
$PYTHON train_classification.py work/classification.pt --steps "${CLASSIFICATION_STEPS:-900}" --seed 0
$PYTHON export_onnx.py --segmentation work/segmentation.pt --classification work/classification.pt

draw write-manifest.ts
draw evaluate.ts 910000 24
draw write-manifest.ts
