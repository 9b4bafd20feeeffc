import type { DataSet } from '../../dicom/data-set.js';
import { commonAttributes } from '../common-attributes.js';
import { setPageAttributes, sourceReferences } from '../page/page-object.js';
import { pageAsPdf } from '../page/render.js';
import type { ResultInput } from '../result-input.js';
import { MIME_TYPE, TITLE } from './codes.js';

/** The page as Encapsulated PDF (PS3.3 A.45.1): for a PACS that shows documents. Also of a scan that was not assessed. */
export function encapsulatedPdfDataSet(input: ResultInput): DataSet {
  const pdf = pageAsPdf(input);
  const dataSet = commonAttributes(input, 'page-pdf')
    // Type 2; the time of the scan stands in the page.
    .set('AcquisitionDateTime', [])
    .set('DocumentTitle', TITLE)
    .set('ConceptNameCodeSequence', [])
    .set('MIMETypeOfEncapsulatedDocument', MIME_TYPE)
    .set('SourceInstanceSequence', sourceReferences(input))
    .set('EncapsulatedDocumentLength', pdf.length)
    .set('EncapsulatedDocument', pdf);
  return setPageAttributes(dataSet);
}
