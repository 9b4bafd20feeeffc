import { DataSet } from '../dicom/data-set.js';
import { functionalGroups } from '../dicom/functional-groups.js';
import { isUid } from '../dicom/uid.js';
import type { ResultInput } from './result-input.js';

type Volume = NonNullable<ResultInput['volume']>;

/** Where the source's frames lie, as the source says it. */
export interface SourceGeometry {
  readonly pixelMeasures: DataSet;
  /** Absent where the source has no Frame of Reference or lacks planes (Cirrus): then nothing is made up. */
  readonly planes?: {
    readonly frameOfReferenceUid: string;
    readonly orientation: readonly string[];
    /** Image Position (Patient) of a frame of the volume (from 0). */
    readonly position: (frame: number) => readonly string[];
  };
}

/** Geometry for a segmentation of this source. `volume.spacing` fills in what the source's Pixel Measures lack. */
export function sourceGeometry(source: DataSet, volume: Volume): SourceGeometry {
  const groups = functionalGroups(source);
  const numbers = volume.frameNumbers;
  const at = (frame: number): number => numbers[frame]! - 1;
  const pixelMeasures = measures(groups.macro('PixelMeasuresSequence', at(0)), volume);
  const frameOfReferenceUid = source.text('FrameOfReferenceUID');
  const orientation = triples(
    groups.macro('PlaneOrientationSequence', at(0)),
    'ImageOrientationPatient',
    6,
  );
  const positions = numbers.map((_, frame) =>
    triples(groups.macro('PlanePositionSequence', at(frame)), 'ImagePositionPatient', 3),
  );
  if (
    frameOfReferenceUid === undefined ||
    !isUid(frameOfReferenceUid) ||
    orientation === undefined ||
    positions.includes(undefined)
  ) {
    return { pixelMeasures };
  }
  return {
    pixelMeasures,
    planes: {
      frameOfReferenceUid,
      orientation,
      position: (frame) => positions[frame] ?? [],
    },
  };
}

function triples(
  item: DataSet | undefined,
  keyword: 'ImageOrientationPatient' | 'ImagePositionPatient',
  count: number,
): readonly string[] | undefined {
  const complete = item?.numbers(keyword).filter(Number.isFinite).length === count;
  const texts = item?.texts(keyword);
  if (!complete || texts?.length !== count) return undefined;
  return decimals(texts);
}

/** The source's digits where they are a legal DS, else the number anew: scanners write more than 16 characters. */
function decimals(texts: readonly string[]): readonly string[] {
  return texts.map((text) =>
    text.length <= 16 ? text : DataSet.of({ PixelSpacing: Number(text) }).texts('PixelSpacing')[0]!,
  );
}

function measures(item: DataSet | undefined, { spacing }: Volume): DataSet {
  const dataSet = new DataSet();
  const pixelSpacing = item?.numbers('PixelSpacing') ?? [];
  const valid = pixelSpacing.length === 2 && pixelSpacing.every((value) => value > 0);
  dataSet.set(
    'PixelSpacing',
    valid ? decimals(item!.texts('PixelSpacing')) : [spacing.axial, spacing.lateral],
  );
  const thickness = item?.number('SliceThickness');
  dataSet.set(
    'SliceThickness',
    thickness !== undefined && thickness > 0 ? thickness : spacing.frame,
  );
  return dataSet;
}
