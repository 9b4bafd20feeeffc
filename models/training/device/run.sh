#!/bin/bash
# Trains on the machine of pack.sh; one stage a call, each ends within its time and leaves its results in $OUT.
#   bash .device/run.sh probe              2.5 min: does everything run, how fast is it
#   bash .device/run.sh train [SECONDS]    whole training: 5 + 5 members, calibration, thresholds
#   bash .device/run.sh devices            leave one device out, from what `train` left on the same machine
# Drawing goes on beside training, on all cores but one. What is drawn lies in $OCT_WORK and serves the next call if the
# machine is still the same one.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here"
stage=${1:-probe}
seconds=${2:-570}
began=$(date +%s)
left() { echo $((seconds - $(date +%s) + began)); }
out=${OUT:-$here/out}
work=${OCT_WORK:-/dev/shm/octriage}
workers=${WORKERS:-$(($(nproc) - 1))}
python=${PYTHON:-python3}
export PYTHONUNBUFFERED=1 OCTRIAGE_CONTRACT=$here/contract.json OMP_WAIT_POLICY=PASSIVE OMP_NUM_THREADS=2
mkdir -p "$out" "$work"
say() { echo "[$(($(date +%s) - began)) s] $*"; }

node=$work/node
[ -x "$node" ] || { $python -c 'import lzma,shutil,sys; shutil.copyfileobj(lzma.open(sys.argv[1]), open(sys.argv[2], "wb"))' node.xz "$node" && chmod +x "$node"; }
"$node" --version || exit 1

# Seeds of a later call begin where no earlier call has been: $work/round counts them.
round=$(cat "$work/round" 2>/dev/null || echo "${ROUND:-0}")
drawers=()
draw() { # KIND FOLDER FIRST CASES
  nice -n 5 "$node" draw-cases.mjs "$1" "$work/$2" "$3" "$4" >>"$work/draw.log" 2>&1 &
  drawers+=($!)
}
stop_drawing() { kill "${drawers[@]}" 2>/dev/null; wait "${drawers[@]}" 2>/dev/null; drawers=(); }
trap stop_drawing EXIT
count() { ls "$work/$1" 2>/dev/null | grep -c 'cases.json$'; }

start_drawing() {
  echo $((round + 1)) >"$work/round"
  local base=$((10000000 + round * 50000000))
  local volume_workers=$(((workers + 1) / 3)) # 5 of 15; the others draw slabs
  for ((i = 0; i < workers; i++)); do
    first=$((base + i * 1000000))
    # A worker takes its kinds in turn: what is judged on first, then what is learnt from until it is stopped.
    if ((i < volume_workers)); then
      chain=("volumes held-out $((first + 500000)) ${HELD_OUT:-60}" "unseen-devices unseen $((first + 600000)) ${UNSEEN:-24}"
        "controls controls $((first + 700000)) ${CONTROLS:-10}" "volumes volumes $first 100000")
    elif ((i == volume_workers)); then
      chain=("slabs held-out-slabs $((first + 500000)) 64" "truths truths $((first + 600000)) ${TRUTHS:-1920}" "slabs slabs $first 100000")
    else
      chain=("slabs slabs $first 100000")
    fi
    (
      trap 'kill $running 2>/dev/null; exit' TERM
      for link in "${chain[@]}"; do
        read -r kind folder from cases <<<"$link"
        [ "$folder" != "$kind" ] && [ "$folder" != volumes ] && [ "$round" -gt 0 ] && [ -d "$work/$folder" ] && [ "$kind" != slabs ] && continue
        nice -n 5 "$node" draw-cases.mjs "$kind" "$work/$folder" "$from" "$cases" >>"$work/draw.log" 2>&1 &
        running=$!
        wait $running
      done
    ) &
    drawers+=($!)
  done
}
