/**
 * Packages of Container-Optimized OS, which is built with Portage and keeps a list in its place. Google Cloud
 * documentation, "Container-Optimized OS: security overview".
 */
import { objectsIn, parseJsonObject, textIn } from '../../../formats/json.ts';
import {
  type Catalog,
  type CatalogContext,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { boundedText, decodeText, isPackageName, unreadable } from '../../evidence.ts';
import { systemPurl } from './system-purl.ts';

const LIST = 'etc/cos-package-info.json';

type CosPackage = { readonly category: string; readonly name: string; readonly version: string };

export type CosRecord = readonly CosPackage[];

export const cosCataloger = defineCataloger<CosRecord>({
  name: 'cos',
  version: 1,
  interests: [{ paths: [LIST], maxBytes: 16 * 1024 * 1024 }],
  read: readList,
  catalog: catalogCos,
});

const MAX_PACKAGES = 50_000;

/** Of `buildTimePackages` nothing is in the image. */
function readList({ path, content }: EvidenceFile): ReadFile<CosRecord> {
  const list = parseJsonObject(decodeText(content));
  if (list === null || !Array.isArray(list['installedPackages'])) {
    const message = 'The file lists no installed packages; the packages of the system are missing.';
    return { record: null, coverage: [unreadable(path, message)] };
  }
  const record = objectsIn(list['installedPackages'])
    .slice(0, MAX_PACKAGES)
    .map((pkg): CosPackage => ({
      category: textIn(pkg, 'category'),
      name: textIn(pkg, 'name'),
      // with the revision, where it is written
      version: boundedText(textIn(pkg, 'ebuild_version') || textIn(pkg, 'version'), 256) ?? '',
    }))
    .filter(({ category, name }) => isPackageName(category) && isPackageName(name));
  return { record, coverage: [] };
}

function catalogCos(files: ReadonlyMap<string, CosRecord>, { distribution }: CatalogContext): Catalog {
  const packages = [...files].flatMap(([path, listed]) =>
    listed.map((pkg) =>
      toCatalogedPackage({
        type: 'ebuild',
        purl: systemPurl({ ...pkg, type: 'ebuild', architecture: null }, distribution),
        name: `${pkg.category}/${pkg.name}`,
        version: pkg.version,
        evidence: [path],
      }),
    ),
  );
  return { packages, coverage: [] };
}
