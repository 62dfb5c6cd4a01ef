import { asObject, type Feed } from '../../feed.ts';

/**
 * Roave's security advisories: a `composer.json` whose `conflict` map forbids the affected versions of packages. It is made
 * from GitHub's and FriendsOfPHP's records and names no flaw, so that it cannot tell two flaws apart nor say which one
 * a version has: nothing of it is kept. It is recognised so that a build says why.
 */
export const roaveConflicts: Feed = {
  format: 'roave-conflicts',

  recognises(document) {
    const value = document.kind === 'tree' ? asObject(document.value) : null;
    return value?.['name'] === 'roave/security-advisories' && asObject(value['conflict']) !== null;
  },

  *read(document) {
    const value = document.kind === 'tree' ? asObject(document.value) : null;
    for (let count = Object.keys(asObject(value?.['conflict']) ?? {}).length; count > 0; count -= 1) {
      yield { kind: 'skipped', reason: "Roave's map forbids versions without naming a flaw" };
    }
  },
};
