import { isObject } from '../../../formats/json.ts';
import { parseYaml } from '../../../formats/yaml.ts';
import {
  type Catalog,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { decodeText, textOf, unreadable } from '../../evidence.ts';
import { isDartName, pubPurl, repositoryOf } from './dart-package.ts';

/** A package in Pub's cache, as its `pubspec.yaml` says it. */
export type PubPackage = {
  readonly name: string;
  readonly version: string;
  readonly description: string | null;
  readonly homepage: string | null;
  readonly supplier: string | null;
  readonly needs: readonly string[];
};

/** `hosted/HOST/NAME-VERSION/pubspec.yaml`; in what Pub took from Git, packages may lie deeper. dart.dev, `PUB_CACHE`. */
const IN_CACHE =
  /(?:^|\/)(?:\.?pub-cache|Pub\/Cache)\/(?:hosted\/([^/]+)\/[^/]+|git\/(?!cache\/)[^/]+)\/pubspec\.yaml$/;

/** Packages in a cache of Pub, from which applications are run and compiled. Compiled ones do without. */
export const pubInstalledCataloger = defineCataloger<PubPackage>({
  name: 'pub-installed',
  version: 1,
  interests: [{ names: ['pubspec.yaml'], accepts: (path) => IN_CACHE.test(path), maxBytes: 1024 * 1024 }],
  unit: (path) => path,
  read: readPubspec,
  catalog: catalogPackages,
});

function readPubspec({ path, content }: EvidenceFile): ReadFile<PubPackage> {
  const pubspec = parseYaml(decodeText(content));
  const fields = isObject(pubspec) ? pubspec : {};
  const name = textOf(fields['name'], 256) ?? '';
  if (!isDartName(name)) {
    const message =
      'The pubspec of a package in the cache of Pub has no usable name; the package is missing.';
    return { record: null, coverage: [unreadable(path, message)] };
  }
  const dependencies = isObject(fields['dependencies']) ? Object.entries(fields['dependencies']) : [];
  const authors = Array.isArray(fields['authors']) ? fields['authors'].join(', ') : fields['author'];
  return {
    record: {
      name,
      version: textOf(fields['version'], 256) ?? '',
      description: textOf(fields['description']),
      homepage: textOf(fields['homepage']) ?? textOf(fields['repository']),
      supplier: textOf(authors),
      needs: dependencies
        .filter(([needed, source]) => isDartName(needed) && !(isObject(source) && 'sdk' in source))
        .map(([needed]) => needed)
        .sort(),
    },
    coverage: [],
  };
}

function catalogPackages(files: ReadonlyMap<string, PubPackage>): Catalog {
  const packages = [...files].map(([path, { needs, ...facts }]) => {
    const host = IN_CACHE.exec(path)?.[1];
    const origin = repositoryOf(host === undefined ? null : `https://${host}`);
    return toCatalogedPackage({
      type: 'pub',
      purl: pubPurl(facts.name, facts.version, origin),
      ...facts,
      evidence: [path],
      dependencies: needs,
    });
  });
  return { packages, coverage: [] };
}
