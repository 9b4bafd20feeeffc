"""Reads a TID 1500 report with pydicom and prints as JSON its groups: every coded, numeric and text item."""

import json
import sys

import pydicom

report = pydicom.dcmread(sys.argv[1])


def name(item):
    return item.ConceptNameCodeSequence[0].CodeValue if "ConceptNameCodeSequence" in item else None


def value(item):
    if item.ValueType == "CODE":
        return item.ConceptCodeSequence[0].CodeValue
    if item.ValueType == "NUM":
        measured = item.MeasuredValueSequence[0]
        return [float(measured.NumericValue), measured.MeasurementUnitsCodeSequence[0].CodeValue]
    if item.ValueType == "TEXT":
        return item.TextValue
    if item.ValueType == "UIDREF":
        return item.UID
    if item.ValueType == "IMAGE":
        reference = item.ReferencedSOPSequence[0]
        frames = reference.get("ReferencedFrameNumber", [])
        frames = [int(frame) for frame in (frames if hasattr(frames, "__iter__") else [frames])]
        return [reference.ReferencedSOPInstanceUID, reference.get("ReferencedSegmentNumber"), frames]
    return None


def tree(item):
    children = [tree(child) for child in item.get("ContentSequence", [])]
    return {"name": name(item), "value": value(item), "children": children}


measurements = next(i for i in report.ContentSequence if name(i) == "126010")
print(
    json.dumps(
        {
            "patient": [str(report.PatientName), report.PatientID],
            "date": [report.ContentDate, report.ContentTime],
            "groups": [tree(group)["children"] for group in measurements.ContentSequence],
        }
    )
)
