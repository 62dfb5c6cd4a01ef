import {
  type Catalog,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { boundedText, decodeText, NOTHING, unreadable } from '../../evidence.ts';
import { isModuleManifest, moduleNameOf } from './node-modules.ts';
import { parseJsonObject } from '../../../formats/json.ts';
import { isNpmName, licencesOf, npmPurl, personOf, requirementsOf, textOf } from './npm-fields.ts';

/** The manifest of an installed module. */
export type NpmModule = {
  readonly name: string;
  /** Empty when the manifest has none. */
  readonly version: string;
  readonly licences: readonly string[];
  readonly author: string | null;
  readonly description: string | null;
  readonly homepage: string | null;
  readonly dependencies: readonly string[];
};

/**
 * Installed Node modules, each shown by its `package.json`: in any `node_modules` (npm, yarn, pnpm, global), and in
 * Debian's directories for Node.js. The `package.json` of an application itself is not a package: it is what the image
 * is for, and no advisory names it.
 */
export const npmInstalledCataloger = defineCataloger<NpmModule>({
  name: 'npm-installed',
  version: 1,
  interests: [{ names: ['package.json'], accepts: isModuleManifest, maxBytes: 4 * 1024 * 1024 }],
  unit: (path) => path,
  read: readManifest,
  catalog: catalogModules,
});

function readManifest({ path, content }: EvidenceFile): ReadFile<NpmModule> {
  const manifest = parseJsonObject(decodeText(content));
  if (manifest === null) {
    return {
      record: null,
      coverage: [unreadable(path, 'The manifest of a Node module is not a JSON object; it is missing.')],
    };
  }
  const declared = textOf(manifest['name']);
  const version = textOf(manifest['version'], 256) ?? '';
  // marks the format of a directory's files, or a cache: no module
  if (declared === null && version === '') return NOTHING;
  const name = declared ?? moduleNameOf(path.slice(0, path.lastIndexOf('/'))) ?? '';
  if (!isNpmName(name)) {
    return {
      record: null,
      coverage: [unreadable(path, 'The manifest of a Node module has no usable name; it is missing.')],
    };
  }
  return {
    record: {
      name,
      version,
      licences: licencesOf(manifest),
      author: personOf(manifest['author']),
      description: boundedText(textOf(manifest['description']), 500),
      homepage: textOf(manifest['homepage']),
      dependencies: requirementsOf(manifest['dependencies']),
    },
    coverage: [],
  };
}

function catalogModules(files: ReadonlyMap<string, NpmModule>): Catalog {
  const packages = [...files].map(([path, { author, ...module }]) =>
    toCatalogedPackage({
      ...module,
      type: 'npm',
      purl: npmPurl(module.name, module.version),
      supplier: author,
      evidence: [path],
    }),
  );
  return { packages, coverage: [] };
}
