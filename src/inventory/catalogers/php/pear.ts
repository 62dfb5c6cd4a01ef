import { formatPurl } from '../../../model/purl.ts';
import {
  type Catalog,
  type CatalogedPackage,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { NOTHING, unreadable } from '../../evidence.ts';
import { type PearPackage, PECL_CHANNEL, parsePearPackage } from './pear-registry.ts';
import { parsePhpExtension, type PhpExtension } from './php-extension.ts';

type PearRecord = PearPackage | PhpExtension;

/**
 * Packages of PEAR and PECL, each shown by its entry in PEAR's registry, and extensions of PHP, shown by their libraries.
 * A library that an entry lists is one thing with it. All others came with PHP, from a distribution, or from somebody's
 * compiler, and do not say which; so they are named as Composer names them, `ext-redis`, and taken for nobody's package.
 * Most of those that come with PHP carry PHP's own version.
 */
export const pearCataloger = defineCataloger<PearRecord>({
  name: 'pear',
  version: 1,
  interests: [
    { suffixes: ['.reg'], accepts: (path) => REGISTRY.test(path), maxBytes: 16 * 1024 * 1024 },
    {
      suffixes: ['.so'],
      magic: ['elf'],
      accepts: (path) => EXTENSIONS.test(path),
      maxBytes: 256 * 1024 * 1024,
    },
  ],
  read: readRecord,
  catalog: catalogRecords,
});

/** `.registry/mail.reg`, `.registry/.channel.pecl.php.net/redis.reg`. */
const REGISTRY = /(?:^|\/)\.registry\/(?:\.channel\.[^/]+\/)?[^/]+\.reg$/;

/** `lib/php/20220829/`, `lib/php/extensions/no-debug-non-zts-20220829/`, `lib64/php/modules/`, `lib/php83/modules/`. */
const EXTENSIONS = /(?:^|\/)lib[^/]*\/php[^/]*\/(?:[^/]+\/){1,2}[^/]+\.so$/;

function readRecord({ path, content }: EvidenceFile): ReadFile<PearRecord> {
  if (path.endsWith('.so')) return { record: parsePhpExtension(content), coverage: [] };
  const pkg = parsePearPackage(content);
  if (pkg) return { record: pkg, coverage: [] };
  // an array that names no package is one of PEAR's own tables
  if (pkg === null) return NOTHING;
  const message = "The entry in PEAR's registry is not what PHP writes; the package is missing.";
  return { record: null, coverage: [unreadable(path, message)] };
}

function catalogRecords(files: ReadonlyMap<string, PearRecord>): Catalog {
  const packages: CatalogedPackage[] = [];
  const listed = new Set<string>();
  for (const [path, record] of files) {
    if (record.kind !== 'package') continue;
    const libraries = record.files.filter((file) => files.get(file)?.kind === 'extension');
    for (const library of libraries) listed.add(library);
    packages.push(toPearPackage(record, [path, ...libraries]));
  }
  for (const [path, record] of files) {
    if (record.kind === 'extension' && !listed.has(path)) packages.push(toExtension(record, path));
  }
  return { packages, coverage: [] };
}

function toPearPackage(pkg: PearPackage, evidence: readonly string[]): CatalogedPackage {
  const { channel, name, version } = pkg;
  const isPecl = channel === PECL_CHANNEL;
  return toCatalogedPackage({
    type: isPecl ? 'pecl' : 'pear',
    purl: formatPurl({ type: isPecl ? 'pecl' : 'pear', namespace: isPecl ? null : channel, name, version }),
    name: isPecl ? name : `${channel}/${name}`,
    version,
    licences: pkg.licence === null ? [] : [pkg.licence],
    supplier: pkg.leads,
    description: pkg.description,
    files: pkg.files,
    dependencies: pkg.dependencies,
    evidence,
  });
}

function toExtension({ name, version }: PhpExtension, path: string): CatalogedPackage {
  // `ext-zend-opcache`. Composer, `PlatformRepository`
  const written = `ext-${name.toLowerCase().replaceAll(' ', '-')}`;
  return toCatalogedPackage({
    type: 'generic',
    purl: formatPurl({ type: 'generic', namespace: 'php', name: written, version }),
    name: `php/${written}`,
    version,
    evidence: [path],
  });
}
