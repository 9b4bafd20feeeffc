"""Reads a binary Segmentation with pydicom and prints as JSON what it shows, frame by frame, by nobody else's code."""

import json
import sys

import numpy
import pydicom

seg = pydicom.dcmread(sys.argv[1])
pixels = seg.pixel_array.reshape(int(seg.NumberOfFrames), seg.Rows, seg.Columns)
frames = []
for frame, groups in zip(pixels, seg.PerFrameFunctionalGroupsSequence):
    source = groups.DerivationImageSequence[0].SourceImageSequence[0]
    position = groups.get("PlanePositionSequence")
    frames.append(
        {
            "segment": groups.SegmentIdentificationSequence[0].ReferencedSegmentNumber,
            "sourceFrame": int(source.ReferencedFrameNumber),
            "sourceInstance": source.ReferencedSOPInstanceUID,
            "position": [float(v) for v in position[0].ImagePositionPatient] if position else None,
            "voxels": numpy.argwhere(frame).tolist(),
        }
    )
print(
    json.dumps(
        {
            "patient": [str(seg.PatientName), seg.PatientID],
            "laterality": [
                s.AnatomicRegionSequence[0].AnatomicRegionModifierSequence[0].CodeMeaning for s in seg.SegmentSequence
            ],
            "segments": [s.SegmentedPropertyTypeCodeSequence[0].CodeValue for s in seg.SegmentSequence],
            "tracking": [s.TrackingUID for s in seg.SegmentSequence],
            "frameOfReference": seg.get("FrameOfReferenceUID"),
            "spacing": [float(v) for v in seg.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].PixelSpacing],
            "frames": frames,
        }
    )
)
