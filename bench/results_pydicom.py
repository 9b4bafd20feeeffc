"""Writes the segmentation of `bench/results-node.ts` with pydicom and numpy; prints its figures as JSON."""

import copy
import json
import resource
import sys
import time

import numpy as np
import pydicom

folder = sys.argv[1]
template = pydicom.dcmread(folder + "/segmentation.dcm")
labels = np.fromfile(folder + "/tissue-map.raw", np.uint8).reshape(128, 885, 512)
item = copy.deepcopy(template.PerFrameFunctionalGroupsSequence[0])
lesions = sorted({int(v) for v in np.unique(labels)} - {0, 3, 7, 11})
expected = bytes(template.PixelData)
del template.PixelData

before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
cpu, start = time.process_time(), time.perf_counter()
groups, bits = [], []
for number, label in enumerate(lesions, 1):
    for source in range(1, 129):
        mask = labels[128 - source] == label
        if not mask.any():
            continue
        group = copy.deepcopy(item)
        group.SegmentIdentificationSequence[0].ReferencedSegmentNumber = number
        group.FrameContentSequence[0].DimensionIndexValues = [number, source]
        group.DerivationImageSequence[0].SourceImageSequence[0].ReferencedFrameNumber = source
        groups.append(group)
        bits.append(mask.ravel())
packed = np.packbits(np.concatenate(bits), bitorder="little").tobytes()
template.PerFrameFunctionalGroupsSequence = pydicom.Sequence(groups)
template.NumberOfFrames = len(groups)
template.PixelData = packed + b"\0" * (len(packed) % 2)
template["PixelData"].VR = "OB"
template.save_as(folder + "/pydicom.dcm")
seconds, used = time.perf_counter() - start, time.process_time() - cpu
assert template.PixelData == expected, "not the same pixels"
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"seconds": seconds, "cpu": used, "megabytes": (peak - before) * 1024 / 1e6}))
