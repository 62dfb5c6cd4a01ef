/**
 * The version of a program's own module, which Go knows only of a program that was installed by its version, or since
 * 1.24 from a tag in the checkout. Otherwise it stands where people put it: `-ldflags "-X main.version=1.2.3"` sets a
 * variable when linking. (Go leaves `-ldflags` out of the build information with `-trimpath`.)
 */
import { isModuleVersion, isPseudoVersion } from './go-module.ts';
import type { ModuleInfo } from './module-info.ts';

export interface MainVersion {
  /** Empty when nothing tells. */
  readonly version: string;
  /** The variable that told; null where Go did. */
  readonly variable: string | null;
}

/**
 * A version that names nothing but a revision is not taken from a checkout: Go makes `v0.0.0-…` of one without tags,
 * as most build systems have it, and it would be older than every fix.
 */
export function mainVersion({ main, settings }: ModuleInfo): MainVersion {
  const stated = main?.version ?? '';
  if (stated !== '' && !isPseudoVersion(stated)) return { version: stated, variable: null };
  const linked = linkedVersion(settings.get('-ldflags') ?? '', main?.path ?? '');
  if (linked !== null) return linked;
  const isUntagged = stated.startsWith('v0.0.0-') && settings.has('vcs.revision');
  return { version: isUntagged ? '' : stated, variable: null };
}

/** Of several variables the one nearest to the program. */
function linkedVersion(flags: string, module: string): MainVersion | null {
  let best: MainVersion | null = null;
  let bestRank = Number.POSITIVE_INFINITY;
  for (const { variable, value } of linkedVariables(flags)) {
    const rank = rankOf(variable, module);
    const version = value.startsWith('v') ? value : `v${value}`;
    if (rank === null || rank >= bestRank || !isModuleVersion(version) || version.length > 128) continue;
    best = { version, variable };
    bestRank = rank;
  }
  return best;
}

/**
 * How near a variable is to the program: in its main package, in its module, in a package that many programs share to
 * say their version (`github.com/prometheus/common/version.Version`). Null for one that is about something else.
 */
function rankOf(variable: string, module: string): number | null {
  const dot = variable.lastIndexOf('.');
  const importPath = variable.slice(0, Math.max(dot, 0));
  if (!/^(?:git|build|app|release)?_?(?:ver|version|tag)$/i.test(variable.slice(dot + 1))) return null;
  if (importPath === 'main') return 0;
  if (module !== '' && (importPath === module || importPath.startsWith(`${module}/`))) return 1;
  return importPath.endsWith('/version') ? 2 : null;
}

/** `-X name=value` among the linker's flags. Go, cmd/link, "-X importpath.name=value". */
function* linkedVariables(flags: string): Generator<{ readonly variable: string; readonly value: string }> {
  let isNext = false;
  for (const word of splitFlags(flags)) {
    const definition = isNext ? word : /^--?X=(.*)$/s.exec(word)?.[1];
    isNext = !isNext && (word === '-X' || word === '--X');
    const equals = definition?.indexOf('=') ?? -1;
    if (definition === undefined || equals < 0) continue;
    yield { variable: definition.slice(0, equals), value: definition.slice(equals + 1) };
  }
}

/** Words between white space; quotes, which are taken off, keep white space together. Go, cmd/internal/quoted, Split. */
function splitFlags(flags: string): readonly string[] {
  return Array.from(
    flags.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g),
    ([, single, double, plain]) => single ?? double ?? plain ?? '',
  );
}
