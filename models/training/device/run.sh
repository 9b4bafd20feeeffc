#!/bin/bash
# Trains on the machine of pack.sh, one stage a call; each ends within SECONDS and leaves what it made in $OUT.
#   bash .device/run.sh probe 150      does everything run, and how fast is it
#   bash .device/run.sh train 570      5 + 5 members, calibration, thresholds
#   bash .device/run.sh classify 240   the second half of train again, on weights and cases that are there
#   bash .device/run.sh devices 570    one device after the other left out, on the cases that `train` left behind
# Drawing goes on beside training on all cores but one. Cases lie in $OCT_WORK; a later call on the same machine has them.
# START=FOLDER: go on from the weights there (segmentation-0.pt …; $OCT_WORK after a `train` on the same machine). ROUND=n: seeds that no earlier machine has drawn.
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
left() { local rest=$((seconds - ($(date +%s) - began))); echo $((rest > 30 ? rest : 30)); }
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
segment() { $python train_segmentation.py "$work/slabs" "$@" --batch "$batch" ${WIDTHS:+--widths "$WIDTHS"}; }
classify() { # reads the weights in $work
  say "maps; $(counts)"
  $python predict_maps.py "$work/segmentation" "$work" "$work/map" held-out unseen-devices controls || return 1
  $python predict_maps.py "$work/segmentation" "$work" "$work/map" volumes --variants "${VARIANTS:-2}" --seconds $(($(left) * 40 / 100))
  $python choose_thresholds.py "$work/thresholds" --training "$work/map-volumes" --held-out "$work/map-held-out" \
    --unseen "$work/map-unseen-devices" --controls "$work/map-controls"
  say "classification"
  $python train_classification.py "$work/map-volumes" "$work/classification" --held-out "$work/map-held-out" \
    --unseen "$work/map-unseen-devices" --truths "$work/truths" --members "$members" --seconds $((($(left) - 20) / members))
  $python collect_reports.py "$out/reports.json" "$work"/map-*.json "$work/thresholds.json" "$work/segmentation.json" "$work/classification.json"
  cp "$work"/segmentation-?.pt "$work/classification.pt" commit "$out/"
}

case $stage in
probe)
  start_drawing
  segment "$out/probe" --members 2 --seconds $((seconds * 40 / 100)) --wait-for "${WAIT_FOR:-200}" ${COMPILE:+--compile} || exit 1
  say "$(counts)"
  [ -n "${NO_COMPILE:-}" ] || timeout $((seconds * 30 / 100)) $python train_segmentation.py "$work/slabs" "$work/compiled" --members 1 \
    --seconds 15 --batch "$batch" --compile --capacity 600 || echo "compiling does not work here or takes too long"
  say "$(counts)"
  stop_drawing
  $python predict_maps.py "$out/probe" "$work" "$work/probe" held-out --seconds 10
  $python train_classification.py "$work/probe-held-out" "$work/probe-cls" --held-out "$work/probe-held-out" --truths "$work/truths" --members 1 --seconds 5
  ;;
train)
  start_drawing
  segment "$work/segmentation" --members "$members" --seconds $((seconds * ${SEGMENTATION_PERCENT:-58} / 100)) --wait-for "${WAIT_FOR:-200}" \
    ${COMPILE:+--compile} ${START:+--start "$START/segmentation"} || exit 1
  cp "$work"/segmentation-?.pt "$out/"
  stop_drawing
  classify
  ;;
classify)
  [ -z "${START:-}" ] || cp "$START"/segmentation-?.pt "$work/"
  classify
  ;;
devices)
  # With two members each and a share of the time: all devices alike, so that the figures can be compared.
  each=$((seconds / 6))
  for device in none spectralis topcon-3doct2000 topcon-maestro2 cirrus nidek; do
    say "without $device"
    folder=$work/without-$device
    mkdir -p "$folder"
    segment "$folder/segmentation" --members 2 --seconds $((each * 45 / 100)) --exclude $device
    $python predict_maps.py "$folder/segmentation" "$work" "$folder/map" volumes held-out --limit "${LIMIT:-320}"
    $python train_classification.py "$folder/map-volumes" "$folder/classification" --held-out "$folder/map-held-out" \
      --truths "$work/truths" --members 2 --seconds $((each * 10 / 100)) --exclude $device
    cp "$folder/classification.json" "$work/without-$device.json"
  done
  $python collect_reports.py "$out/leave-one-device-out.json" "$work"/without-*.json
  ;;
esac
ls -la "$out"
