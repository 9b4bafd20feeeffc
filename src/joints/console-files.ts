import type { Archive } from '../archive/archive.js';
import type { ScanHeader, ScanImages, StoredFiles } from '../console/ports.js';
import { openScanImages } from './console-images.js';
import { readReport } from './console-report.js';
import type { DataSet } from '../dicom/data-set.js';
import { DicomError } from '../dicom/errors.js';
import { functionalGroups } from '../dicom/functional-groups.js';
import { readPart10Header } from '../dicom/part10.js';
import { RecentValues } from './recent-values.js';
import { errorFields, log } from '../operations/log.js';
import type { DeviceProfile } from '../values/device-profile.js';
import type { Laterality } from '../values/laterality.js';

/** Headers and reports are a few kB each once read. */
const FILES_KEPT = 500;
/** A decoded scan is as large as its voxels, twice with every tissue: as many as two readers look at. */
const SCANS_KEPT = 2;
/** Nobody looks at it any more: its memory is given back (ms). */
const SCAN_IDLE = 120_000;

/** Stored files as the console reads them; what was read is kept for a while, since a list asks again and again. */
export function storedFiles(
  archive: Pick<Archive, 'scanView' | 'acquisitions'>,
  profiles: () => readonly DeviceProfile[],
): StoredFiles {
  const headers = new RecentValues<ScanHeader | undefined>(FILES_KEPT);
  const reports = new RecentValues<Awaited<ReturnType<typeof readReport>> | undefined>(FILES_KEPT);
  const images = new RecentValues<ScanImages | undefined>(SCANS_KEPT, SCAN_IDLE);
  return {
    header: (path) =>
      headers.get(path, () =>
        orNothing(async () => headerOf((await readPart10Header(path)).dataSet)),
      ),
    report: (path) => reports.get(path, () => orNothing(() => readReport(path))),
    async images(id) {
      const scan = await archive.scanView.find(id);
      if (scan === undefined) return undefined;
      const { revision, results } = scan;
      const key = [id, revision, ...results.map(({ digest }) => digest)].join(' ');
      return images.get(key, async () => {
        const acquisition = await archive.acquisitions.find(id, revision);
        return acquisition && orNothing(() => openScanImages(acquisition, results, profiles()));
      });
    },
  };
}

/** What is damaged or gone is not shown; that must not take the list of all others with it. */
async function orNothing<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof DicomError) && !(error instanceof Error && 'syscall' in error))
      throw error;
    log('warn', 'a stored file cannot be shown', errorFields(error));
    return undefined;
  }
}

function headerOf(header: DataSet): ScanHeader {
  const anatomy = functionalGroups(header).macro('FrameAnatomySequence', 0);
  const laterality = [header.text('ImageLaterality'), anatomy?.text('FrameLaterality')].find(
    (text): text is Laterality => text === 'R' || text === 'L',
  );
  return {
    patient: {
      name: personName(header.text('PatientName') ?? ''),
      id: header.text('PatientID') ?? '',
      birthDate: header.text('PatientBirthDate') ?? '',
    },
    manufacturer: header.text('Manufacturer') ?? '',
    model: header.text('ManufacturerModelName') ?? '',
    laterality,
    acquiredAt: header.text('AcquisitionDateTime') ?? header.text('StudyDate'),
    seriesDescription: header.text('SeriesDescription'),
  };
}

/** The alphabetic group of a PN, family name first (PS3.5 6.2.1). */
function personName(text: string): string {
  const [alphabetic = ''] = text.split('=');
  const [family = '', ...given] = alphabetic.split('^');
  const rest = given.filter((part) => part !== '').join(' ');
  return rest === '' ? family : `${family}, ${rest}`;
}
