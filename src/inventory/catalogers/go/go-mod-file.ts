/**
 * `go.mod`: what a module needs, one directive a line, or several in parentheses after their keyword. What the module
 * was really built with stands there since Go 1.17, indirect requirements included; before, only the direct ones do.
 * Go Modules Reference, "go.mod files".
 */
import { isModulePath } from './go-module.ts';

export interface RequiredModule {
  readonly path: string;
  readonly version: string;
}

export interface GoModFile {
  /** The module's own path. */
  readonly module: string;
  /** Replacements applied; what is replaced by a directory is a part of the application and left out. */
  readonly modules: readonly RequiredModule[];
  /** Requirements that could not be understood. */
  readonly damaged: number;
  readonly cut: boolean;
}

/** The largest have some thousand. */
export const MAX_MODULES = 20_000;

type Words = readonly string[];

/** Null for what is no such file. */
export function parseGoMod(text: string): GoModFile | null {
  const directives = [...readDirectives(text)];
  const module = directives.find(([keyword]) => keyword === 'module')?.[1];
  if (module === undefined) return null;

  const replacements = new Map<string, RequiredModule | null>();
  for (const [keyword, ...words] of directives)
    if (keyword === 'replace') addReplacement(replacements, words);

  const modules = new Map<string, RequiredModule>();
  let damaged = 0;
  let cut = false;
  for (const [keyword, path = '', version = ''] of directives) {
    if (keyword !== 'require') continue;
    if (!isModulePath(path) || version === '') damaged += 1;
    else if (modules.size >= MAX_MODULES) cut = true;
    else {
      const replacement = replacements.get(`${path}@${version}`) ?? replacements.get(path);
      if (replacement !== null) modules.set(path, replacement ?? { path, version });
    }
  }
  return { module, modules: [...modules.values()], damaged, cut };
}

/** `old => new v1`, `old v1 => new v1`, or with a directory for the new one. */
function addReplacement(replacements: Map<string, RequiredModule | null>, words: Words): void {
  const arrow = words.indexOf('=>');
  const [oldPath, oldVersion] = words.slice(0, arrow);
  const [path, version] = words.slice(arrow + 1);
  if (arrow < 1 || oldPath === undefined || path === undefined) return;
  const replacement = version === undefined || !isModulePath(path) ? null : { path, version };
  replacements.set(oldVersion === undefined ? oldPath : `${oldPath}@${oldVersion}`, replacement);
}

/** Each with its keyword first. */
function* readDirectives(text: string): Generator<Words> {
  let block: string | null = null;
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const words = splitWords(line);
    const [first, second] = words;
    if (first === undefined) continue;
    if (block !== null && first === ')') block = null;
    else if (block !== null) yield [block, ...words];
    else if (second === '(') block = first;
    else yield words;
  }
}

/** Words may stand in quotes; a comment ends the line. */
function splitWords(line: string): Words {
  const comment = line.indexOf('//');
  const code = comment < 0 ? line : line.slice(0, comment);
  return Array.from(
    code.matchAll(/"([^"]*)"|`([^`]*)`|(\S+)/g),
    ([, double, back, plain]) => double ?? back ?? plain ?? '',
  );
}
