#!/bin/sh
# Packs all that training needs on a machine with a GPU but without Node, npm or a network:
#   sh models/training/device/pack.sh [FOLDER]        (default: .device in the repository's root, which git ignores)
# Python with torch must be there already. Then, on that machine:  bash FOLDER/run.sh …  (see run.sh)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
out=${1:-$root/.device}
mkdir -p "$out"
(cd "$root" && node_modules/.bin/esbuild models/training/draw-cases.ts --bundle --platform=node --format=esm \
  --target=node20 --outfile="$out/draw-cases.mjs" --log-level=warning)
cp "$here"/../*.py "$here/../contract.json" "$here/run.sh" "$here/draw_beside.py" "$out/"
git -C "$root" rev-parse HEAD > "$out/commit"
# The Node that runs here, without its symbols; the same release everywhere, as package.json's engines ask for.
if [ ! -f "$out/node.xz" ]; then
  strip -o "$out/node" "$(node -p process.execPath)"
  xz -T2 -3 "$out/node"
fi
du -sh "$out"
