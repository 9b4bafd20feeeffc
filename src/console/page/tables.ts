import type { Tables } from '../../config/tables-file.js';
import { ask } from './api.js';

/** Changes the tables of the file as they are at this moment; the node refuses where they changed in between. */
export async function changeTables(change: (tables: Tables) => Tables, why: string): Promise<void> {
  const { tables, digest } = await ask<{ tables: Tables; digest: string }>('/api/tables');
  await ask('/api/tables', 'PUT', { tables: change(tables), digest, why });
}
