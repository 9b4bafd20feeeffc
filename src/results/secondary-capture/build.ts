import type { DataSet } from '../../dicom/data-set.js';
import { commonAttributes } from '../common-attributes.js';
import { referencedSeries } from '../derived-image.js';
import { setPageAttributes, sourceReferences } from '../page/page-object.js';
import { pageAsRgb } from '../page/render.js';
import type { ResultInput } from '../result-input.js';
import { IMAGE_TYPE, SAMPLES } from './codes.js';

/**
 * The page as Secondary Capture (PS3.3 A.8.1), 24-bit RGB: for a PACS that shows nothing but images. The single-frame
 * class, since old archives know no other. Also of a scan that was not assessed.
 */
export function secondaryCaptureDataSet(input: ResultInput): DataSet {
  const { columns, rows, rgb } = pageAsRgb(input);
  const dataSet = commonAttributes(input, 'page-picture')
    .set('ImageType', IMAGE_TYPE)
    // Type 2C of a paired organ; unknown where no volume could be made.
    .set('Laterality', input.volume?.laterality ?? [])
    .set('PatientOrientation', [])
    .set('SourceImageSequence', sourceReferences(input))
    .set('ReferencedSeriesSequence', referencedSeries(input))
    .set('LossyImageCompression', input.source.text('LossyImageCompression') === '01' ? '01' : '00')
    .set('SamplesPerPixel', SAMPLES)
    .set('PhotometricInterpretation', 'RGB')
    .set('PlanarConfiguration', 0)
    .set('Rows', rows)
    .set('Columns', columns)
    .set('BitsAllocated', 8)
    .set('BitsStored', 8)
    .set('HighBit', 7)
    .set('PixelRepresentation', 0)
    .set('PixelData', rgb, 'OB');
  return setPageAttributes(dataSet);
}
