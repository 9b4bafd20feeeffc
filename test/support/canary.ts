import Database from 'better-sqlite3';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Attributes } from '../../src/dicom/data-set.js';

/** A patient whose every value is unmistakable (R36). */
export const CANARY: Attributes = {
  PatientName: 'Zzcanary^Kanarienvogel',
  PatientID: 'CANARY-4711-ID',
  PatientBirthDate: '19010203',
  PatientSex: 'O',
  AccessionNumber: 'CANARY-ACC',
  StudyID: 'CANARY-STUDY',
  StudyDescription: 'Zzcanary in the study',
  ReferringPhysicianName: 'Zzcanary^Doctor',
};

/** Any of it, in any case, the birth date also as people write it. */
export const CANARY_PATTERN = /zzcanary|kanarienvogel|canary-|19010203|1901-02-03|03\.02\.1901/i;

/** Which files below a folder hold it in their bytes, but for those under the folders of `skip`. */
export function filesWithCanary(folder: string, skip: readonly string[] = []): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (skip.includes(path)) return [];
    if (statSync(path).isDirectory()) return filesWithCanary(path, skip);
    return CANARY_PATTERN.test(readFileSync(path, 'latin1')) ? [path] : [];
  });
}

/** Which columns of the ledger hold it: `table.column`. */
export function columnsWithCanary(ledger: string): string[] {
  const database = new Database(ledger, { readonly: true });
  try {
    const tables = database
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
      .pluck()
      .all() as string[];
    const found = tables.flatMap((table) =>
      (database.prepare(`SELECT * FROM "${table}"`).all() as Record<string, unknown>[]).flatMap(
        (row) =>
          Object.entries(row).flatMap(([column, value]) =>
            CANARY_PATTERN.test(String(value)) ? [`${table}.${column}`] : [],
          ),
      ),
    );
    return [...new Set(found)];
  } finally {
    database.close();
  }
}
