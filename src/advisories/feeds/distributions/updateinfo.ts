import { childOf, childText, childrenOf, xmlElements, type XmlElement } from '../../../formats/xml.ts';
import type { Feed, FeedItem } from '../../feed.ts';
import { cvesIn, erratumItem, releaseMark, type RpmBuild, type RpmErratum } from './rpm-erratum.ts';

/**
 * The errata of a repository of rpm packages, `repodata/…updateinfo.xml`, of Amazon Linux, Rocky, AlmaLinux, Oracle,
 * Fedora and EPEL: each lists the builds that fix flaws. The repository's index, `repomd.xml`, is passed over.
 */
export const updateinfo: Feed = {
  format: 'updateinfo',

  recognises: (document) => document.kind === 'xml' && rootOf(document.text) !== null,

  *read(document, now) {
    if (document.kind !== 'xml') return;
    if (rootOf(document.text) === 'repomd') {
      yield { kind: 'skipped', reason: 'an index of a package repository' };
      return;
    }
    for (const update of xmlElements(document.text, 1)) {
      if (update !== null) yield readUpdate(update, document.path, now);
      else yield { kind: 'rejected', record: document.path, reason: 'not well-formed XML, or cut off' };
    }
  },
};

function rootOf(text: string): string | null {
  const start = text.slice(0, 2000).replaceAll(/<[?!][^>]*>/g, '');
  return /^\s*<(updates|repomd)[\s>]/.exec(start)?.[1] ?? null;
}

function readUpdate(update: XmlElement, path: string, now: Date): FeedItem {
  const id = childText(update, 'id') ?? '';
  const record = `${path}: ${id.slice(0, 200)}`;
  const collections = childrenOf(childOf(update, 'pkglist'), 'collection');
  const builds = collections.flatMap(buildsOf);
  const place = PUBLISHERS.find(({ ids }) => ids.test(id))?.place(id, builds);
  if (place === undefined) return { kind: 'rejected', record, reason: 'an erratum of an unknown publisher' };
  if (update.attributes.get('status') === 'testing')
    return { kind: 'skipped', reason: 'an update that is still being tested' };
  if (builds.length === 0) return { kind: 'skipped', reason: 'an erratum that names no builds' };
  if (place === null) return { kind: 'rejected', record, reason: 'names no release of its distribution' };
  const [first] = builds;
  const [collection] = collections;
  return erratumItem(
    {
      id,
      ...place,
      isSecurity: update.attributes.get('type') === 'security',
      // each repository and architecture lists its own builds
      part: `${collection?.attributes.get('short') ?? ''} ${first?.name} ${first?.architecture}`,
      flaws: childrenOf(childOf(update, 'references'), 'reference').flatMap(flawsOf),
      severity: childText(update, 'severity'),
      issued: dateOf(update, 'issued'),
      updated: dateOf(update, 'updated'),
      builds,
    },
    path,
    now,
  );
}

/** Amazon and Rocky refer to flaws, Fedora to bugs whose titles name them. */
function flawsOf({ attributes }: XmlElement): readonly string[] {
  const text = attributes.get(attributes.get('type') === 'cve' ? 'id' : 'title') ?? '';
  return attributes.get('type') === 'cve' || attributes.get('type') === 'bugzilla' ? cvesIn(text) : [];
}

/** `2018-01-11 21:05` and `2021-07-22 18:25:24`, in UTC; older ones of Fedora in seconds since 1970. */
function dateOf(update: XmlElement, name: string): string | null {
  const date = childOf(update, name)?.attributes.get('date')?.trim() ?? '';
  if (/^\d{9,10}$/.test(date)) return new Date(Number(date) * 1000).toISOString();
  return /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}(?::\d{2})?$/.test(date) ? `${date.replace(' ', 'T')}Z` : date;
}

function buildsOf(collection: XmlElement): readonly RpmBuild[] {
  const module = childOf(collection, 'module')?.attributes;
  const [name, stream] = [module?.get('name'), module?.get('stream')];
  return childrenOf(collection, 'package').map(({ attributes }) => ({
    name: attributes.get('name') ?? '',
    epoch: attributes.get('epoch') ?? null,
    version: attributes.get('version') ?? '',
    release: attributes.get('release') ?? '',
    architecture: attributes.get('arch') ?? null,
    module: name === undefined || stream === undefined ? null : `${name}:${stream}`,
  }));
}

type Place = Pick<RpmErratum, 'source' | 'ecosystem' | 'channel'>;

interface Publisher {
  readonly ids: RegExp;
  /** Null where the release cannot be told. */
  place(id: string, builds: readonly RpmBuild[]): Place | null;
}

/** `3.el8_4`, `4.module_el8.6.0+3137+d33c3efb`. */
const EL = /(?:^|[^A-Za-z])el(\d+)/;

const PUBLISHERS: readonly Publisher[] = [
  { ids: /^ALAS/, place: amazonPlace },
  { ids: /^AL[SBE]A-/, place: byMark('almalinux', 'AlmaLinux', EL) },
  { ids: /^EL[SBE]A-/, place: byMark('oracle', 'Oracle Linux', EL) },
  { ids: /^FEDORA-EPEL-/, place: byMark('fedora', 'EPEL', EL) },
  { ids: /^FEDORA-/, place: byMark('fedora', 'Fedora', /(?:^|[^A-Za-z])fc(\d+)/) },
  { ids: /^R[LX][SBE]A-/, place: byMark('rocky', 'Rocky Linux', EL) },
];

function byMark(source: string, distribution: string, mark: RegExp): Publisher['place'] {
  return (_, builds) => {
    const release = releaseMark(builds, mark);
    return release === null ? null : { source, ecosystem: `${distribution}:${release}`, channel: null };
  };
}

/**
 * `ALAS2023-2023-001`, `ALAS2-2018-939`, of the first Amazon Linux `ALAS-2018-939`. Topics of Amazon Linux 2's extras
 * (`ALASNGINX1-2023-003`, `ALAS2KERNEL-5.10-2022-001`) have a repository each, whose versions stand apart from those of
 * the core; the channel is the repository's name.
 */
function amazonPlace(id: string): Place | null {
  const [, release, topic = ''] = /^ALAS(2023|2022|2)?([A-Z].*?)?-\d{4}-\d+$/.exec(id) ?? [];
  if (release === undefined && topic === '' && !/^ALAS-\d/.test(id)) return null;
  const ecosystem = `Amazon Linux:${release ?? (topic === '' ? '1' : '2')}`;
  const repository = topic.toLowerCase();
  if (topic === '') return { source: 'amazon', ecosystem, channel: null };
  const channel = ecosystem === 'Amazon Linux:2' ? `amzn2extra-${repository}` : `kernel-${repository}`;
  return { source: 'amazon', ecosystem, channel };
}
