export const MIME_TYPE = 'application/pdf';
export const TITLE = 'OCT referral suggestion, research use only';
