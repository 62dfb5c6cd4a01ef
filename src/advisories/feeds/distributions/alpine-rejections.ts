import { NOTHING_STATED } from '../../advisory.ts';
import {
  asObject,
  isIdentifier,
  isPlainText,
  type Feed,
  type FeedDocument,
  type FeedItem,
} from '../../feed.ts';
import { advisoryItem } from '../advisory-item.ts';

const SOURCE = 'alpine-rejections';

/** The kernel has a few thousand. */
const MAX_FLAWS = 20_000;

/**
 * Flaws that Alpine's maintainers say do not concern a package, in any branch: `main.yaml` and `community.yaml` of
 * gitlab.alpinelinux.org/alpine/security/security-rejections, `{package: [CVE-2021-1234]}` with reasons in comments.
 * Alpine's tracker counts each as fixed in version 0 of every branch (alpine/infra/secfixes-tracker, `import-rejections`).
 */
export const alpineRejections: Feed = {
  format: 'alpine-rejections',

  recognises(document) {
    const [first] = Object.values(packagesOf(document) ?? {});
    const [id]: readonly unknown[] = Array.isArray(first) ? first : [];
    return typeof id === 'string' && id.startsWith('CVE-');
  },

  *read(document) {
    for (const [name, ids] of Object.entries(packagesOf(document) ?? {})) {
      if (!isPlainText(name) || !Array.isArray(ids) || ids.length > MAX_FLAWS) {
        const reason = 'not a package with a list of flaws';
        yield { kind: 'rejected', record: `${document.path}: ${name.slice(0, 100)}`, reason };
        continue;
      }
      for (const id of new Set(ids as readonly unknown[])) yield readRejection(name, id, document.path);
    }
  },
};

function packagesOf(document: FeedDocument): Readonly<Record<string, unknown>> | null {
  const isList = document.kind === 'tree' && /(?:^|\/)(?:main|community|testing)\.ya?ml$/.test(document.path);
  return isList ? asObject(document.value) : null;
}

function readRejection(name: string, id: unknown, path: string): FeedItem {
  if (!isIdentifier(id)) return { kind: 'rejected', record: `${path}: ${name}`, reason: 'names no flaw' };
  return advisoryItem(
    {
      id,
      source: SOURCE,
      affected: [
        {
          ...NOTHING_STATED,
          ecosystem: 'Alpine',
          name,
          naming: 'source',
          scheme: 'apk',
          status: 'not_affected',
        },
      ],
    },
    name,
  );
}
