/**
 * Images that a Dockerfile pulls: the frontend of its first lines, the bases of its stages, and what it copies or mounts from.
 * Dockerfile reference: "syntax", "FROM", "ARG", "COPY --from", "RUN --mount".
 */
import {
  type Dockerfile,
  DockerfileParser,
  From,
  type Instruction,
  ModifiableInstruction,
} from 'dockerfile-ast';
import type { ImageUse, TextRange } from './image-use.ts';
import { createPositions, type Positions } from './positions.ts';
import { expandVariables } from './variables.ts';

/** What the parser gives: a line and a character, counted from zero. */
interface ParsedRange {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

/** A build argument before the first stage, with its default. */
interface BuildArgument {
  readonly value: string;
  readonly range: TextRange;
}

interface Reading {
  readonly text: string;
  readonly positions: Positions;
  readonly arguments: ReadonlyMap<string, BuildArgument>;
}

/** In the order of the file. What names an earlier stage, or nothing at all (`scratch`), pulls no image. */
export function imagesOfDockerfile(text: string): ImageUse[] {
  const dockerfile = DockerfileParser.parse(text);
  const positions = createPositions(text);
  const reading: Reading = { text, positions, arguments: globalArguments(dockerfile, text, positions) };
  return [...frontends(dockerfile, reading), ...imagesOfStages(dockerfile, reading)];
}

/** `# syntax=docker/dockerfile:1`: a program that is pulled and runs the build. */
function frontends(dockerfile: Dockerfile, { text, positions }: Reading): ImageUse[] {
  return dockerfile
    .getDirectives()
    .filter((directive) => directive.getName().toLowerCase() === 'syntax')
    .map((directive) => {
      const range = unquoted(text, toRange(directive.getValueRange(), positions));
      const written = text.slice(range.start, range.end);
      return { reference: written, written, ...positions.at(range.start), literal: range, obstacle: null };
    });
}

function imagesOfStages(dockerfile: Dockerfile, reading: Reading): ImageUse[] {
  const uses: ImageUse[] = [];
  const stages = new Set<string>();
  for (const instruction of dockerfile.getInstructions()) {
    if (instruction instanceof From) {
      const range = instruction.getImageRange();
      if (range !== null) uses.push(...baseImage(toRange(range, reading.positions), stages, reading));
      const stage = instruction.getBuildStage();
      if (stage !== null) stages.add(stage.toLowerCase());
    } else {
      for (const range of sourcesOf(instruction, reading.positions)) {
        uses.push(...imageSource(range, stages, reading));
      }
    }
  }
  return uses;
}

/** The values of `COPY --from=` and of `from=` in `RUN --mount=`, also behind ONBUILD. */
function sourcesOf(instruction: Instruction, positions: Positions): TextRange[] {
  if (!(instruction instanceof ModifiableInstruction)) return [];
  return instruction.getFlags().flatMap((flag) => {
    const ranges =
      flag.getName() === 'from'
        ? [flag.getValueRange()]
        : flag.getName() === 'mount'
          ? flag
              .getOptions()
              .filter((option) => option.getName() === 'from')
              .map((option) => option.getValueRange())
          : [];
    return ranges.flatMap((range) => (range === null ? [] : toRange(range, positions)));
  });
}

function baseImage(range: TextRange, stages: ReadonlySet<string>, reading: Reading): ImageUse[] {
  const { text, positions } = reading;
  const written = text.slice(range.start, range.end);
  const expansion = expandVariables(written, (name) => reading.arguments.get(name)?.value);
  const here = { written, ...positions.at(range.start) };
  if (expansion.kind === 'unknown') {
    const obstacle = `it depends on the build argument ${expansion.variable}, which has no default`;
    return [{ reference: null, ...here, literal: null, obstacle }];
  }
  const reference = expansion.text;
  if (reference === 'scratch' || stages.has(reference.toLowerCase())) return [];
  if (!expansion.hasVariables)
    return [{ reference, ...here, literal: unquoted(text, range), obstacle: null }];
  const whole = /^\$(?:(\w+)|\{(\w+)\})$/.exec(written);
  const argument = reading.arguments.get(whole?.[1] ?? whole?.[2] ?? '');
  if (argument !== undefined && argument.value === text.slice(argument.range.start, argument.range.end)) {
    return [{ reference, ...here, literal: argument.range, obstacle: null }];
  }
  const obstacle = 'it is put together from build arguments, so no single place holds it';
  return [{ reference, ...here, literal: null, obstacle }];
}

/** The source of a copy or mount: an earlier stage by name or number, else an image or a named context. */
function imageSource(
  range: TextRange,
  stages: ReadonlySet<string>,
  { text, positions }: Reading,
): ImageUse[] {
  const literal = unquoted(text, range);
  const written = text.slice(literal.start, literal.end);
  if (written === '' || /^\d+$/.test(written) || stages.has(written.toLowerCase())) return [];
  const here = { written, ...positions.at(literal.start) };
  if (written.includes('$')) {
    return [
      {
        reference: null,
        ...here,
        literal: null,
        obstacle: 'what it copies from depends on a build argument',
      },
    ];
  }
  return [{ reference: written, ...here, literal, obstacle: null }];
}

/** Those before the first FROM, the only ones that FROM sees. A default may use those before it. */
function globalArguments(
  dockerfile: Dockerfile,
  text: string,
  positions: Positions,
): ReadonlyMap<string, BuildArgument> {
  const found = new Map<string, BuildArgument>();
  for (const instruction of dockerfile.getInitialARGs()) {
    for (const property of instruction.getProperties()) {
      const range = property.getValueRange();
      if (range === null) continue;
      const literal = unquoted(text, toRange(range, positions));
      const written = text.slice(literal.start, literal.end);
      const expansion = expandVariables(written, (name) => found.get(name)?.value);
      if (expansion.kind === 'known')
        found.set(property.getName(), { value: expansion.text, range: literal });
    }
  }
  return found;
}

function toRange({ start, end }: ParsedRange, positions: Positions): TextRange {
  return {
    start: positions.offset(start.line, start.character),
    end: positions.offset(end.line, end.character),
  };
}

/** Without the quotation marks around it. */
function unquoted(text: string, { start, end }: TextRange): TextRange {
  const first = text[start];
  const isQuoted = end - start >= 2 && (first === '"' || first === "'") && text[end - 1] === first;
  return isQuoted ? { start: start + 1, end: end - 1 } : { start, end };
}
