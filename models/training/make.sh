#!/bin/sh
# Draws the phantoms, trains both ensembles, exports and measures them. From the repository root or anywhere:
#   sh models/training/make.sh              everything, into models/
#   sh models/training/make.sh --smoke      the same way with next to nothing, into work/smoke/out: does it all still run?
#   sh models/training/make.sh --finish DIR from weights that came back from a GPU machine (device/run.sh), into models/
# Needs Node with the project's npm packages, and Debian's python3-torch. Times and steps: README.md.
set -eu
cd "$(dirname "$0")"
mode=${1:-}
PYTHON=${PYTHON:-/usr/bin/python3}
# Threads that sleep while they wait: spinning ones halve the speed when the machine has other work.
export OMP_WAIT_POLICY=PASSIVE PYTHONDONTWRITEBYTECODE=1
began=$(date +%s)
say() { echo "[$(($(date +%s) - began)) s] $*"; }

if [ "$mode" = --smoke ]; then
  work=work/smoke out=work/smoke/out
  slabs=16 volumes=3 held_out=2 unseen=2 controls=2 truths=8 members=2 steps=4 batch=2 class_steps=6 widths=8,16,16 evaluated=1 evaluation=
  rm -rf "$work" && mkdir -p "$out" && cp ../decision*.json "$out"
  export PROTOTYPE_STEPS=2
else
  work=work out=..
  slabs=${SLABS:-4000} volumes=${VOLUMES:-600} held_out=160 unseen=64 controls=50 truths=2048 widths= evaluated=24 evaluation=
  members=${MEMBERS:-5} steps=${STEPS:-2500} batch=8 class_steps=2500
fi
mkdir -p "$work"
"$PYTHON" -c 'import sys, torch; print("python", sys.version.split()[0], "torch", torch.__version__)'
echo "node $(node -v)"

train() {
  node ../../node_modules/esbuild/bin/esbuild draw-cases.ts --bundle --platform=node --format=esm --target=node20 \
    --outfile="$work/draw-cases.mjs" --log-level=warning
  export OCTRIAGE_CONTRACT="$PWD/contract.json"
  processes=${PROCESSES:-$(nproc)}
  seed=1000000
  draw() { # KIND CASES
    each=$((($2 + processes - 1) / processes)) number=0 started=
    while [ $number -lt "$processes" ]; do
      node "$work/draw-cases.mjs" "$1" "$work/$1" $((seed + number * 100000)) $each & started="$started $!"
      number=$((number + 1))
    done
    for process in $started; do wait "$process"; done
    seed=$((seed + 10000000))
    say "drew $1"
  }
  draw slabs $slabs
  draw volumes $volumes
  draw held-out $held_out
  draw unseen-devices $unseen
  draw controls $controls
  draw truths $truths
  $PYTHON train_segmentation.py "$work/slabs" "$work/segmentation" --members $members --steps $steps --batch $batch --width 128 \
    --wait-for $slabs --capacity $((slabs + 1000)) ${widths:+--widths $widths}
  labelled=
  if "$PYTHON" -c 'import sys, torch; sys.exit(torch.cuda.is_available())'; then
    labelled=$work/onnx
    rm -rf "$labelled"
    $PYTHON export_onnx.py "$work" "$labelled" --segmentation
    node --import tsx label-cases.ts "$labelled" "$work" volumes & started=$!
    node --import tsx label-cases.ts "$labelled" "$work" held-out unseen-devices controls
    wait $started
    say "labelled"
  fi
  $PYTHON predict_maps.py "$work/segmentation" "$work" "$work/map" held-out unseen-devices controls volumes \
    ${labelled:+--labelled "$labelled"}
  say "classification"
  $PYTHON choose_thresholds.py "$work/thresholds" --training "$work/map-volumes" --held-out "$work/map-held-out" \
    --unseen "$work/map-unseen-devices" --controls "$work/map-controls"
  $PYTHON train_classification.py "$work/map-volumes" "$work/classification" --held-out "$work/map-held-out" \
    --unseen "$work/map-unseen-devices" --truths "$work/truths" --members $members --steps $class_steps --batch 24 | cut -c1-1000
  $PYTHON collect_reports.py "$work/reports.json" "$work"/map-*.json "$work/thresholds.json" "$work/segmentation.json" "$work/classification.json"
  git rev-parse HEAD > "$work/commit"
}

if [ "$mode" = --finish ]; then
  cp "$2"/*.pt "$2"/*.json "$work/"
  [ ! -f "$2/commit" ] || cp "$2/commit" "$work/"
else
  train
fi
say "export"
# Inside the repository nothing but models/ itself holds weights.
$PYTHON export_onnx.py "$work" "$out"
# What an earlier set was measured with says nothing of this one.
rm -rf "$work/evaluation" "$work/evaluation-duke"
node --import tsx write-manifest.ts "$work" "$out"
say "evaluation"
node --import tsx ../evaluation/evaluate.ts phantoms --volumes $evaluated $evaluation --models "$out" --out "$work/evaluation"
say "prototypes"
$PYTHON prototypes.py "$out"
node --import tsx write-manifest.ts "$work" "$out"
node --import tsx write-golden-scan.ts "$out"
say "done"
