import {
  type Catalog,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { boundedText, decodeText } from '../../evidence.ts';
import { conanPurl, type ConanReference, parseReference } from './conan-reference.ts';
import { sectionLines } from './sections.ts';

export type ConanPackage = {
  readonly architecture: string | null;
  /** Names. */
  readonly needs: readonly string[];
};

/** `data/NAME/VERSION/USER/CHANNEL/package/ID/conaninfo.txt` in Conan 1's cache, where `_` stands for no user and channel. */
const IN_CACHE = /(?:^|\/)data\/([^/]+)\/([^/]+)\/([^/]+)\/([^/]+)\/package\/[^/]+\/conaninfo\.txt$/;

/** `full_deploy/host/NAME/VERSION/SETTING/…/conaninfo.txt`, as Conan 2 copies packages for those that do without it. */
const DEPLOYED = /(?:^|\/)full_deploy\/(?:host|build)\/([^/]+)\/([^/]+)\/(?:[^/]+\/){0,5}conaninfo\.txt$/;

/**
 * Packages that Conan installed: in the cache of Conan 1, and where Conan 2 deployed them. What a package is called is only
 * in its path, and in Conan 2's cache nowhere but in a database, so that packages there are not seen. Conan, "conaninfo.txt",
 * "full_deploy".
 */
export const conanInstalledCataloger = defineCataloger<ConanPackage>({
  name: 'conan-installed',
  version: 1,
  interests: [
    { names: ['conaninfo.txt'], accepts: (path) => referenceOf(path) !== null, maxBytes: 1024 * 1024 },
  ],
  unit: (path) => path,
  read: readInfo,
  catalog: catalogPackages,
});

function referenceOf(path: string): ConanReference | null {
  const [, name, version, user, channel] = IN_CACHE.exec(path) ?? DEPLOYED.exec(path) ?? [];
  const maker = user === undefined || channel === undefined || user === '_' ? '' : `@${user}/${channel}`;
  return parseReference(`${name ?? ''}/${version ?? ''}${maker}`);
}

/** Conan 1 repeats under `full_requires` what is needed, with exact versions. */
function readInfo({ content }: EvidenceFile): ReadFile<ConanPackage> {
  const sections = sectionLines(decodeText(content));
  const required = [...(sections.get('requires') ?? []), ...(sections.get('full_requires') ?? [])];
  const needs = required.flatMap((line) => parseReference(line.replace(/:[\da-f]+$/, ''))?.name ?? []);
  const architecture = sections.get('settings')?.find((line) => line.startsWith('arch='));
  return {
    record: {
      architecture: boundedText(architecture?.slice('arch='.length), 100),
      needs: [...new Set(needs)].sort(),
    },
    coverage: [],
  };
}

function catalogPackages(files: ReadonlyMap<string, ConanPackage>): Catalog {
  const packages = [...files].flatMap(([path, { architecture, needs }]) => {
    const reference = referenceOf(path);
    if (reference === null) return [];
    return toCatalogedPackage({
      type: 'conan',
      purl: conanPurl(reference),
      name: reference.name,
      version: reference.version,
      architecture,
      evidence: [path],
      dependencies: needs,
    });
  });
  return { packages, coverage: [] };
}
