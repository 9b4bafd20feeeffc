import { checkPageAttributes, checkSources } from '../page/page-object.js';
import { pageAsRgb } from '../page/render.js';
import type { Checked } from '../read-result.js';
import { SAMPLES } from './codes.js';

/** R1, R4, R5 and R7 of a secondary capture that was read back: its pixels are the page's. */
export function validateSecondaryCapture(checked: Checked): void {
  const { dataSet, pixels, input, defects } = checked;
  checkPageAttributes(checked);
  defects.require(
    (dataSet.text('Laterality') ?? '') === (input.volume?.laterality ?? ''),
    'R1',
    'the page is of the other eye',
  );
  checkSources(checked, dataSet.items('SourceImageSequence'));
  const { columns, rows, rgb } = pageAsRgb(input);
  defects.require(
    dataSet.number('Rows') === rows &&
      dataSet.number('Columns') === columns &&
      dataSet.number('SamplesPerPixel') === SAMPLES &&
      dataSet.number('PlanarConfiguration') === 0 &&
      dataSet.number('BitsAllocated') === 8 &&
      dataSet.text('PhotometricInterpretation') === 'RGB',
    'R4',
    'the samples are not of the form of this object',
  );
  defects.require(
    Buffer.from(pixels).subarray(0, rgb.length).equals(Buffer.from(rgb)),
    'R7',
    'the picture is not the page',
  );
}
