"""Reads label map, height map, parametric map and key objects with pydicom and prints as JSON what each holds."""

import json
import sys

import numpy
import pydicom
from pydicom.encaps import defragment_data, generate_pixel_data_frame
from pydicom.pixel_data_handlers.rle_handler import _rle_decode_frame


def source_frames(groups):
    source = groups.DerivationImageSequence[0].SourceImageSequence[0]
    frames = source.get("ReferencedFrameNumber")
    return frames if frames is None else [int(v) for v in (frames if hasattr(frames, "__iter__") else [frames])]


def integer_frames(image):
    """By pydicom's own RLE decoder: its pixel_array refuses SOP classes that it does not know to have frames."""
    step = image.BitsAllocated // 8
    frames = []
    for fragment in generate_pixel_data_frame(image.PixelData, int(image.NumberOfFrames)):
        raw = _rle_decode_frame(fragment, image.Rows, image.Columns, 1, image.BitsAllocated)
        frames.append(numpy.frombuffer(bytes(raw), f"<u{step}").reshape(image.Rows, image.Columns))
    return frames


def label_map(image):
    return {
        "segments": [[s.SegmentNumber, s.SegmentedPropertyTypeCodeSequence[0].CodeValue] for s in image.SegmentSequence],
        "frames": [
            {"source": source_frames(groups), "pixels": frame.tolist()}
            for frame, groups in zip(integer_frames(image), image.PerFrameFunctionalGroupsSequence)
        ],
    }


def parametric_map(image):
    mapping = image.SharedFunctionalGroupsSequence[0].RealWorldValueMappingSequence[0]
    return {
        "unit": mapping.MeasurementUnitsCodeSequence[0].CodeValue,
        "frames": [
            {
                "source": source_frames(groups),
                "pixels": (frame * mapping.RealWorldValueSlope + mapping.RealWorldValueIntercept).tolist(),
            }
            for frame, groups in zip(integer_frames(image), image.PerFrameFunctionalGroupsSequence)
        ],
    }


def height_map(image):
    heights = numpy.frombuffer(image.FloatPixelData, "<f4").reshape(int(image.NumberOfFrames), image.Rows, image.Columns)
    return {
        "frameOfReference": image.FrameOfReferenceUID,
        "padding": image.FloatPixelPaddingValue,
        "source": source_frames(image.SharedFunctionalGroupsSequence[0]),
        "surfaces": [
            {
                "code": image.SegmentSequence[
                    groups.SegmentIdentificationSequence[0].ReferencedSegmentNumber - 1
                ].SegmentedPropertyTypeCodeSequence[0].CodeValue,
                "heights": frame.tolist(),
            }
            for frame, groups in zip(heights, image.PerFrameFunctionalGroupsSequence)
        ],
    }


def key_objects(document):
    frames = []
    for item in document.ContentSequence:
        if item.ValueType != "IMAGE":
            continue
        number = item.ReferencedSOPSequence[0].ReferencedFrameNumber
        frames += [int(v) for v in (number if hasattr(number, "__iter__") else [number])]
    return {"title": document.ConceptNameCodeSequence[0].CodeValue, "frames": frames}


READERS = {"66.7": label_map, "66.8": height_map, "1.30": parametric_map, "88.59": key_objects}
found = [pydicom.dcmread(path) for path in sys.argv[1:]]
print(json.dumps([next(read for end, read in READERS.items() if one.SOPClassUID.endswith(end))(one) for one in found]))
