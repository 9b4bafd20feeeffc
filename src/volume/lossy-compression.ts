import { DataSet } from '../dicom/data-set.js';
import type { NormalisationStep } from '../values/oct-volume.js';
import type { LossyCompression } from './pixels/lossy.js';

/**
 * The header with Lossy Image Compression as the codestream shows it, for results are made from the header: once lossy,
 * always lossy (PS3.3 C.7.6.1.1.5). A real Heidelberg export says '00' over a baseline JPEG. The other way round the
 * header is believed, since the pixels may have been compressed before. The step says which of the two knew it.
 */
export function withLossyCompression(
  header: DataSet,
  found: LossyCompression | undefined,
): { readonly header: DataSet; readonly steps: readonly NormalisationStep[] } {
  const declared = header.text('LossyImageCompression') === '01';
  if (found === undefined && !declared) return { header, steps: [] };
  const step = (by: string, of: DataSet): NormalisationStep => ({
    name: 'pixels received lossy compressed',
    parameters: {
      by,
      method: of.texts('LossyImageCompressionMethod').join(' ') || 'not said',
      ratio: of.numbers('LossyImageCompressionRatio').join(' ') || 'not said',
    },
  });
  if (declared) {
    const by = found === undefined ? 'the header' : 'header and codestream';
    return { header, steps: [step(by, header)] };
  }
  const corrected = new DataSet();
  for (const element of header.elements()) corrected.setElement(element);
  corrected
    .set('LossyImageCompression', '01')
    .set('LossyImageCompressionRatio', [Number(found!.ratio.toFixed(2))])
    .set('LossyImageCompressionMethod', [found!.method]);
  return { header: corrected, steps: [step('the codestream, against the header', corrected)] };
}
