/** Errata that list the builds of rpm packages which fix flaws: updateinfo, AlmaLinux's errata, Bodhi's updates. */
import { affectedPackages } from './package-statements.ts';
import { recordDate } from '../../dates.ts';
import { isIdentifier, isPlainText, type FeedItem } from '../../feed.ts';
import { severityWord } from '../../severity-statements.ts';
import { sourceNamed } from '../../sources.ts';

/** A build of a package with the fix. */
export interface RpmBuild {
  readonly name: string;
  /** Null where the record leaves it out. */
  readonly epoch: string | null;
  readonly version: string;
  readonly release: string;
  /** `src` for a source package; null where the build is for any. */
  readonly architecture: string | null;
  /** `name:stream`; null outside of modules. */
  readonly module: string | null;
}

export interface RpmErratum {
  readonly id: string;
  readonly source: string;
  readonly ecosystem: string;
  readonly channel: string | null;
  /** It is meant to fix flaws, whether or not it names any. */
  readonly isSecurity: boolean;
  /** Tells apart what several repositories say under one identifier. */
  readonly part: string;
  readonly flaws: readonly string[];
  /** In the publisher's words. */
  readonly severity: string | null;
  readonly issued: string | null;
  readonly updated: string | null;
  readonly builds: readonly RpmBuild[];
}

/** Amazon's largest erratum has some 2,000 builds. */
const MOST_BUILDS = 50_000;

/**
 * The erratum as an advisory, or why it is none.
 *
 * @param path of the document, for people
 */
export function erratumItem(erratum: RpmErratum, path: string, now: Date): FeedItem {
  const { id, source, ecosystem, channel, part } = erratum;
  const record = `${path}: ${id.slice(0, 200)}`;
  const flaws = [...new Set(erratum.flaws)];
  if (!isIdentifier(id) || !flaws.every(isIdentifier))
    return { kind: 'rejected', record, reason: 'an identifier is missing or none' };
  if (flaws.length === 0 && !erratum.isSecurity)
    return { kind: 'skipped', reason: 'an erratum that fixes no security flaw' };
  // symbols and sources for debuggers hold no code that runs
  const builds = erratum.builds.filter(({ name }) => !/-debug(?:info|source)(?:-common)?(?:-|$)/.test(name));
  if (builds.length > MOST_BUILDS)
    return { kind: 'rejected', record, reason: `more than ${MOST_BUILDS} builds` };
  if (!builds.every(({ name, version, release }) => [name, version, release].every(isPlainText)))
    return { kind: 'rejected', record, reason: 'a build without a plain name, version or release' };
  if (builds.length === 0) return { kind: 'skipped', reason: 'an erratum that names no builds' };
  const severity = severityWord(erratum.severity ?? '');
  return {
    kind: 'advisory',
    part,
    advisory: {
      id,
      source,
      aliases: [],
      covers: flaws,
      published: recordDate(erratum.issued, now),
      modified: recordDate(erratum.updated, now),
      withdrawn: null,
      severities: severity === null ? [] : [severity],
      url: sourceNamed(source)?.page?.(id) ?? null,
      affected: affectedPackages(
        builds.map((build) => ({
          ecosystem,
          channel,
          platform: null,
          name: build.name,
          naming: build.architecture === 'src' ? 'source' : 'binary',
          version: versionOf(build),
          module: build.module,
          architecture: isForAll(build.architecture) ? null : build.architecture,
          status: 'fixed',
          statusWord: null,
          severities: [],
        })),
      ),
    },
  };
}

function isForAll(architecture: string | null): boolean {
  return architecture === null || architecture === 'noarch' || architecture === 'src';
}

/** rpm's `[epoch:]version-release`; no epoch is epoch 0. */
function versionOf({ epoch, version, release }: RpmBuild): string {
  return /^[1-9]\d*$/.test(epoch ?? '') ? `${epoch}:${version}-${release}` : `${version}-${release}`;
}

/** `wireshark-devel-3.6.14-1.oe2203sp1`: name, version and release. Null for what has not all of them. */
export function splitBuildName(text: string): Pick<RpmBuild, 'name' | 'version' | 'release'> | null {
  const release = text.lastIndexOf('-');
  const version = text.lastIndexOf('-', release - 1);
  if (version <= 0 || release === text.length - 1 || release === version + 1) return null;
  return {
    name: text.slice(0, version),
    version: text.slice(version + 1, release),
    release: text.slice(release + 1),
  };
}

/** CVE identifiers in a text, in order. */
export function cvesIn(text: string): readonly string[] {
  return text.match(/\bCVE-\d{4}-\d{4,}\b/g) ?? [];
}

/** The number of the release that builds are made for, from the mark in their own release: `el8`, `fc39`. */
export function releaseMark(builds: readonly RpmBuild[], mark: RegExp): string | null {
  for (const { release } of builds) {
    const number = mark.exec(release)?.[1];
    if (number !== undefined) return number;
  }
  return null;
}
