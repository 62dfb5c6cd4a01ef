/**
 * Which modules a program was built from, and how: lines of fields between tabs.
 *
 *     path  github.com/docker/cli/cmd/docker
 *     mod   github.com/docker/cli  v27.0.1+incompatible  h1:…
 *     dep   golang.org/x/sys       v0.18.0               h1:…
 *     =>    example.com/fork/sys   v0.18.1               h1:…     instead of the module before
 *     build vcs.revision=…
 *
 * Go, `src/runtime/debug/mod.go`, ParseBuildInfo. The sums (`h1:`) are of the files of a module, in a form of Go's own,
 * and not a checksum of any archive.
 */
import { parseJson } from '../../../formats/json.ts';
import { isModulePath } from './go-module.ts';

export interface BuiltModule {
  readonly path: string;
  /** Empty where it was built from a directory (`(devel)`), whatever version was asked for. */
  readonly version: string;
}

export interface ModuleInfo {
  /** Import path of the program; empty when not stated. */
  readonly program: string;
  /** The module that the program belongs to. */
  readonly main: BuiltModule | null;
  /** What was built in: replacements instead of what they replace. */
  readonly modules: readonly BuiltModule[];
  readonly settings: ReadonlyMap<string, string>;
  /** Lines that name no module. */
  readonly damaged: number;
  readonly cut: boolean;
}

/** More than any program has. */
const MAX_MODULES = 20_000;
const MAX_VERSION_LENGTH = 256;

export function parseModuleInfo(text: string): ModuleInfo {
  const settings = new Map<string, string>();
  const modules: BuiltModule[] = [];
  let program = '';
  let main: BuiltModule | null = null;
  let damaged = 0;
  let cut = false;
  for (const line of text.split('\n')) {
    const [kind, path = '', version = ''] = line.split('\t', 3);
    if (kind === 'path') program = path.slice(0, 500);
    else if (kind === 'build') addSetting(settings, line.slice(line.indexOf('\t') + 1));
    else if (kind === 'mod') main = toModule(path, version);
    else if (kind === 'dep') {
      const module = toModule(path, version);
      if (module === null) damaged += 1;
      else if (modules.length < MAX_MODULES) modules.push(module);
      else cut = true;
    } else if (kind === '=>') {
      const replaced = modules.pop();
      if (replaced !== undefined) modules.push(replacementOf(replaced, toModule(path, version)));
      else if (main !== null) main = replacementOf(main, toModule(path, version));
    }
  }
  return { program, main, modules, settings, damaged, cut };
}

function toModule(path: string, version: string): BuiltModule | null {
  if (!isModulePath(path) || version.length > MAX_VERSION_LENGTH) return null;
  return { path, version: version === '(devel)' ? '' : version };
}

/** A directory instead of a module has a path of its own and no version; what it holds goes on to be that module. */
function replacementOf({ path }: BuiltModule, replacement: BuiltModule | null): BuiltModule {
  return replacement === null || replacement.version === '' ? { path, version: '' } : replacement;
}

/** Keys and values with characters of their own meaning are quoted as in Go. */
function addSetting(settings: Map<string, string>, text: string): void {
  const quotedKey = /^(?:"[^"]*"|`[^`]*`)(?==)/.exec(text)?.[0];
  const key = quotedKey ?? /^[^=]*/.exec(text)?.[0] ?? '';
  settings.set(unquote(key), unquote(text.slice(key.length + 1)));
}

function unquote(text: string): string {
  if (/^`[^`]*`$/.test(text)) return text.slice(1, -1);
  if (!/^".*"$/s.test(text)) return text;
  // Go's escapes that matter in a command line are those of JSON
  const value = parseJson(text);
  return typeof value === 'string' ? value : text.slice(1, -1);
}
