/** Rules on what images are built on. naughty-from.sh of docker-library/official-images, and what it does not look for. */
import type { Architecture } from '../../../definitions/architectures.ts';
import type { ExternalPins } from '../../programme/programme.ts';
import type { NamedEntry } from '../../tags/entry-name.ts';
import { endOfLifeOf, releaseOf } from '../../tags/tag-axes.ts';
import { readTagName } from '../../tags/tag-name.ts';
import type { ReviewCheckId, ReviewFinding } from './checks.ts';

/** An image that an entry is built on, and on which architectures. */
export interface BaseUse {
  readonly from: string;
  readonly architectures: readonly Architecture[];
}

export interface BaseSurroundings {
  /** The entries that have a tag of the programme; empty for none. */
  readonly ownersOf: (from: string) => readonly NamedEntry[];
  readonly pins: ExternalPins;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

export function checkBase(
  repository: string,
  { name }: NamedEntry,
  { from, architectures }: BaseUse,
  { ownersOf, pins, nowMs }: BaseSurroundings,
): ReviewFinding[] {
  const finding = (
    check: ReviewCheckId,
    message: string,
    concerned: readonly Architecture[] = architectures,
  ): ReviewFinding => ({
    check,
    repository,
    entry: name,
    architectures: concerned,
    subject: from,
    message,
    place: null,
  });
  if (from === 'scratch') {
    return architectures.includes('windows-amd64')
      ? [finding('from.scratch-on-windows', 'built from scratch', ['windows-amd64'])]
      : [];
  }
  const findings: ReviewFinding[] = [];
  const owners = ownersOf(from);
  const end = releaseOfImage(from, owners);
  if (end !== null) {
    const life = endOfLifeOf(end, nowMs);
    if (life?.isOver === true) {
      const message = `built on ${from}, and ${end.id} ${end.versionId} has had no public security updates since ${life.lastDay}`;
      findings.push(finding('from.end-of-life', message));
    }
    if (isTooNewForRiscv(end) && architectures.includes('riscv64')) {
      const message = `built on ${from}, which needs processors with RVA23`;
      findings.push(finding('from.riscv64', message, ['riscv64']));
    }
  }
  if (isOutside(from)) {
    // which architectures a pinned image has, its registry alone knows: a build that cannot be made says so
    if (!pins.has(from)) findings.push(finding('from.outside', `built on ${from}, which is not pinned`));
    return findings;
  }
  if (owners.length === 0) {
    findings.push(finding('from.unknown-tag', `built on ${from}, which the programme does not have`));
    return findings;
  }
  const lacking = architectures.filter(
    (architecture) => !owners.some(({ entry }) => entry.architectures.includes(architecture)),
  );
  if (lacking.length > 0) {
    const message = `built on ${from}, which is not there for ${lacking.join(', ')}`;
    findings.push(finding('from.architecture', message, lacking));
  }
  return findings;
}

/** A name with a slash, other than Docker Hub's own for the programme's images, is from elsewhere. */
function isOutside(from: string): boolean {
  return from.includes('/');
}

const DISTRIBUTIONS: ReadonlySet<string> = new Set(['alpine', 'debian', 'ubuntu']);

/** Of a distribution's own image, else of an image whose tags name what it stands on. */
function releaseOfImage(from: string, owners: readonly NamedEntry[]) {
  const [, repository = '', tag = 'latest'] = /^([^:@]+)(?::([^@]+))?/.exec(from) ?? [];
  const ownNumber = /^(\d+(?:\.\d+)*)(?:-|$)/.exec(tag)?.[1];
  if (DISTRIBUTIONS.has(repository) && ownNumber !== undefined)
    return { id: repository, versionId: ownNumber };
  const named = releaseOf([readTagName(tag)]);
  if (named !== null) return named;
  const [owner] = owners;
  if (owner === undefined || !DISTRIBUTIONS.has(repository)) return null;
  const number = owner.tags.find(
    ({ parts }) => parts.length === 1 && parts[0]?.word === '' && parts[0].version.includes('.'),
  );
  return releaseOf(owner.tags) ?? (number === undefined ? null : { id: repository, versionId: number.tag });
}

/** naughty-from.sh: Ubuntu 25.10 and later ask for RVA23, of which no hardware is to be had. */
function isTooNewForRiscv({ id, versionId }: { readonly id: string; readonly versionId: string }): boolean {
  const [, year, month] = /^(\d+)\.(\d+)/.exec(versionId) ?? [];
  return id === 'ubuntu' && Number(year) * 100 + Number(month) >= 2510;
}
