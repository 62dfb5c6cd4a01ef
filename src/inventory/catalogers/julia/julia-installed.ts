import { isObject, textsIn } from '../../../formats/json.ts';
import { parseToml } from '../../../formats/toml.ts';
import {
  type Catalog,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { boundedText, decodeText, textOf, unreadable } from '../../evidence.ts';
import { isJuliaName, juliaPurl, uuidOf } from './julia-fields.ts';

/** A package in a depot, as its project file says it. */
export type JuliaPackage = {
  readonly name: string;
  readonly uuid: string;
  readonly version: string;
  readonly author: string | null;
  readonly dependencies: readonly string[];
};

/** `packages/NAME/SLUG/Project.toml`; the slug is made from UUID and content. Julia, "Environment variables", JULIA_DEPOT_PATH. */
const IN_DEPOT = /(?:^|\/)packages\/[^/]+\/[A-Za-z0-9]{4,5}\/(?:Julia)?Project\.toml$/;

/**
 * Packages in a depot of Julia. A depot may keep several versions of one; which of them an application loads, its
 * manifest says.
 */
export const juliaInstalledCataloger = defineCataloger<JuliaPackage>({
  name: 'julia-installed',
  version: 1,
  interests: [
    {
      names: ['Project.toml', 'JuliaProject.toml'],
      accepts: (path) => IN_DEPOT.test(path),
      maxBytes: 1024 * 1024,
    },
  ],
  unit: (path) => path,
  read: readProject,
  catalog: catalogPackages,
});

function readProject({ path, content }: EvidenceFile): ReadFile<JuliaPackage> {
  const project = parseToml(decodeText(content)) ?? {};
  const name = textOf(project['name'], 256) ?? '';
  const uuid = uuidOf(project['uuid']);
  if (!isJuliaName(name) || uuid === null) {
    const message = 'The project file of a Julia package has no usable name and UUID; it is missing.';
    return { record: null, coverage: [unreadable(path, message)] };
  }
  const dependencies = isObject(project['deps']) ? Object.keys(project['deps']) : [];
  return {
    record: {
      name,
      uuid,
      version: textOf(project['version'], 256) ?? '',
      author: boundedText(textsIn(project['authors']).join(', ')),
      dependencies: dependencies.filter(isJuliaName).sort(),
    },
    coverage: [],
  };
}

function catalogPackages(files: ReadonlyMap<string, JuliaPackage>): Catalog {
  const packages = [...files].map(([path, { name, uuid, version, author, dependencies }]) =>
    toCatalogedPackage({
      type: 'julia',
      purl: juliaPurl(name, version, uuid),
      name,
      version,
      supplier: author,
      evidence: [path],
      dependencies,
    }),
  );
  return { packages, coverage: [] };
}
