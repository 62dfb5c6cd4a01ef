/** Which files of its context a Dockerfile uses. Dockerfile reference: "COPY", "ADD", "RUN --mount=type=bind". */
import {
  Add,
  Copy,
  DockerfileParser,
  type Instruction,
  JSONInstruction,
  ModifiableInstruction,
} from 'dockerfile-ast';
import { matchesGlob } from '../../../model/glob.ts';

/** Sources as patterns of `matchesGlob`, cleaned. What depends on a variable stands for any name. */
export function copiedPatterns(dockerfile: string): readonly string[] {
  const instructions = DockerfileParser.parse(dockerfile).getInstructions();
  return [...new Set(instructions.flatMap(sourcesOf).map(toPattern))];
}

/** Whether a file is one of these sources, or lies in a folder that is. */
export function isCopied(path: string, patterns: readonly string[]): boolean {
  return patterns.some(
    (pattern) => pattern === '' || matchesGlob(path, pattern) || matchesGlob(path, `${pattern}/**`),
  );
}

function sourcesOf(instruction: Instruction): readonly string[] {
  if (!(instruction instanceof ModifiableInstruction)) return [];
  const flags = instruction.getFlags();
  if (!(instruction instanceof Copy || instruction instanceof Add)) return flags.flatMap(boundSources);
  if (flags.some((flag) => flag.getName() === 'from')) return [];
  const json = instruction instanceof JSONInstruction ? instruction.getJSONStrings() : [];
  const sources =
    json.length > 0
      ? json.map((text) => text.getJSONValue())
      : instruction.getArguments().map((argument) => argument.getValue());
  return sources.slice(0, -1).filter((source) => !/^(?:<<|https?:|git@|ftp:)/i.test(source));
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
  const path = source.replaceAll(/\$(?:\w+|\{[^}]*\})/g, '*').replaceAll(/\[[^\]/]*\]/g, '?');
  const kept: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..') kept.pop();
    else if (name !== '' && name !== '.') kept.push(name);
  }
  return kept.join('/');
}
