import type { Coverage } from '../../../model/coverage.ts';
import type { Purl } from '../../../model/purl.ts';
import {
  type Catalog,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { decodeText, NOTHING } from '../../evidence.ts';
import { isOwnSource } from '../../own-source.ts';
import { gemPurl } from './gem-purl.ts';
import { type GemLock, type LockedGem, parseGemLock } from './gemfile-lock.ts';

/**
 * Gems that only a lock file of Bundler names. It does not say which of them are for development; where any of them is
 * installed the lock file does not count. Lock files inside of installed gems are their developers'.
 */
export const gemLockCataloger = defineCataloger<GemLock>({
  name: 'gem-lock',
  version: 1,
  interests: [
    {
      names: ['Gemfile.lock', 'gems.locked'],
      accepts: isOwnSource,
      maxBytes: 16 * 1024 * 1024,
    },
  ],
  unit: (path) => path,
  read: readLock,
  catalog: catalogLocks,
});

function readLock({ content }: EvidenceFile): ReadFile<GemLock> {
  const lock = parseGemLock(decodeText(content));
  return lock === null ? NOTHING : { record: lock, coverage: [] };
}

function catalogLocks(files: ReadonlyMap<string, GemLock>): Catalog {
  const catalogs = [...files].map(([path, lock]) => catalogLock(path, lock));
  return {
    packages: catalogs.flatMap(({ packages }) => packages),
    coverage: catalogs.flatMap(({ coverage }) => coverage),
  };
}

function catalogLock(path: string, { gems, cut }: GemLock): Catalog {
  const purls = new Map(gems.map((gem) => [gem.name, purlOf(gem)]));
  const packages = gems.map((gem) =>
    toCatalogedPackage({
      type: 'gem',
      presence: 'declared',
      purl: purlOf(gem),
      name: gem.name,
      version: gem.version,
      checksums: gem.sha256 === null ? [] : [{ algorithm: 'sha256', hex: gem.sha256 }],
      dependencies: gem.dependencies,
      requires: gem.dependencies.flatMap((name) => purls.get(name) ?? []),
      evidence: [path],
    }),
  );
  const message = `The lock file names more than ${gems.length} gems; the rest was left out.`;
  const coverage: readonly Coverage[] = cut ? [{ code: 'LIMIT_REACHED', message, subject: path }] : [];
  return { packages, coverage };
}

/** purl-spec, "Known qualifiers key/value pairs". */
function purlOf({ name, version, platform, repository }: LockedGem): Purl {
  return gemPurl(name, version, { platform, vcs_url: repository });
}
