import { adviceForSkipped } from './tools.js';

/** Mocha's root hooks: after the last test, how to enable what was skipped. */
export const mochaHooks = {
  afterAll(): void {
    const advice = adviceForSkipped();
    if (advice !== undefined) console.log(`\n${advice}`);
  },
};
