import { objectsIn, parseJsonObject } from '../../../formats/json.ts';
import {
  type Catalog,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { boundedText, decodeText, NOTHING, textOf, unreadable } from '../../evidence.ts';
import { parseParagraphs } from '../os/deb822.ts';
import { formatFileList, parseFileList } from '../os/file-list.ts';
import { formatPortVersion, isPortName, parsePortVersion, vcpkgPurl } from './port.ts';

/** A paragraph of `status`: a port for one triplet, or one of its features. */
type StatusEntry = {
  readonly port: string;
  readonly triplet: string;
  /** Empty for the port itself. */
  readonly feature: string;
  readonly version: string;
  readonly isInstalled: boolean;
  readonly description: string | null;
  /** Ports. */
  readonly needs: readonly string[];
};

/** What `vcpkg.spdx.json` says of a port. */
type PortFacts = {
  readonly port: string;
  readonly version: string;
  readonly licence: string | null;
  readonly homepage: string | null;
  readonly description: string | null;
};

export type VcpkgRecord =
  | { readonly kind: 'status'; readonly entries: readonly StatusEntry[] }
  | { readonly kind: 'files'; readonly list: string }
  | { readonly kind: 'facts'; readonly facts: PortFacts };

const STATUS = /^(.*?)vcpkg\/(?:status|updates\/\d+)$/s;
const FILES = /^(.*?)vcpkg\/info\/([a-z0-9-]+_.+)\.list$/s;
const FACTS = /^(.*?)([^/]+)\/share\/([^/]+)\/vcpkg\.spdx\.json$/s;

/**
 * Ports in a directory that vcpkg installs to. Its database is `vcpkg/status`, and `vcpkg/updates/*`, what happened since
 * that was last written, often all; licences and homepages are in the ports' `vcpkg.spdx.json`, which alone show ports
 * where the directory of a triplet was copied without the database. vcpkg-tool, `src/vcpkg/vcpkglib.cpp`,
 * `src/vcpkg/spdx.cpp`.
 */
export const vcpkgInstalledCataloger = defineCataloger<VcpkgRecord>({
  name: 'vcpkg-installed',
  version: 1,
  interests: [
    { parents: [{ name: 'vcpkg' }], accepts: (path) => path.endsWith('/status'), maxBytes: 16 * 1024 * 1024 },
    { parents: [{ name: 'updates' }], accepts: (path) => STATUS.test(path), maxBytes: 1024 * 1024 },
    {
      parents: [{ name: 'info', suffix: '.list' }],
      accepts: (path) => FILES.test(path),
      maxBytes: 16 * 1024 * 1024,
    },
    { names: ['vcpkg.spdx.json'], accepts: (path) => FACTS.test(path), maxBytes: 4 * 1024 * 1024 },
  ],
  unit: rootOf,
  read: readPart,
  catalog: catalogPorts,
});

/** The directory with the triplets' directories and `vcpkg`; empty or with a slash at its end. */
function rootOf(path: string): string {
  return (STATUS.exec(path) ?? FILES.exec(path) ?? FACTS.exec(path))?.[1] ?? path;
}

function readPart({ path, content }: EvidenceFile): ReadFile<VcpkgRecord> {
  const text = decodeText(content);
  if (path.endsWith('.json')) return readFacts(path, text);
  if (path.endsWith('.list')) {
    const list = formatFileList(text.split('\n').filter((line) => line !== '' && !line.endsWith('/')));
    return { record: { kind: 'files', list }, coverage: [] };
  }
  const entries = [...parseParagraphs(text, FIELDS)].flatMap(toStatusEntry);
  return entries.length === 0 ? NOTHING : { record: { kind: 'status', entries }, coverage: [] };
}

const FIELDS: ReadonlySet<string> = new Set([
  'package',
  'feature',
  'version',
  'port-version',
  'architecture',
  'depends',
  'description',
  'status',
]);

function toStatusEntry(paragraph: ReadonlyMap<string, string>): readonly StatusEntry[] {
  const port = paragraph.get('package') ?? '';
  const triplet = paragraph.get('architecture') ?? '';
  if (!isPortName(port) || !/^[\w-]{1,100}$/.test(triplet)) return [];
  const { version } = parsePortVersion(paragraph.get('version') ?? '');
  const portVersion = Number.parseInt(paragraph.get('port-version') ?? '0', 10);
  return [
    {
      port,
      triplet,
      feature: paragraph.get('feature') ?? '',
      version: formatPortVersion({
        version,
        portVersion: Number.isSafeInteger(portVersion) ? portVersion : 0,
      }),
      isInstalled: paragraph.get('status') === 'install ok installed',
      description: boundedText(paragraph.get('description')?.split('\n', 1)[0]),
      needs: (paragraph.get('depends') ?? '')
        .split(',')
        .map((need) => /^\s*([a-z0-9-]+)/.exec(need)?.[1] ?? '')
        .filter(isPortName),
    },
  ];
}

function readFacts(path: string, text: string): ReadFile<VcpkgRecord> {
  const port = objectsIn(parseJsonObject(text)?.['packages']).find(({ SPDXID }) => SPDXID === 'SPDXRef-port');
  const name = textOf(port?.['name'], 256) ?? '';
  if (port === undefined || !isPortName(name)) {
    const message = 'The description of a port of vcpkg could not be read; what only it says is missing.';
    return { record: null, coverage: [unreadable(path, message)] };
  }
  const [concluded, homepage] = [port['licenseConcluded'], port['homepage']].map((value) => textOf(value));
  const facts = {
    port: name,
    version: formatPortVersion(parsePortVersion(textOf(port['versionInfo'], 256) ?? '')),
    licence: concluded === 'NOASSERTION' || concluded === 'NONE' ? null : (concluded ?? null),
    homepage: homepage ?? null,
    description: textOf(port['description'])?.split('\n', 1)[0] ?? null,
  };
  return { record: { kind: 'facts', facts }, coverage: [] };
}

/** A port for one triplet, put together from what the files say. */
interface Port {
  readonly port: string;
  readonly triplet: string;
  readonly version: string;
  readonly needs: readonly string[];
  readonly description: string | null;
  readonly evidence: string[];
}

function catalogPorts(files: ReadonlyMap<string, VcpkgRecord>): Catalog {
  const ports = portsOf(files);
  const facts = new Map<string, PortFacts>();
  for (const [path, record] of files) {
    if (record.kind !== 'facts') continue;
    const triplet = FACTS.exec(path)?.[2] ?? '';
    const key = `${record.facts.port}:${triplet}`;
    const found = ports.get(key);
    if (found === undefined) {
      const { port, version } = record.facts;
      ports.set(key, { port, triplet, version, needs: [], description: null, evidence: [path] });
    } else {
      found.evidence.push(path);
    }
    facts.set(key, record.facts);
  }
  const packages = [...ports].map(([key, { port, triplet, version, needs, description, evidence }]) => {
    const known = facts.get(key);
    return toCatalogedPackage({
      type: 'vcpkg',
      purl: vcpkgPurl(port, parsePortVersion(version)),
      name: port,
      version,
      architecture: triplet,
      licences: known?.licence ? [known.licence] : [],
      description: description ?? known?.description ?? null,
      homepage: known?.homepage ?? null,
      evidence,
      files: filesOf(files, evidence[0] ?? '', `${port}_${parsePortVersion(version).version}_${triplet}`),
      dependencies: needs,
      requires: [
        ...new Set(
          needs.flatMap((need) => {
            const needed = ports.get(`${need}:${triplet}`);
            return needed === undefined ? [] : vcpkgPurl(need, parsePortVersion(needed.version));
          }),
        ),
      ],
    });
  });
  return { packages, coverage: [] };
}

/** What the database says, its last word on each port and feature. */
function portsOf(files: ReadonlyMap<string, VcpkgRecord>): Map<string, Port> {
  const last = new Map<string, StatusEntry & { readonly path: string }>();
  // `status`, then the updates in their order
  for (const [path, record] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (record.kind !== 'status') continue;
    for (const entry of record.entries) {
      last.set(`${entry.port}:${entry.triplet}:${entry.feature}`, { ...entry, path });
    }
  }
  const installed = [...last.values()].filter(({ isInstalled }) => isInstalled);
  return new Map(
    [...Map.groupBy(installed, ({ port, triplet }) => `${port}:${triplet}`)].flatMap(([key, entries]) => {
      const main = entries.find(({ feature }) => feature === '');
      if (main === undefined) return [];
      const { port, triplet, version, description, path } = main;
      const needs = new Set(entries.flatMap((entry) => entry.needs).filter((need) => need !== port));
      return [
        [key, { port, triplet, version, description, needs: [...needs].sort(), evidence: [path] }] as const,
      ];
    }),
  );
}

/** A list names files from the root on; as every path in it begins so, the root is not kept with each. */
function filesOf(files: ReadonlyMap<string, VcpkgRecord>, evidence: string, stem: string): readonly string[] {
  const root = rootOf(evidence);
  const record = files.get(`${root}vcpkg/info/${stem}.list`);
  return record?.kind === 'files' ? parseFileList(record.list).map((path) => `${root}${path}`) : [];
}
