import { applicationCpe } from '../../../model/cpe.ts';
import { formatPurl } from '../../../model/purl.ts';
import {
  type Catalog,
  type CatalogedPackage,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { NOTHING } from '../../evidence.ts';
import { hasMagic } from '../../magic.ts';
import { type Software, versionIn } from './classifier.ts';
import { programSuspects, SOFTWARE, TEXT_NAMES, textSuspects } from './software.ts';

/** Names and versions of what a file shows: of OpenResty also the nginx in it. */
type SoftwareRecord = readonly { readonly name: string; readonly version: string }[];

/** A browser has 300 MB. */
const PROGRAM_BYTES_MAX = 512 * 1024 * 1024;
/** A PHP archive has three. */
const TEXT_BYTES_MAX = 16 * 1024 * 1024;

/**
 * Software that was copied, unpacked or compiled into the image: what official images are about is seldom a package of
 * their distribution. See `Software` for what is looked for.
 */
export const softwareCataloger = defineCataloger<SoftwareRecord>({
  name: 'software',
  version: 1,
  interests: [
    { magic: ['elf'], accepts: (path) => programSuspects(path).length > 0, maxBytes: PROGRAM_BYTES_MAX },
    // by its name too: the commands of a busybox are hard links, of which an archive holds only the first as a file
    { names: ['busybox'], maxBytes: PROGRAM_BYTES_MAX },
    { names: TEXT_NAMES, accepts: (path) => textSuspects(path).length > 0, maxBytes: TEXT_BYTES_MAX },
  ],
  yieldsToDistribution: true,
  unit: installationOf,
  read: readSoftware,
  catalog: catalogSoftware,
});

function readSoftware({ path, content }: EvidenceFile): ReadFile<SoftwareRecord> {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const suspects = hasMagic('elf', content) ? programSuspects(path) : textSuspects(path);
  const record = suspects.flatMap(({ name, clues }) => {
    const version = versionIn(path, bytes, clues);
    return version === null ? [] : [{ name, version }];
  });
  return record.length === 0 ? NOTHING : { record, coverage: [] };
}

/**
 * The directory that a program was installed into with all that belongs to it: `usr/local` of `usr/local/bin/php` and of
 * `usr/local/include/php/main/php_version.h`. Whether a distribution has merged `/usr` does not matter.
 */
export function installationOf(path: string): string {
  const directories = path.split('/').slice(0, -1);
  const within = directories.findIndex((name) => PARTS.has(name));
  const installation = directories.slice(0, within < 0 ? directories.length : within).join('/');
  return installation === 'usr' ? '' : installation;
}

const PARTS: ReadonlySet<string> = new Set([
  'bin',
  'sbin',
  'lib',
  'lib32',
  'lib64',
  'libexec',
  'include',
  'share',
]);

function catalogSoftware(files: ReadonlyMap<string, SoftwareRecord>): Catalog {
  const found = [...files].flatMap(([path, record]) => record.map((one) => ({ ...one, path })));
  const versions = Map.groupBy(found, ({ name, version }) => `${name}@${version}`);
  const packages = [...versions.values()].flatMap((shown) => {
    const [{ name, version } = { name: '', version: '' }] = shown;
    const software = BY_NAME.get(name);
    return software === undefined
      ? []
      : [
          toPackage(
            software,
            version,
            shown.map(({ path }) => path),
          ),
        ];
  });
  return { packages, coverage: [] };
}

const BY_NAME: ReadonlyMap<string, Software> = new Map(SOFTWARE.map((software) => [software.name, software]));

function toPackage(software: Software, version: string, evidence: readonly string[]): CatalogedPackage {
  const { name, type = 'generic', cpes = [] } = software;
  const slash = name.lastIndexOf('/');
  return toCatalogedPackage({
    type,
    purl: formatPurl({
      type,
      namespace: name.slice(0, Math.max(slash, 0)),
      name: name.slice(slash + 1),
      version,
    }),
    name,
    version,
    cpes: cpes.map((product) => applicationCpe(product, version)),
    evidence,
  });
}
