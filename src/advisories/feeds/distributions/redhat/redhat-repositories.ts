import { asObject, isPlainText, type Feed } from '../../../feed.ts';

/** A repository has a handful of products; the largest real one has some dozens. */
const MAX_PLATFORMS = 1_000;

/**
 * Red Hat's https://security.access.redhat.com/data/metrics/repository-to-cpe.json: the CPE names that advisories use
 * for the repositories (content sets) which an image says its packages are from.
 */
export const redHatRepositories: Feed = {
  format: 'redhat-repositories',

  recognises(document) {
    const entries = asObject(document.kind === 'tree' ? asObject(document.value)?.['data'] : null);
    return entries !== null && Array.isArray(asObject(Object.values(entries)[0])?.['cpes']);
  },

  *read(document) {
    const entries = asObject(document.kind === 'tree' ? asObject(document.value)?.['data'] : null) ?? {};
    for (const [name, entry] of Object.entries(entries)) {
      const cpes: unknown = asObject(entry)?.['cpes'];
      const platforms =
        Array.isArray(cpes) && cpes.length <= MAX_PLATFORMS ? (cpes as readonly unknown[]) : null;
      if (isPlainText(name) && platforms?.every(isCpe)) {
        yield { kind: 'repository', source: 'redhat', name, platforms: [...new Set(platforms)].sort() };
      } else {
        const record = `${document.path}: ${JSON.stringify(name.slice(0, 200))}`;
        yield { kind: 'rejected', record, reason: 'not a repository with a list of CPE names' };
      }
    }
  },
};

function isCpe(value: unknown): value is string {
  return isPlainText(value) && value.startsWith('cpe:/');
}
