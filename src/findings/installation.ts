/** What is known of an installation as a whole and decides which statements hold for its packages. */
import type { AdvisoryDatabase } from '../advisories/advisory.ts';
import type { Distribution } from '../model/package.ts';
import { minorStreams } from './channels.ts';

export interface Installation {
  /** Streams of updates for one minor release that it follows in the place of the ordinary one: `eus:9.2`. */
  readonly streams: ReadonlySet<string>;
  /** CPE names of the products that its repositories are of; null where nothing tells. */
  readonly platforms: readonly string[] | null;
  /** Repositories and content sets by name. */
  readonly repositories: ReadonlySet<string>;
}

export function describeInstallation(
  distribution: Distribution | null,
  database: Pick<AdvisoryDatabase, 'platforms'>,
): Installation {
  const repositories = distribution?.repositories ?? [];
  const platforms = repositories.flatMap((name) => database.platforms(name));
  return {
    streams: distribution === null ? new Set() : minorStreams(distribution),
    platforms: platforms.length === 0 ? null : platforms,
    repositories: new Set(repositories),
  };
}
