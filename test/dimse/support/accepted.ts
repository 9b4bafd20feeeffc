import { SOP_CLASSES_ACCEPTED, TRANSFER_SYNTAXES_ACCEPTED } from '../../../src/dicom/uids.js';

export const VERIFICATION_AND_STORAGE = {
  sopClasses: SOP_CLASSES_ACCEPTED,
  transferSyntaxes: TRANSFER_SYNTAXES_ACCEPTED,
};
