// One decode of the file named on the command line by the built node (dist/), start of the process included.
import { readPart10Header } from '../dist/dicom/part10.js';
import { readPixels } from '../dist/volume/pixels/read-pixels.js';

const path = process.argv[2];
const read = await readPixels(path, await readPart10Header(path));
if ('reason' in read) throw new Error(read.reason.detail);
