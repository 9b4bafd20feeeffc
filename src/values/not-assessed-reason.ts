/**
 * Why an acquisition has no referral decision. `code` is stable and goes into the report (scheme 99OCTRIAGE), the
 * ledger and the log; `meaning` is its Code Meaning (at most 64 characters); `explanation` is for a human.
 */
export const NOT_ASSESSED_REASONS = {
  UNKNOWN_DEVICE: {
    code: 'N01',
    meaning: 'Unknown device',
    explanation: 'No device profile matches the manufacturer, model and matrix of this scan.',
  },
  PROFILE_NOT_VALIDATED: {
    code: 'N02',
    meaning: 'Device profile not validated',
    explanation:
      'The device is declared, but there is no evidence that its scans are read correctly.',
  },
  LATERALITY_MISSING: {
    code: 'N03',
    meaning: 'Laterality missing',
    explanation: 'The scan does not say whether it shows the right or the left eye.',
  },
  LATERALITY_CONTRADICTORY: {
    code: 'N04',
    meaning: 'Laterality contradictory',
    explanation: 'Image, frame and series laterality name different eyes.',
  },
  GEOMETRY_MISSING: {
    code: 'N05',
    meaning: 'Pixel or B-scan spacing missing',
    explanation: 'The scan carries no spacing from which volumes in mm could be made.',
  },
  GEOMETRY_IMPLAUSIBLE: {
    code: 'N06',
    meaning: 'Geometry implausible',
    explanation: 'Axial, lateral or B-scan spacing lies outside what the device profile allows.',
  },
  NOT_A_MACULAR_CUBE: {
    code: 'N07',
    meaning: 'Not a macular cube',
    explanation:
      'The frames are not parallel and equidistant over the macula (radial, circle, line or cross scan).',
  },
  PIXELS_NOT_READABLE: {
    code: 'N08',
    meaning: 'Pixel data not readable',
    explanation: 'The pixel data are in a form that this node cannot decode, or are damaged.',
  },
  QUALITY_INSUFFICIENT: {
    code: 'N09',
    meaning: 'Image quality insufficient',
    explanation: 'The scan is too poor to be read; repeat it.',
  },
  RETINA_NOT_FOUND: {
    code: 'N10',
    meaning: 'Retina not found',
    explanation: 'The segmentation found no continuous retina in the scan.',
  },
  NETWORKS_DISAGREE: {
    code: 'N11',
    meaning: 'Networks disagree',
    explanation: 'The networks give contradictory or undecided answers for this scan.',
  },
  NETWORK_OUTPUT_INVALID: {
    code: 'N12',
    meaning: 'Network output invalid',
    explanation: 'A network gave values that are not numbers.',
  },
  SCAN_OUTSIDE_PROFILE: {
    code: 'N13',
    meaning: 'Scan outside the device profile',
    explanation:
      'The device is known, but no profile describes a scan of this matrix and protocol.',
  },
  UNLIKE_TRAINING: {
    code: 'N14',
    meaning: 'Scan unlike the training scans',
    explanation:
      'The scan, or what the networks make of it, is unlike anything the networks were trained on.',
  },
  BSCANS_MISSING: {
    code: 'N15',
    meaning: 'B-scans missing',
    explanation:
      'There is a gap between the B-scans: one or more were not taken, not sent or cannot be read. Send the scan again, or repeat it.',
  },
  BSCANS_REPEATED: {
    code: 'N16',
    meaning: 'B-scans repeated',
    explanation:
      'Two B-scans of the scan lie at one place, and which of them is right cannot be told. Send the scan again.',
  },
} as const;

export type NotAssessedReasonName = keyof typeof NOT_ASSESSED_REASONS;

/** A reason with what was found in this scan, in words without patient data. */
export interface NotAssessedReason {
  readonly name: NotAssessedReasonName;
  readonly detail: string;
}
