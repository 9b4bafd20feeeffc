import type { Settings } from './config/settings-manifest.js';
import { siteProfiles } from './devices/site-profiles.js';
import type { DeviceProfile } from './values/device-profile.js';

/** The device profiles of this node: those of the program and those of the site. @throws ConfigError */
export function deviceProfiles(settings: Settings): readonly DeviceProfile[] {
  return siteProfiles(settings.deviceProfiles);
}
