import { isObject, type JsonObject, parseJsonObject, textsIn } from '../../../formats/json.ts';
import {
  type Catalog,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { boundedText, decodeText, textOf, unreadable } from '../../evidence.ts';
import { cpanPurl, splitDistribution, splitPathname } from './cpan-distribution.ts';

/** What `install.json` or `MYMETA.json` says; the other's fields are empty. */
export type CpanFacts = {
  readonly author: string | null;
  readonly licences: readonly string[];
  readonly supplier: string | null;
  readonly abstract: string | null;
  readonly homepage: string | null;
};

const IN_META = /(?:^|\/)\.meta\/([^/]+)\/(?:install|MYMETA)\.json$/;

/**
 * Distributions of CPAN that cpanm, and with it Carton, installed: it leaves `.meta/NAME-VERSION/` with where each is from
 * and its metadata. What other installers leave names modules alone. CPAN::Meta::Spec; App::cpanminus.
 */
export const cpanInstalledCataloger = defineCataloger<CpanFacts>({
  name: 'cpan-installed',
  version: 1,
  interests: [
    {
      names: ['install.json', 'MYMETA.json'],
      accepts: (path) => distributionOf(path) !== null,
      maxBytes: 4 * 1024 * 1024,
    },
  ],
  unit: (path) => path.slice(0, path.lastIndexOf('/') + 1),
  read: readFacts,
  catalog: catalogDirectory,
});

function distributionOf(path: string) {
  return splitDistribution(IN_META.exec(path)?.[1] ?? '');
}

function readFacts({ path, content }: EvidenceFile): ReadFile<CpanFacts> {
  const json = parseJsonObject(decodeText(content));
  const message =
    'The metadata of a distribution of CPAN could not be read; only its name and version are known.';
  const resources: JsonObject = isObject(json?.['resources']) ? json['resources'] : {};
  return {
    record: {
      author: splitPathname(textOf(json?.['pathname']) ?? '')?.author ?? null,
      licences: textsIn(json?.['license']).filter((licence) => licence !== 'unknown'),
      supplier: boundedText(
        textsIn(json?.['author'])
          .filter((author) => author !== 'unknown')
          .join(', '),
      ),
      abstract: textOf(json?.['abstract']),
      homepage: textOf(resources['homepage']),
    },
    coverage: json === null ? [unreadable(path, message)] : [],
  };
}

function catalogDirectory(files: ReadonlyMap<string, CpanFacts>): Catalog {
  const [first = ''] = files.keys();
  const distribution = distributionOf(first);
  if (distribution === null) return { packages: [], coverage: [] };
  const facts = [...files.values()];
  const known = <K extends 'author' | 'supplier' | 'abstract' | 'homepage'>(key: K) =>
    facts.map((one) => one[key]).find((value) => value !== null) ?? null;
  const pkg = toCatalogedPackage({
    type: 'cpan',
    purl: cpanPurl(distribution, known('author')),
    ...distribution,
    licences: [...new Set(facts.flatMap(({ licences }) => licences))],
    supplier: known('supplier'),
    description: known('abstract'),
    homepage: known('homepage'),
    evidence: [...files.keys()],
  });
  return { packages: [pkg], coverage: [] };
}
