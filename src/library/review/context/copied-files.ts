/** Which files of its context a Dockerfile uses. Dockerfile reference: "COPY", "ADD", "RUN --mount=type=bind". */
import { Add, Copy, DockerfileParser, type Instruction, ModifiableInstruction } from 'dockerfile-ast';
import { matchesGlob } from '../../../model/glob.ts';
import { blankedDockerfile } from '../../../references/dockerfile-layout.ts';

/** Far above every Dockerfile there is: each file of a context is held against each of them. */
const MOST_PATTERNS = 200;
const LONGEST_PATH = 4096;
/** Matches every file. */
const ALL = '';

/** Sources as patterns of `matchesGlob`, cleaned. What depends on a variable stands for any name; too many stand for all files. */
export function copiedPatterns(dockerfile: string): readonly string[] {
  // read as BuildKit lays it out, and as it is written, where names are not changed: rather a file too many
  const instructions = [blankedDockerfile(dockerfile), dockerfile].flatMap((text) =>
    DockerfileParser.parse(text).getInstructions(),
  );
  const patterns = [...new Set(instructions.flatMap(sourcesOf).map(toPattern))];
  return patterns.length > MOST_PATTERNS ? [ALL] : patterns;
}

/** Whether a file is one of these sources, or lies in a folder that is. */
export function isCopied(path: string, patterns: readonly string[]): boolean {
  return patterns.some(
    (pattern) => pattern === ALL || matchesGlob(path, pattern) || matchesGlob(path, `${pattern}/**`),
  );
}

function sourcesOf(instruction: Instruction): readonly string[] {
  if (!(instruction instanceof ModifiableInstruction)) return [];
  const flags = instruction.getFlags();
  if (!(instruction instanceof Copy || instruction instanceof Add)) return flags.flatMap(boundSources);
  if (flags.some((flag) => flag.getName() === 'from')) return [];
  const words = instruction.getArguments();
  // what stands below the line of a heredoc is its text
  const line = words.find((word) => word.getValue().startsWith('<<'))?.getRange().start.line;
  const sources =
    jsonWords(instruction.getRawArgumentsContent() ?? '') ??
    words
      .filter((word) => line === undefined || word.getRange().start.line <= line)
      .map((word) => word.getValue());
  return sources.slice(0, -1).filter((source) => !/^(?:<<|https?:|git@|ftp:)/i.test(source));
}

/** `["a b", "/to"]`, behind flags; null for another form. */
function jsonWords(content: string): readonly string[] | null {
  const [, list] = /^(?:--\S+\s+)*(\[.*\])\s*$/s.exec(content) ?? [];
  if (list === undefined) return null;
  try {
    const words: unknown = JSON.parse(list.replaceAll(/[\\`]\r?\n/g, ''));
    return Array.isArray(words) ? words.map(String) : null;
  } catch {
    return null;
  }
}

/** `--mount=type=bind,source=files` without `from`: the context itself. */
function boundSources(flag: ReturnType<ModifiableInstruction['getFlags']>[number]): readonly string[] {
  if (flag.getName() !== 'mount') return [];
  const options = new Map(flag.getOptions().map((option) => [option.getName(), option.getValue() ?? '']));
  const type = options.get('type') ?? 'bind';
  if (type !== 'bind' || options.has('from')) return [];
  return [options.get('source') ?? options.get('src') ?? ''];
}

function toPattern(source: string): string {
  if (source.length > LONGEST_PATH) return ALL;
  const path = source.replaceAll(/\$(?:\w+|\{[^}]*\})/g, '*').replaceAll(/\[[^\]/]*\]/g, '?');
  const kept: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..') kept.pop();
    else if (name !== '' && name !== '.') kept.push(name);
  }
  return kept.join('/');
}
