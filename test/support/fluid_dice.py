"""Overlap of the fluid in a Segmentation with manual masks, by pydicom and numpy alone.

usage: fluid_dice.py SEG MASKS.npy   ->  one JSON object

MASKS is frames x rows x columns in the source's frame order: 1 fluid, 0 none, 255 in frames that nobody has marked.
"""

import json
import sys

import numpy as np
import pydicom

FLUIDS = ("intraretinal fluid", "subretinal fluid")

seg = pydicom.dcmread(sys.argv[1])
masks = np.load(sys.argv[2])
numbers = {
    s.SegmentNumber
    for s in seg.SegmentSequence
    if s.SegmentedPropertyTypeCodeSequence[0].CodeMeaning.lower() in FLUIDS
}
found = np.zeros(masks.shape, bool)
for frame, groups in zip(
    seg.pixel_array.reshape(-1, seg.Rows, seg.Columns), seg.PerFrameFunctionalGroupsSequence
):
    if groups.SegmentIdentificationSequence[0].ReferencedSegmentNumber in numbers:
        source = groups.DerivationImageSequence[0].SourceImageSequence[0]
        found[int(source.ReferencedFrameNumber) - 1] |= frame.astype(bool)
marked = (masks != 255).all(axis=(1, 2))
truth, found = masks[marked] == 1, found[marked]
print(
    json.dumps(
        {
            "frames": int(marked.sum()),
            "dice": 2.0 * float((truth & found).sum()) / max(1, int(truth.sum()) + int(found.sum())),
        }
    )
)
