/** Rules on tags: naughty.sh of docker-library/official-images, and what no tool there looks for. */
import type { Architecture } from '../../../definitions/architectures.ts';
import { describeEntry, tagOwners, type NamedEntry } from '../../tags/entry-name.ts';
import { compareSoftware } from '../../tags/tag-name.ts';
import type { DefinitionChange } from '../definition-change.ts';
import { listNames, type ReviewCheckId, type ReviewFinding } from './checks.ts';

/** What the change itself breaks. */
export function checkTagChanges({
  repository,
  lost,
  moved,
  architectures,
}: DefinitionChange): ReviewFinding[] {
  const finding = about(repository);
  return [
    ...lost.flatMap(({ tag, meant, carrier }) => {
      if (carrier === null) return [];
      const message = `${repository}:${tag} meant ${listNames(meant)}; now nothing has it, though ${carrier} is what its name asks for`;
      return [finding('tags.lost', carrier, `${repository}:${tag}`, message)];
    }),
    ...moved
      .filter(({ direction }) => direction === 'backwards')
      .map(({ tag, from, to }) => {
        const message = `${repository}:${tag} goes back from ${listNames(from)} to ${listNames(to)}`;
        return finding('tags.backwards', to[0] ?? null, `${repository}:${tag}`, message);
      }),
    ...lostArchitectures(architectures).map(([gone, entries]) => {
      const message = `no longer built for ${gone.join(', ')}: ${listNames(entries)}`;
      return {
        ...finding('architectures.lost', entries[0] ?? null, repository, message),
        architectures: gone,
      };
    }),
  ];
}

/** Entries that lose the same architectures are told together. */
function lostArchitectures(
  changes: DefinitionChange['architectures'],
): readonly (readonly [readonly Architecture[], readonly string[]])[] {
  const groups = new Map<string, { readonly lost: readonly Architecture[]; readonly entries: string[] }>();
  for (const { entry, lost } of changes) {
    const group = groups.get(lost.join(' ')) ?? { lost, entries: [] };
    if (lost.length > 0) groups.set(lost.join(' '), group);
    group.entries.push(entry);
  }
  return [...groups.values()].map(({ lost, entries }) => [lost, entries] as const);
}

/** What is wrong with the definition as it is, whatever it was. */
export function checkTags(repository: string, entries: readonly NamedEntry[]): ReviewFinding[] {
  const finding = about(repository);
  const findings: ReviewFinding[] = [];
  // shared tags mostly come in groups with the same entries: each group is told once
  const groups = new Map<string, { readonly tags: string[]; readonly owners: readonly NamedEntry[] }>();
  for (const [tag, owners] of tagOwners(entries)) {
    const [owner] = owners;
    if (tag !== 'latest' && tag.toLowerCase().includes('latest')) {
      const message = `${tag} has "latest" in its name`;
      findings.push(finding('tags.latest-in-name', owner?.name ?? null, `${repository}:${tag}`, message));
    }
    if (tag === 'latest' && owner?.preRelease === true) {
      const message = `latest means ${describeEntry(owner)}, which is a pre-release`;
      findings.push(finding('tags.latest-pre-release', owner.name, `${repository}:latest`, message));
    }
    if (owners.length < 2) continue;
    const key = owners.map(({ name }) => name).join(' ');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { tags: [tag], owners });
    else group.tags.push(tag);
  }
  for (const { tags, owners } of groups.values()) findings.push(...checkSharing(repository, tags, owners));
  return findings;
}

function checkSharing(
  repository: string,
  tags: readonly string[],
  owners: readonly NamedEntry[],
): ReviewFinding[] {
  const finding = about(repository);
  const findings: ReviewFinding[] = [];
  const shared = listNames(tags);
  const subject = `${repository}:${tags[0] ?? ''}`;
  const [first] = owners;
  const other = owners.find(
    ({ software }) =>
      first !== undefined &&
      compareSoftware(software, first.software) !== 0 &&
      software.tag !== first.software.tag,
  );
  if (first !== undefined && other !== undefined && isOtherVersion(first, other)) {
    const message = `${shared} would mean ${describeEntry(first)} on some architectures and ${describeEntry(other)} on others`;
    findings.push(finding('tags.mixed', first.name, subject, message));
  }
  for (const [architecture, twice] of repeated(owners, ({ entry }) => entry.architectures)) {
    if (architecture === 'windows-amd64') continue;
    const message = `${shared}: ${listNames(twice.map(({ name }) => name))} are all for ${architecture}`;
    findings.push({
      ...finding('tags.shared-architecture', twice[0]?.name ?? null, subject, message),
      architectures: [architecture],
    });
  }
  for (const [version, twice] of repeated(owners, windowsVersion)) {
    const message = `${shared}: ${listNames(twice.map(({ name }) => name))} are all for Windows ${version}`;
    findings.push({
      ...finding('tags.shared-windows', twice[0]?.name ?? null, subject, message),
      architectures: ['windows-amd64'],
    });
  }
  return findings;
}

/** Versions that cannot be compared are not told apart: `linux` and `nanoserver` of hello-world. */
function isOtherVersion(a: NamedEntry, b: NamedEntry): boolean {
  const order = compareSoftware(a.software, b.software);
  return order !== null && order !== 0;
}

/** By the constraints, which are checked against what the image is built on: `ltsc2025`. An entry with two names one version. */
function windowsVersion({ entry }: NamedEntry): readonly string[] {
  if (!entry.architectures.includes('windows-amd64')) return [];
  const versions = entry.constraints.flatMap((constraint) => /-([\w.]+)$/.exec(constraint)?.[1] ?? []);
  return [...new Set(versions)];
}

function repeated<Key extends string>(
  entries: readonly NamedEntry[],
  keysOf: (entry: NamedEntry) => readonly Key[],
): ReadonlyMap<Key, readonly NamedEntry[]> {
  const found = new Map<Key, NamedEntry[]>();
  for (const entry of entries) {
    for (const key of keysOf(entry)) found.set(key, [...(found.get(key) ?? []), entry]);
  }
  return new Map([...found].filter(([, others]) => others.length > 1));
}

function about(repository: string) {
  return (check: ReviewCheckId, entry: string | null, subject: string, message: string): ReviewFinding => ({
    check,
    repository,
    entry,
    architectures: [],
    subject,
    message,
    place: null,
  });
}
