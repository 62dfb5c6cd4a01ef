import { applicationCpe } from '../../../model/cpe.ts';
import { formatPurl } from '../../../model/purl.ts';
import {
  type Catalog,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { decodeText, NOTHING } from '../../evidence.ts';
import { HEADER_BYTES } from './file-header.ts';

/** Version of WordPress itself. */
export type WordpressCore = { readonly version: string };

/**
 * WordPress itself, shown by the version that it reads of itself. It comes from no package registry, hence `generic`; its
 * CPE is the one under which the NVD lists it.
 */
export const wordpressCoreCataloger = defineCataloger<WordpressCore>({
  name: 'wordpress-core',
  version: 1,
  interests: [
    {
      names: ['version.php'],
      accepts: (path) => /(?:^|\/)wp-includes\/version\.php$/.test(path),
      maxBytes: 1024 * 1024,
    },
  ],
  unit: (path) => path,
  read: readVersion,
  catalog: catalogCore,
});

function readVersion({ content }: EvidenceFile): ReadFile<WordpressCore> {
  const text = decodeText(content.subarray(0, HEADER_BYTES));
  const version = /^\$wp_version[ \t]{0,8}=[ \t]{0,8}'(\d[\w.-]{0,60})'/m.exec(text)?.[1];
  return version === undefined ? NOTHING : { record: { version }, coverage: [] };
}

function catalogCore(files: ReadonlyMap<string, WordpressCore>): Catalog {
  const packages = [...files].map(([path, { version }]) =>
    toCatalogedPackage({
      type: 'generic',
      purl: formatPurl({ type: 'generic', name: 'wordpress', version }),
      name: 'wordpress',
      version,
      cpes: [applicationCpe('wordpress:wordpress', version)],
      evidence: [path],
    }),
  );
  return { packages, coverage: [] };
}
