"""Prints medians and how far each provider's answers lie from the CPU's: compare.py cpu.jsonl OTHER.jsonl ..."""

import json
import statistics
import sys
from pathlib import Path

BARS = {49: 1.0, 128: 2.0}


def read(path):
    """One record for each volume; none where the provider did not start."""
    return [json.loads(line) for line in Path(path).read_text().splitlines() if line] if Path(path).exists() else []


reference = read(sys.argv[1])
for path in sys.argv[1:]:
    for one in read(path):
        frames = one["matrix"][0]
        cpu = next(r for r in reference if r["matrix"] == one["matrix"])
        whole = statistics.median(m["whole"] for m in one["measured"]) / 1000
        bare = statistics.median(m["bare"] for m in one["measured"]) / 1000
        labels = {*one["labelCounts"], *cpu["labelCounts"]}
        moved = sum(abs(one["labelCounts"].get(k, 0) - cpu["labelCounts"].get(k, 0)) for k in labels) / 2
        print(
            f"{one['provider']} {one['matrix']} {one['members']}: whole {whole:.2f} s (bar {BARS.get(frames, '-')} s), "
            f"bare {bare:.2f} s, first {one['first']['milliseconds'] / 1000:.2f} s, {one['peakMiB']:.0f} MiB; "
            f"labels moved at least {moved / (frames * one['matrix'][1] * one['matrix'][2]):.5%}, "
            f"probability differs {max(abs(a - b) for a, b in zip(one['referral'], cpu['referral'])):.4f}, "
            f"decision {one['decision']} (CPU {cpu['decision']}), same map {one['tissueMapSha'] == cpu['tissueMapSha']}"
        )
