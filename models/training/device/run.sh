#!/bin/bash
# Trains on the machine of pack.sh, one stage a call; each ends within SECONDS and leaves what it made in $OUT.
#   bash .device/run.sh probe 150      does everything run, and how fast is it
#   bash .device/run.sh train 570      5 + 5 members, calibration, thresholds
#   bash .device/run.sh devices 570    one device after the other left out, on the cases that `train` left behind
# Drawing goes on beside training on all cores but one. Cases lie in $OCT_WORK; a later call on the same machine has them.
# START=FOLDER: go on from weights that came back (segmentation-0.pt …). ROUND=n: seeds that no earlier machine has drawn.
set -uo pipefail
cd "$(dirname "$0")"
stage=${1:-probe} seconds=${2:-570}
began=$(date +%s)
out=${OUT:-$PWD/out} work=${OCT_WORK:-/dev/shm/octriage} python=${PYTHON:-python3}
workers=${WORKERS:-$(($(nproc) - 1))}
members=${MEMBERS:-5} batch=${BATCH:-32}
export PYTHONUNBUFFERED=1 OMP_WAIT_POLICY=PASSIVE OMP_NUM_THREADS=2 OCTRIAGE_CONTRACT=$PWD/contract.json
mkdir -p "$out" "$work"
say() { echo "[$(($(date +%s) - began)) s] $*"; }
left() { echo $((seconds - ($(date +%s) - began))); }
counts() { for kind in slabs volumes held-out unseen-devices controls truths; do echo -n "$kind $(find "$work/$kind" -name '*-cases.json' 2>/dev/null | wc -l) files; "; done; echo; }

node=$work/node
if [ ! -x "$node" ]; then
  $python -c 'import lzma,shutil,sys; shutil.copyfileobj(lzma.open(sys.argv[1]), open(sys.argv[2], "wb"))' node.xz "$node.part" &&
    chmod +x "$node.part" && mv "$node.part" "$node"
fi
"$node" --version || exit 1
$python -c 'import torch; print(torch.__version__, torch.cuda.get_device_name() if torch.cuda.is_available() else "no GPU")'

drawing=
start_drawing() { $python draw_beside.py "$work" "$workers" -- "$node" draw-cases.mjs & drawing=$!; }
stop_drawing() { [ -n "$drawing" ] && kill "$drawing" 2>/dev/null && wait "$drawing" 2>/dev/null; drawing=; }
trap stop_drawing EXIT
segment() { $python train_segmentation.py "$work/slabs" "$@" --batch "$batch" ${COMPILE:+--compile} ${WIDTHS:+--widths "$WIDTHS"}; }
# predict SEGMENTATION KIND OUT [options]
predict() { $python predict_maps.py "$1" "$work/$2" "$3" --contract contract.json "${@:4}"; }

case $stage in
probe)
  start_drawing
  segment "$out/probe" --members 2 --seconds $((seconds / 3)) --wait-for "${WAIT_FOR:-200}" || exit 1
  say "$(counts)"
  [ -n "${NO_COMPILE:-}" ] || timeout $((seconds / 3)) $python train_segmentation.py "$work/slabs" "$out/compiled" --members 2 \
    --seconds 20 --batch "$batch" --compile --capacity 600 || echo "compiling does not work here or takes too long"
  say "$(counts)"
  stop_drawing
  predict "$out/probe" held-out "$work/probe" --seconds $(($(left) / 4)) | cut -c1-1500
  $python train_classification.py "$work/probe" "$work/probe-cls" --held-out "$work/probe" --truths "$work/truths" --members 1 --seconds $(($(left) / 4))
  rm -f "$out"/compiled*
  ;;
train)
  start_drawing
  # About a fifth of the time for maps, a fifth for classification, the rest for segmentation.
  segment "$out/segmentation" --members "$members" --seconds $((seconds * ${SEGMENTATION_PERCENT:-58} / 100)) --wait-for "${WAIT_FOR:-200}" \
    ${START:+--start "$START/segmentation"} || exit 1
  stop_drawing
  say "$(counts)"
  say "held-out volumes"
  for kind in held-out unseen-devices controls; do
    predict "$out/segmentation" $kind "$work/map-$kind"
  done
  say "training volumes"
  predict "$out/segmentation" volumes "$work/map-volumes" --variants "${VARIANTS:-2}" --seconds $(($(left) * 40 / 100)) | cut -c1-300
  $python choose_thresholds.py "$work/thresholds" --training "$work/map-volumes" --held-out "$work/map-held-out" \
    --unseen "$work/map-unseen-devices" --controls "$work/map-controls"
  say "classification"
  $python train_classification.py "$work/map-volumes" "$out/classification" --held-out "$work/map-held-out" --unseen "$work/map-unseen-devices" --truths "$work/truths" \
    --members "$members" --seconds $((($(left) - 20) / members))
  say "done"
  $python collect_reports.py "$out/reports.json" "$work"/map-*.json "$work/thresholds.json" "$out"/segmentation.json "$out"/classification.json
  cp commit "$out/"
  rm -f "$out/segmentation.json" "$out/classification.json"
  ;;
devices)
  # With two members each and a share of the time: all devices alike, so that the figures can be compared.
  each=$((seconds / 6))
  for device in none spectralis topcon-3doct2000 topcon-maestro2 cirrus nidek; do
    say "without $device"
    folder=$work/without-$device
    mkdir -p "$folder"
    segment "$folder/segmentation" --members 2 --seconds $((each * 45 / 100)) --exclude $device
    predict "$folder/segmentation" volumes "$folder/volumes" --limit "${LIMIT:-300}" | cut -c1-200
    predict "$folder/segmentation" held-out "$folder/held-out" | cut -c1-200
    $python train_classification.py "$folder/volumes" "$folder/classification" --held-out "$folder/held-out" \
      --truths "$work/truths" --members 2 --seconds $((each * 10 / 100)) --exclude $device
    cp "$folder/classification.json" "$out/without-$device.json"
  done
  ;;
esac
ls -la "$out"
