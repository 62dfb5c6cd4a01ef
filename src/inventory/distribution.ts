import type { Distribution } from '../model/package.ts';
import { ROLLING_DISTRIBUTIONS } from '../model/rolling-distributions.ts';
import { defineCataloger } from './cataloger.ts';
import { decodeText } from './evidence.ts';
import { RELEASE_FILES, type ReleaseFacts } from './release-files.ts';
import { readRepositories, REPOSITORY_FILES, repositoriesOf } from './repositories.ts';

/** Where Fedora keeps what `usr/lib/os-release` links to. */
const RELEASE_DIRECTORY = 'usr/lib/os.release.d';

/** Reads the files that name the distribution. It catalogs no packages: `detectDistribution` uses its records. */
export const distributionCataloger = defineCataloger<string>({
  name: 'distribution',
  version: 2,
  interests: [
    {
      paths: RELEASE_FILES.map(([path]) => path),
      in: [{ directory: RELEASE_DIRECTORY }],
      maxBytes: 64 * 1024,
    },
    // a manifest of Red Hat's lists the packages too
    { ...REPOSITORY_FILES, maxBytes: 4 * 1024 * 1024 },
  ],
  read({ path, content }) {
    const text = decodeText(content);
    return { record: readRepositories(path, text) ?? text, coverage: [] };
  },
  catalog: () => ({ packages: [], coverage: [] }),
});

/**
 * Finds out which distribution a file system is.
 *
 * @param files texts of the release files by path, as `distributionCataloger` read them
 * @param resolve follows symbolic links: `etc/os-release` to `usr/lib/os-release`
 * @returns null when nothing says so
 */
export function detectDistribution(
  files: ReadonlyMap<string, string>,
  resolve: (path: string) => string,
): Distribution | null {
  for (const [path, read] of RELEASE_FILES) {
    const place = files.has(path) ? path : resolve(path);
    const facts = read(files.get(place) ?? '');
    if (facts !== null) return toDistribution(facts, place, files);
  }
  return null;
}

function toDistribution(facts: ReleaseFacts, path: string, files: ReadonlyMap<string, string>): Distribution {
  const repositories = repositoriesOf(files);
  const edge = facts.id === 'alpine' && usesEdge(facts, repositories);
  const release =
    ROLLING_DISTRIBUTIONS.has(facts.id) || !/\d/.test(facts.versionId ?? '') ? null : facts.versionId;
  const prettyName = facts.prettyName ?? [facts.id, facts.versionId].filter(Boolean).join(' ');
  return {
    id: facts.id,
    versionId: release,
    codename: facts.codename ?? codenameIn(facts, files),
    idLike: facts.idLike,
    prettyName: edge && !prettyName.includes('edge') ? `${prettyName} with edge repositories` : prettyName,
    rolling: edge || release === null,
    cpe: facts.cpe,
    repositories,
    path,
  };
}

/** One word in VERSION: `7 (wheezy)`. Debian before its release: `trixie/sid` in the name or debian_version. */
function codenameIn(facts: ReleaseFacts, files: ReadonlyMap<string, string>): string | null {
  const inVersion = /\(([A-Za-z]+)\)/.exec(facts.version ?? '')?.[1];
  if (inVersion !== undefined) return inVersion.toLowerCase();
  if (facts.id !== 'debian' || facts.versionId !== null) return null;
  const testing = `${facts.prettyName ?? ''}\n${files.get('etc/debian_version') ?? ''}`;
  return /\b([a-z]+)\/sid\b/.exec(testing)?.[1] ?? null;
}

/**
 * Alpine's development branch calls itself `3.21.0_alpha20240923`. A stable release whose repositories name edge gets
 * its upgrades from there.
 */
function usesEdge({ versionId }: ReleaseFacts, repositories: readonly string[]): boolean {
  return /_alpha\d+$/.test(versionId ?? '') || repositories.includes('edge');
}
