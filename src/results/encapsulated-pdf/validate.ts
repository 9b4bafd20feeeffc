import { checkPageAttributes, checkSources } from '../page/page-object.js';
import { pageAsPdf } from '../page/render.js';
import type { Checked } from '../read-result.js';
import { MIME_TYPE } from './codes.js';

/** R4, R5 and R7 of an encapsulated PDF that was read back: its bytes are the page's. */
export function validateEncapsulatedPdf(checked: Checked): void {
  const { dataSet, input, defects } = checked;
  checkPageAttributes(checked);
  checkSources(checked, dataSet.items('SourceInstanceSequence'));
  const page = Buffer.from(pageAsPdf(input));
  const length = dataSet.number('EncapsulatedDocumentLength');
  // A byte of padding follows where the length is odd.
  const bytes = Buffer.from(dataSet.bytes('EncapsulatedDocument') ?? []);
  defects.require(
    dataSet.text('MIMETypeOfEncapsulatedDocument') === MIME_TYPE && length === page.length,
    'R4',
    'not a PDF of this length',
  );
  defects.require(page.equals(bytes.subarray(0, page.length)), 'R7', 'the PDF is not the page');
}
