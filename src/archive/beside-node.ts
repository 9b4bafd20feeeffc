import { DataFolder } from './data-folder.js';
import { Ledger } from './ledger/ledger.js';

/**
 * The ledger of a data folder on which a node may run, for as long as a command of the operator needs it.
 * @throws ArchiveError OCT_LEDGER_OTHER_VERSION
 */
export async function besideNode<T>(
  dataDir: string,
  act: (parts: { readonly ledger: Ledger; readonly folder: DataFolder }) => Promise<T>,
): Promise<T> {
  const folder = new DataFolder(dataDir);
  const ledger = Ledger.join(folder.ledger);
  try {
    return await act({ ledger, folder });
  } finally {
    await ledger.close();
  }
}
