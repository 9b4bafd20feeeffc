import type { Settings } from './config/settings-manifest.js';
import { tablesFileOf } from './config/tables-file.js';
import type { DeviceProfileRow } from './console/node-model.js';
import { PROFILES } from './devices/profiles.js';
import { siteProfiles } from './devices/site-profiles.js';
import type { DeviceProfile } from './values/device-profile.js';

/** The device profiles of this node: those of the program and those of the site. @throws ConfigError */
export function deviceProfiles(settings: Settings): readonly DeviceProfile[] {
  const tables = { file: tablesFileOf(settings), entries: settings.profilesOfTables };
  return siteProfiles(settings.deviceProfiles, tables);
}

/** Profiles with where they come from; `inTables` has those of the tables file as they are written there. */
export function deviceProfileRows(
  profiles: readonly DeviceProfile[],
  inTables: Settings['profilesOfTables'],
): readonly DeviceProfileRow[] {
  return profiles.map((profile) => {
    const entry = inTables.find(({ id }) => id === profile.id);
    return {
      profile,
      origin: profile.siteFile === undefined ? 'program' : entry ? 'file' : 'environment',
      replaces: profile.siteFile !== undefined && PROFILES.some(({ id }) => id === profile.id),
      ...(entry && { entry }),
    };
  });
}
