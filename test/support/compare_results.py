"""Compares a Segmentation and a report with their source and the phantom's truth, by pydicom and numpy alone.

usage: compare_results.py SOURCE SEG SR TRUTH.npy TISSUE_INDEX TISSUE_MEANING   ->  one JSON object

TRUTH holds tissue indices, frames x rows x columns, frames from inferior to superior. The source's frames are put in that
order by their own Image Position (Patient): nothing of OCTriage's code is asked.
"""

import json
import sys

import numpy as np
import pydicom

IDENTITY = [
    "PatientName", "PatientID", "IssuerOfPatientID", "PatientBirthDate", "PatientSex", "StudyInstanceUID",
    "StudyDate", "StudyTime", "StudyID", "StudyDescription", "AccessionNumber", "ReferringPhysicianName",
]  # fmt: skip


def position(groups):
    return [float(v) for v in groups.PlanePositionSequence[0].ImagePositionPatient]


def masks(seg, frames, meaning):
    """The pixels of one segment by source frame, and whether each plane is that of the frame it refers to."""
    numbers = [
        s.SegmentNumber
        for s in seg.SegmentSequence
        if s.SegmentedPropertyTypeCodeSequence[0].CodeMeaning.lower() == meaning.lower()
    ]
    mask = np.zeros((frames, seg.Rows, seg.Columns), bool)
    if not numbers:
        return mask, []
    pixels = seg.pixel_array.reshape(-1, seg.Rows, seg.Columns)
    planes = []
    for frame, groups in zip(pixels, seg.PerFrameFunctionalGroupsSequence):
        if groups.SegmentIdentificationSequence[0].ReferencedSegmentNumber != numbers[0]:
            continue
        source = groups.DerivationImageSequence[0].SourceImageSequence[0]
        number = source.ReferencedFrameNumber
        assert isinstance(number, (int, pydicom.valuerep.IS)), "one source frame for each frame"
        mask[int(number) - 1] |= frame.astype(bool)
        planes.append((int(number) - 1, position(groups)))
    return mask, planes


def dice(a, b):
    return 2.0 * float((a & b).sum()) / max(1, int(a.sum()) + int(b.sum()))


def walk(item, path=()):
    name = item.ConceptNameCodeSequence[0].CodeValue if "ConceptNameCodeSequence" in item else ""
    yield path, name, item
    for child in item.get("ContentSequence", []):
        yield from walk(child, (*path, item))


def group_of(path):
    return path[-1]


def main():
    source, seg, sr = (pydicom.dcmread(path) for path in sys.argv[1:4])
    truth = np.load(sys.argv[4]) == int(sys.argv[5])
    meaning = sys.argv[6]
    frames = int(source.NumberOfFrames)
    per_frame = source.PerFrameFunctionalGroupsSequence
    positions = np.array([position(groups) for groups in per_frame])
    inferior_first = np.argsort(positions[:, 2], kind="stable")

    mask, planes = masks(seg, frames, meaning)
    ordered = mask[inferior_first]
    measures = source.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
    rows_mm, columns_mm = (float(v) for v in measures.PixelSpacing)
    pitch = float(np.median(np.linalg.norm(np.diff(positions[inferior_first], axis=0), axis=1)))

    items = list(walk(sr))
    volume = None
    for path, name, item in items:
        if name != "118565006":
            continue
        siblings = group_of(path).ContentSequence
        finding = [s for s in siblings if s.ConceptNameCodeSequence[0].CodeValue == "121071"]
        if finding and finding[0].ConceptCodeSequence[0].CodeMeaning.lower() == meaning.lower():
            value = item.MeasuredValueSequence[0]
            assert value.MeasurementUnitsCodeSequence[0].CodeValue == "mm3", "volumes in mm3"
            volume = float(value.NumericValue)
    codes = [
        item.ConceptCodeSequence[0].CodeValue for _, _, item in items if item.get("ValueType") == "CODE"
    ]
    references = [
        item.ReferencedSOPSequence[0].ReferencedSOPInstanceUID
        for _, _, item in items
        if item.get("ValueType") == "IMAGE"
    ]
    sides = {"24028007": "R", "7771000": "L"}
    print(
        json.dumps(
            {
                "dice": dice(ordered, truth),
                "diceIfFlipped": {
                    "left-right": dice(ordered, truth[:, :, ::-1]),
                    "up-down": dice(ordered, truth[:, ::-1]),
                    "frame order": dice(ordered, truth[::-1]),
                },
                "planesDiffer": sum(not np.allclose(plane, positions[frame]) for frame, plane in planes),
                "identityDiffers": [
                    f"{kind} {keyword}"
                    for kind, result in (("SEG", seg), ("SR", sr))
                    for keyword in IDENTITY
                    if str(source.get(keyword, "")) != str(result.get(keyword, ""))
                ],
                "laterality": "/".join(sorted({sides[code] for code in codes if code in sides})),
                "referral": next((code for code in codes if code in ("R1", "R2", "R3", "R4")), ""),
                "volumeMm3InReport": volume,
                "volumeMm3OfPixels": float(mask.sum()) * rows_mm * columns_mm * pitch,
                "volumeMm3OfTruth": float(truth.sum()) * rows_mm * columns_mm * pitch,
                "referencesSegmentation": str(seg.SOPInstanceUID) in references,
            }
        )
    )


main()
