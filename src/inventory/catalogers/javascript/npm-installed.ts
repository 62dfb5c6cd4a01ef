import {
  type Catalog,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { decodeText, NOTHING, unreadable } from '../../evidence.ts';
import { isModuleManifest, moduleNameOf } from './node-modules.ts';
import { parseJsonObject } from '../../../formats/json.ts';
import { npmPurl, textOf } from './npm-fields.ts';
import { type NpmModule, toNpmModule } from './npm-manifest.ts';

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
  // marks the format of a directory's files, or a cache: no module
  if (textOf(manifest['name']) === null && textOf(manifest['version']) === null) return NOTHING;
  const record = toNpmModule(manifest, moduleNameOf(path.slice(0, path.lastIndexOf('/'))));
  if (record !== null) return { record, coverage: [] };
  return {
    record,
    coverage: [unreadable(path, 'The manifest of a Node module has no usable name; it is missing.')],
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
