import { parseExecutable } from '../../../formats/executable.ts';
import {
  type Catalog,
  type CatalogedPackage,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { boundedText, NOTHING, unreadable } from '../../evidence.ts';
import { PROGRAM_FILES } from '../../program-files.ts';
import { readGoBuildInfo } from './build-info.ts';
import { goPurl, standardLibraryVersion } from './go-module.ts';
import { mainVersion } from './main-version.ts';
import { type ModuleInfo, parseModuleInfo } from './module-info.ts';

/** What is kept of a program. */
export type GoProgram = {
  /** `go1.22.3` */
  readonly goVersion: string;
  /** Null for a program built without modules, as Go's own tools are. */
  readonly main: { readonly path: string; readonly version: string } | null;
  /** The program is a part of the Go distribution: the compiler, `go` itself. */
  readonly isToolchain: boolean;
  readonly description: string;
  readonly architecture: string | null;
  readonly modules: readonly (readonly [path: string, version: string])[];
};

/**
 * Modules that programs written in Go are made of, as Go's linker lists them in the program (`go version -m`): the
 * program's own, those that it needs, and the standard library, which has advisories of its own.
 */
export const goBinaryCataloger = defineCataloger<GoProgram>({
  name: 'go-binary',
  version: 1,
  interests: [PROGRAM_FILES],
  unit: (path) => path,
  read: readProgram,
  catalog: catalogPrograms,
});

function readProgram({ path, content }: EvidenceFile): ReadFile<GoProgram> {
  const executable = parseExecutable(content);
  const build = executable && readGoBuildInfo(executable);
  if (build === null) return NOTHING;
  if (build === 'unreadable') {
    const message =
      'The program is written in Go, but has no readable build information; what it was built from is missing.';
    return { record: null, coverage: [unreadable(path, message)] };
  }
  const info = parseModuleInfo(build.modules);
  const goVersion = boundedText(build.goVersion, 200) ?? '';
  const { version, variable } = mainVersion(info);
  const isToolchain = info.program.startsWith('cmd/');
  return {
    record: {
      goVersion,
      main: info.main === null || isToolchain ? null : { path: info.main.path, version },
      isToolchain,
      description: describe(info, goVersion, variable),
      architecture: boundedText(info.settings.get('GOARCH'), 50),
      modules: info.modules.map((module) => [module.path, module.version]),
    },
    coverage: lossesOf(info, path),
  };
}

/** What is known of a program that no other field tells. */
function describe({ program, settings }: ModuleInfo, goVersion: string, variable: string | null): string {
  const revision = settings.get('vcs.revision');
  const time = settings.get('vcs.time');
  const sentences = [
    `Go program ${program || 'without a name'}, built by ${goVersion}.`,
    revision &&
      `Revision ${revision}${time ? ` of ${time}` : ''}${settings.get('vcs.modified') === 'true' ? ', modified' : ''}.`,
    variable && `Its version is what the linker was told for ${variable}.`,
  ];
  return sentences.filter(Boolean).join(' ').slice(0, 1000);
}

function lossesOf({ damaged, cut, modules }: ModuleInfo, path: string): ReadFile<GoProgram>['coverage'] {
  return [
    ...(damaged === 0
      ? []
      : [
          unreadable(
            path,
            `${damaged} modules in the build information of the Go program have no readable name; they are missing.`,
          ),
        ]),
    ...(cut
      ? [
          {
            code: 'LIMIT_REACHED' as const,
            message: `The Go program names more than ${modules.length} modules; the rest was left out.`,
            subject: path,
          },
        ]
      : []),
  ];
}

function catalogPrograms(files: ReadonlyMap<string, GoProgram>): Catalog {
  return { packages: [...files].flatMap(([path, program]) => packagesOf(program, path)), coverage: [] };
}

/** Go's vulnerability database knows the standard library and the tools of Go by these names. */
const STANDARD_LIBRARY = 'stdlib';
const TOOLCHAIN = 'toolchain';

function packagesOf(program: GoProgram, path: string): readonly CatalogedPackage[] {
  const release = standardLibraryVersion(program.goVersion);
  const toPackage = (name: string, version: string, more: Partial<CatalogedPackage> = {}) =>
    toCatalogedPackage({
      ...more,
      type: 'golang',
      purl: goPurl(name, version),
      name,
      version,
      evidence: [path],
    });

  const needed = [
    toPackage(STANDARD_LIBRARY, release),
    ...program.modules.map(([name, version]) => toPackage(name, version)),
  ];
  const main = program.isToolchain ? { path: TOOLCHAIN, version: release } : program.main;
  if (main === null) return needed;
  const { description, architecture } = program;
  const own = toPackage(main.path, main.version, {
    description,
    architecture,
    dependencies: needed.map(({ name }) => name),
    requires: needed.map(({ purl }) => purl),
  });
  return [own, ...needed];
}
