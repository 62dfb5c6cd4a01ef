import type { Coverage } from '../../../model/coverage.ts';
import {
  type Catalog,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { decodeText, NOTHING, unreadable } from '../../evidence.ts';
import { parseGoMod } from './go-mod-file.ts';
import { goPurl } from './go-module.ts';
import { parseVendoredModules } from './vendored-modules.ts';

export type GoModRecord = {
  readonly kind: 'go.mod' | 'vendor';
  /** The module's own path; empty for a list of what was vendored, which does not say. */
  readonly module: string;
  readonly modules: readonly (readonly [path: string, version: string])[];
};

/**
 * Modules that the source of an application names: `go.mod`, or where they were copied beside it, the list of those
 * that were. A `go.mod` says nothing about the standard library: its `go` and `toolchain` lines are the least that will
 * do, not what was used. `go.sum` also has what was only looked at, and is not read.
 */
export const goModCataloger = defineCataloger<GoModRecord>({
  name: 'go-mod',
  version: 1,
  interests: [{ names: ['go.mod', 'modules.txt'], accepts: isApplications, maxBytes: 4 * 1024 * 1024 }],
  unit: directoryOf,
  read: readModules,
  catalog: catalogModules,
});

/**
 * Directories with the source of others: Debian's, caches, test data, what other ecosystems installed; and those that
 * Go itself passes over, which begin with a dot or an underscore (`go help packages`).
 */
const FOREIGN =
  /(?:^|\/)(?:pkg\/mod|vendor|testdata|node_modules|site-packages|dist-packages|usr\/share\/(?:gocode|doc)|[._][^/]*)\//;

function isApplications(path: string): boolean {
  const isList = path.endsWith('modules.txt');
  if (isList && !/(?:^|\/)vendor\/modules\.txt$/.test(path)) return false;
  return !FOREIGN.test(`${directoryOf(path)}/`);
}

/** Where `go.mod` is, or would be. */
function directoryOf(path: string): string {
  return path.replace(/(?:^|\/)(?:vendor\/modules\.txt|go\.mod)$/, '');
}

function readModules({ path, content }: EvidenceFile): ReadFile<GoModRecord> {
  const text = decodeText(content);
  const isList = path.endsWith('modules.txt');
  const reading = isList ? parseVendoredModules(text) : parseGoMod(text);
  if (reading === null) return NOTHING;
  const { module, damaged } = { module: '', damaged: 0, ...reading };
  const coverage: Coverage[] = [];
  if (damaged > 0) {
    const message = `${damaged} requirements in the go.mod file could not be understood; their modules are missing.`;
    coverage.push(unreadable(path, message));
  }
  if (reading.cut) {
    const message = `The file names more than ${reading.modules.length} Go modules; the rest was left out.`;
    coverage.push({ code: 'LIMIT_REACHED', message, subject: path });
  }
  const modules = reading.modules.map((one) => [one.path, one.version] as const);
  return { record: { kind: isList ? 'vendor' : 'go.mod', module, modules }, coverage };
}

/** The modules of Go's own source. Their programs say themselves what they were built with. */
const GO_ITSELF: ReadonlySet<string> = new Set(['std', 'cmd']);

/** The files of one application. */
function catalogModules(files: ReadonlyMap<string, GoModRecord>): Catalog {
  const records = [...files];
  const [source] = records.sort(([, a], [, b]) => (a.kind === b.kind ? 0 : a.kind === 'vendor' ? -1 : 1));
  if (source === undefined || records.some(([, { module }]) => GO_ITSELF.has(module))) {
    return { packages: [], coverage: [] };
  }
  const [path, { modules }] = source;
  const packages = modules.map(([name, version]) =>
    toCatalogedPackage({
      type: 'golang',
      presence: 'declared',
      purl: goPurl(name, version),
      name,
      version,
      evidence: [path],
    }),
  );
  return { packages, coverage: [] };
}
