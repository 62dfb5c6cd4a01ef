/**
 * Where Node modules lie. A module's manifest is the `package.json` directly in its directory, and that directory lies
 * in one that Node searches, any `node_modules` or Debian's `usr/share/nodejs`, or where Deno keeps what it loads. The
 * many other files of this name (`esm/package.json` with nothing but a module type, templates, projects of a test suite)
 * are not modules. Node.js, "Loading from node_modules folders"; Debian, Node.js packaging manual.
 */
import { isOwnSource } from '../../own-source.ts';

/** Directories of modules beside `node_modules`: Debian's for all architectures, for one, and before 2019. */
const DEBIAN_PLACE = /^usr\/(?:share\/nodejs|lib\/nodejs|lib\/[^/]+\/nodejs)(?=\/|$)/;

/** The official Node images unpack Yarn here, outside of any `node_modules`. */
const YARN_OF_NODE_IMAGES = /^opt\/yarn-v[^/]+$/;

/** Where Deno keeps what it loads from a registry of npm, for all applications: `npm/HOST/NAME/VERSION` in its directory. */
const DENO_MODULE = /(?:^|\/)npm\/[^/]+\.[^/]+\/(?:@[^/]+\/)?[^@/][^/]*\/\d+\.\d+\.\d+[^/]*(?=\/|$)/;

/** Below one of these inside a module lies what the module's own tests install. */
const TEST_DIRECTORIES: ReadonlySet<string> = new Set([
  'test',
  'tests',
  '__tests__',
  'fixture',
  'fixtures',
  '__fixtures__',
  'testdata',
  'test-data',
  'spec',
]);

/** True for the manifest of an installed module. */
export function isModuleManifest(path: string): boolean {
  if (!path.endsWith('/package.json')) return false;
  const module = path.slice(0, -'/package.json'.length);
  if (YARN_OF_NODE_IMAGES.test(module)) return true;
  const cached = DENO_MODULE.exec(module);
  if (cached !== null) return cached.index + cached[0].length === module.length;
  const name = moduleNameOf(module);
  if (name === null) return false;
  const place = module.slice(0, -name.length - 1);
  const isPlace =
    place === 'node_modules' || place.endsWith('/node_modules') || DEBIAN_PLACE.exec(place)?.[0] === place;
  return isPlace && !isInsideTests(place);
}

/**
 * The name by which `require` finds the module in a directory: its base name, with the scope before it. Null for what
 * cannot be one, such as `node_modules/.cache`.
 */
export function moduleNameOf(directory: string): string | null {
  const [scope = '', name = ''] = directory.split('/').slice(-2);
  if (name === '' || name.startsWith('.') || name.startsWith('@')) return null;
  return scope.startsWith('@') ? `${scope}/${name}` : name;
}

/**
 * The application that a path below some `node_modules` belongs to, `` for the root directory and what Deno keeps for all
 * applications; null for other paths. Of several the first counts: what lies deeper was installed for the same one.
 */
export function applicationOf(path: string): string | null {
  if (path.startsWith('node_modules/')) return '';
  const index = path.indexOf('/node_modules/');
  if (index < 0) return DENO_MODULE.test(path) ? '' : null;
  return path.slice(0, index);
}

/** True for a project's own file; a lock file inside of a module says what its developers used. */
export function isProjectFile(path: string): boolean {
  return !isInsideModule(path) && isOwnSource(path);
}

/** True for what lies in a module's directory, at any depth. */
export function isInsideModule(path: string): boolean {
  return applicationOf(path) !== null || DEBIAN_PLACE.test(path);
}

/** Is there a directory of tests between an outer module and the place? */
function isInsideTests(place: string): boolean {
  const segments = place.split('/');
  const outermost = segments.indexOf('node_modules');
  return segments.slice(outermost + 1).some((segment, index, inner) => {
    const previous = inner[index - 1] ?? 'node_modules';
    const isModuleName = previous === 'node_modules' || previous.startsWith('@');
    return !isModuleName && TEST_DIRECTORIES.has(segment);
  });
}
