/** What somebody may do over HTTP. Each route asks for one of these, never for a role. */
export const PERMISSIONS = {
  'see-scans': 'scans, decisions and states without the name of a patient',
  'see-patients': 'names of patients, and the DICOM objects themselves',
  operate: 'echo, replay, cancel, priority, housekeeping at once',
  configure: 'settings, callers, destinations and rules',
  store: 'store instances (STOW-RS) and change workitems (UPS-RS)',
  'read-metrics': 'metrics and the reasons of /readyz',
} as const;

export type Permission = keyof typeof PERMISSIONS;

/** Who somebody is, and what they may therefore do. */
export const ROLES = {
  viewer: ['see-scans'],
  operator: ['see-scans', 'see-patients', 'operate', 'read-metrics'],
  administrator: ['see-scans', 'see-patients', 'operate', 'configure', 'store', 'read-metrics'],
  machine: ['see-scans', 'see-patients', 'store', 'read-metrics'],
} as const satisfies Record<string, readonly Permission[]>;

export type Role = keyof typeof ROLES;

export const ROLE_NAMES = Object.keys(ROLES) as readonly Role[];

export function isRole(text: unknown): text is Role {
  return typeof text === 'string' && Object.hasOwn(ROLES, text);
}

export function permits(role: Role, permission: Permission): boolean {
  return (ROLES[role] as readonly Permission[]).includes(permission);
}
