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
import { type ModuleEntry, parseModuleEntry } from './module-entry.ts';
import { parsePearPackage, PEAR_REGISTRY } from './pear-registry.ts';

export type ExtensionRecord =
  | (ModuleEntry & { readonly kind: 'extension' })
  /** Paths of libraries that PECL installed. */
  | { readonly kind: 'listed'; readonly libraries: readonly string[] };

/**
 * Extensions of PHP, each shown by its library. One that PECL installed is PECL's package; all others came with PHP or
 * from somebody's compiler and do not say which, so they are named as Composer names them, `ext-redis`, and taken for
 * nobody's package. Most of those that come with PHP have PHP's own version.
 */
export const phpExtensionCataloger = defineCataloger<ExtensionRecord>({
  name: 'php-extension',
  version: 1,
  yieldsToDistribution: true,
  interests: [
    PEAR_REGISTRY,
    { suffixes: ['.so'], magic: ['elf'], accepts: isInPlace, maxBytes: 256 * 1024 * 1024 },
  ],
  read: readRecord,
  catalog: catalogExtensions,
});

/** `lib/php/20220829/`, `lib/php/extensions/no-debug-non-zts-20220829/`, `lib64/php/modules/`, `lib/php83/modules/`. */
function isInPlace(path: string): boolean {
  return /(?:^|\/)lib[^/]*\/php[^/]*\/(?:[^/]+\/){1,2}[^/]+\.so$/.test(path);
}

function readRecord({ path, content }: EvidenceFile): ReadFile<ExtensionRecord> {
  if (path.endsWith('.so')) {
    const entry = parseModuleEntry(content);
    return { record: entry && { ...entry, kind: 'extension' }, coverage: [] };
  }
  const libraries = parsePearPackage(content)?.files.filter((file) => file.endsWith('.so')) ?? [];
  return libraries.length === 0 ? NOTHING : { record: { kind: 'listed', libraries }, coverage: [] };
}

function catalogExtensions(files: ReadonlyMap<string, ExtensionRecord>): Catalog {
  const records = [...files];
  const listed = new Set(records.flatMap(([, record]) => (record.kind === 'listed' ? record.libraries : [])));
  const packages = records.flatMap(([path, record]) =>
    record.kind === 'extension' && !listed.has(path) ? toExtension(record, path) : [],
  );
  return { packages, coverage: [] };
}

function toExtension({ name, version }: ModuleEntry, path: string): CatalogedPackage {
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
