#!/bin/sh
# On the GPU machine, after the pieces were brought there: bench/gpu/run.sh PIECES OUT
set -u
pieces=$1 out=$2
here=$(mktemp -d)
cat "$pieces"/gpu-pack.* | xz -d | tar -C "$here" -xf - || exit 1
cd "$here" || exit 1
mkdir -p "$out"
nvidia-smi >"$out/nvidia-smi.txt" 2>&1
# ONNX Runtime 1.29.0 was built for CUDA 13 and cuDNN 9; Python packages and the toolkit put them in different places.
for library in libcublasLt.so.13 libcudart.so.13 libcudnn.so.9 libcufft.so.12 libcurand.so.10; do
  for place in $(find / -name "$library" -not -path '/proc/*' 2>/dev/null | head -1); do
    LD_LIBRARY_PATH=$(dirname "$place"):${LD_LIBRARY_PATH:-}
  done
done
export LD_LIBRARY_PATH
# Where a container brings the driver in by itself, the Vulkan loader must be told of it.
icd=/usr/local/nvidia/share/vulkan/icd.d/nvidia_icd.json
[ -e "$icd" ] && export VK_DRIVER_FILES=$icd
echo "$LD_LIBRARY_PATH" >"$out/library-path.txt"
for provider in cpu cuda webgpu; do
  threads=$([ $provider = cpu ] && echo 8 || echo 1)
  timeout 240 ./node measure.mjs . models $provider "$threads" 5 volumes/*.dcm \
    >"$out/$provider.jsonl" 2>"$out/$provider.err"
  echo "$provider: exit $?" | tee -a "$out/exits.txt"
done
python3 compare.py "$out/cpu.jsonl" "$out/cuda.jsonl" "$out/webgpu.jsonl" | tee "$out/summary.txt"
