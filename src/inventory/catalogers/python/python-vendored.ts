import {
  type Catalog,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { decodeText, NOTHING } from '../../evidence.ts';
import { isKeptAside } from './layout.ts';
import { pypiPurl } from './names.ts';
import { pinnedVersion } from './requirement.ts';
import { readRequirements } from './requirements-file.ts';

export type VendoredRecord = readonly { readonly name: string; readonly version: string }[];

/** `pip/_vendor/vendor.txt`, `poetry/core/_vendor/vendor.txt`, `pipenv/vendor/vendor.txt`. */
const VENDOR_LIST = /(?:^|\/)(?:site|dist)-packages\/.+\/_?vendor\/vendor\.txt$/;

/** Of setuptools pip takes its module `pkg_resources` alone, without what most advisories about it speak of. */
const PKG_RESOURCES = 'setuptools';

/**
 * Distributions whose code pip and its like carry inside of their own, without any metadata, and list with exact versions
 * in `vendor.txt`: pip's `_vendor` holds requests and urllib3. The code was copied by a tool that follows the list, and
 * lies beside it, so that they count as installed. Where a Linux distribution packaged pip, the
 * list is a file of that package, whose verdicts then count.
 */
export const pythonVendoredCataloger = defineCataloger<VendoredRecord>({
  name: 'python-vendored',
  version: 1,
  interests: [
    {
      names: ['vendor.txt'],
      accepts: (path) => VENDOR_LIST.test(path) && !isKeptAside(path),
      maxBytes: 1024 * 1024,
    },
  ],
  unit: (path) => path,
  read: readVendorList,
  catalog: catalogVendored,
});

function readVendorList({ content }: EvidenceFile): ReadFile<VendoredRecord> {
  const vendored = readRequirements(decodeText(content)).flatMap(({ name, specifier }) => {
    const version = pinnedVersion(specifier);
    return version === null || name === PKG_RESOURCES ? [] : [{ name, version }];
  });
  return vendored.length === 0 ? NOTHING : { record: vendored, coverage: [] };
}

function catalogVendored(files: ReadonlyMap<string, VendoredRecord>): Catalog {
  const packages = [...files].flatMap(([path, vendored]) =>
    vendored.map(({ name, version }) =>
      toCatalogedPackage({ type: 'pypi', purl: pypiPurl(name, version), name, version, evidence: [path] }),
    ),
  );
  return { packages, coverage: [] };
}
