import { formatPurl } from '../../../model/purl.ts';
import {
  type Catalog,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { NOTHING, unreadable } from '../../evidence.ts';
import { parsePearPackage, PEAR_REGISTRY, type PearPackage, PECL_CHANNEL } from './pear-registry.ts';

/** Packages of PEAR and PECL, each shown by its entry in PEAR's registry. */
export const pearCataloger = defineCataloger<PearPackage>({
  name: 'pear',
  version: 1,
  interests: [PEAR_REGISTRY],
  unit: (path) => path,
  read: readEntry,
  catalog: catalogEntries,
});

function readEntry({ path, content }: EvidenceFile): ReadFile<PearPackage> {
  const pkg = parsePearPackage(content);
  if (pkg) return { record: pkg, coverage: [] };
  // an array that names no package is one of PEAR's own tables
  if (pkg === null) return NOTHING;
  const message = "The entry in PEAR's registry is not what PHP writes; the package is missing.";
  return { record: null, coverage: [unreadable(path, message)] };
}

function catalogEntries(files: ReadonlyMap<string, PearPackage>): Catalog {
  const packages = [...files].map(([path, { channel, name, licence, leads, ...pkg }]) => {
    const isPecl = channel === PECL_CHANNEL;
    const type = isPecl ? 'pecl' : 'pear';
    return toCatalogedPackage({
      ...pkg,
      type,
      purl: formatPurl({ type, namespace: isPecl ? null : channel, name, version: pkg.version }),
      name: isPecl ? name : `${channel}/${name}`,
      licences: licence === null ? [] : [licence],
      supplier: leads,
      evidence: [path],
    });
  });
  return { packages, coverage: [] };
}
