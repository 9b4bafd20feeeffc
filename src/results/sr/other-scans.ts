import type { DataSet } from '../../dicom/data-set.js';
import { CONCEPTS } from '../coding-scheme.js';
import type { ResultInput } from '../result-input.js';
import { text } from './content-item.js';
import { legibleText } from './legible-text.js';

/** That the eye was scanned more than once in the study, as far as its scans were read before this one. */
export function otherScanItems({ otherScans = [] }: ResultInput): readonly DataSet[] {
  if (otherScans.length === 0) return [];
  const better = otherScans.filter((scan) => scan.better);
  const summary =
    better.length > 0
      ? []
      : [
          `Of ${String(otherScans.length + 1)} scans of this eye in this study that were read so far, this one has the best quality.`,
        ];
  const each = otherScans.map(
    (scan) =>
      `Another scan of this eye in this study had ${scan.better ? 'better' : 'lower'} quality: ${scan.sopInstanceUid} (${scan.because}).`,
  );
  return [...summary, ...each].map((words) =>
    text('CONTAINS', CONCEPTS.otherScan, legibleText(words)),
  );
}
