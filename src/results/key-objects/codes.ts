import { DCM } from '../standard-codes.js';

/** PS3.16 CID 7010: the title says no more than that the frames are worth a look. */
export const TITLE = DCM.ofInterest;
export const DESCRIPTION = DCM.keyObjectDescription;
/** PS3.16 TID 2010 Key Object Selection. */
export const TEMPLATE = '2010';
