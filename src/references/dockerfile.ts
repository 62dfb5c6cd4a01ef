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
import { blankedDockerfile } from './dockerfile-layout.ts';
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
  /** The same without what is no instruction: what the parser read. */
  readonly layout: string;
  readonly dockerfile: Dockerfile;
  readonly positions: Positions;
  readonly arguments: ReadonlyMap<string, BuildArgument>;
}

/** A place where a Dockerfile names an image, or a stage before it. */
export interface DockerfileSource {
  /** What a stage begins with, or what is copied or mounted from. */
  readonly role: 'base' | 'copied';
  /** The stage that it names, counted from 0; null for an image. A number may be written of which there is no stage. */
  readonly stage: number | null;
  /** What it names; its reference may also be `scratch`, or a stage's name. */
  readonly use: ImageUse;
}

/** In the order of the file. What names an earlier stage, or nothing at all (`scratch`), pulls no image. */
export function imagesOfDockerfile(text: string): ImageUse[] {
  const reading = readingOf(text);
  const images = sourcesOfStages(reading).filter(
    ({ role, stage, use }) =>
      stage === null && use.written !== '' && !(role === 'base' && use.reference === 'scratch'),
  );
  return [...frontends(reading), ...images.map(({ use }) => use)];
}

/** What the stages are made from, in the order of the file: also other stages, and `scratch`. */
export function sourcesOfDockerfile(text: string): DockerfileSource[] {
  return sourcesOfStages(readingOf(text));
}

function readingOf(text: string): Reading {
  const layout = blankedDockerfile(text);
  const dockerfile = DockerfileParser.parse(layout);
  const positions = createPositions(text);
  return { text, layout, dockerfile, positions, arguments: globalArguments(dockerfile, text, positions) };
}

/** `# syntax=docker/dockerfile:1`: a program that is pulled and runs the build. */
function frontends({ dockerfile, text, positions }: Reading): ImageUse[] {
  return dockerfile
    .getDirectives()
    .filter((directive) => directive.getName().toLowerCase() === 'syntax')
    .map((directive) => {
      const range = unquoted(text, toRange(directive.getValueRange(), positions));
      const written = text.slice(range.start, range.end);
      return { reference: written, written, ...positions.at(range.start), literal: range, obstacle: null };
    });
}

function sourcesOfStages(reading: Reading): DockerfileSource[] {
  const sources: DockerfileSource[] = [];
  const stages: (string | null)[] = [];
  const stageNamed = (name: string | null): number | null => {
    const index = name === null ? -1 : stages.lastIndexOf(name.toLowerCase());
    return index === -1 ? null : index;
  };
  for (const instruction of reading.dockerfile.getInstructions()) {
    if (instruction instanceof From) {
      const range = instruction.getImageRange();
      const use =
        range === null
          ? nameless(instruction, reading)
          : baseImage(toRange(range, reading.positions), reading);
      sources.push({ role: 'base', stage: stageNamed(use.reference), use });
      // without a name it still counts
      stages.push(instruction.getBuildStage()?.toLowerCase() ?? null);
    } else {
      for (const range of sourcesOf(instruction, reading)) {
        const use = imageSource(range, reading);
        if (use.written === '') continue;
        const stage = stageNamed(use.written) ?? (/^\d+$/.test(use.written) ? Number(use.written) : null);
        sources.push({ role: 'copied', stage, use });
      }
    }
  }
  return sources;
}

/** The values of `COPY --from=` and of `from=` in `RUN --mount=`; what ONBUILD keeps for later is not done in this build. */
function sourcesOf(instruction: Instruction, { layout, positions }: Reading): TextRange[] {
  if (!(instruction instanceof ModifiableInstruction)) return [];
  return instruction.getFlags().flatMap((flag) => {
    const whole = toRange(flag.getRange(), positions);
    const written = layout.slice(whole.start, whole.end);
    // the parser does not know where an option is that is quoted, or in a flag that is continued on another line
    if (FROM.test(written) && UNCLEAR.test(written)) return [whole];
    const name = flag.getName();
    const ranges =
      name === 'from'
        ? [flag.getValueRange()]
        : name === 'mount'
          ? flag
              .getOptions()
              .filter((option) => option.getName().toLowerCase() === 'from')
              .map((option) => option.getValueRange())
          : [];
    return ranges.flatMap((range) => (range === null ? [] : toRange(range, positions)));
  });
}

/** Wherever lines are broken in it. */
const FROM = /f[^a-z]*r[^a-z]*o[^a-z]*m/i;

/** With line breaks, or with quotation marks that are not around all of the value. */
const UNCLEAR = /^[^=\n]*(?:\n|=(?:["'](?!["']))?[^"'\n]*(?:\n|["'][^]))/;

function nameless(instruction: From, { positions }: Reading): ImageUse {
  const { start } = toRange(instruction.getInstructionRange(), positions);
  return {
    reference: null,
    written: '',
    ...positions.at(start),
    literal: null,
    obstacle: 'FROM names no image',
  };
}

function baseImage(range: TextRange, reading: Reading): ImageUse {
  const { text, positions } = reading;
  const literal = unquoted(text, range);
  const written = text.slice(literal.start, literal.end);
  const expansion = expandVariables(written, (name) => reading.arguments.get(name)?.value);
  const here = { written, ...positions.at(literal.start) };
  if (expansion.kind === 'unknown') {
    const obstacle = `it depends on the build argument ${expansion.variable}, which has no default`;
    return { reference: null, ...here, literal: null, obstacle };
  }
  const reference = expansion.text;
  if (!expansion.hasVariables) return { reference, ...here, literal, obstacle: null };
  const whole = /^\$(?:(\w+)|\{(\w+)\})$/.exec(written);
  const argument = reading.arguments.get(whole?.[1] ?? whole?.[2] ?? '');
  if (argument !== undefined && argument.value === text.slice(argument.range.start, argument.range.end)) {
    return { reference, ...here, literal: argument.range, obstacle: null };
  }
  const obstacle = 'it is put together from build arguments, so no single place holds it';
  return { reference, ...here, literal: null, obstacle };
}

/** The source of a copy or mount: an earlier stage by name or number, else an image or a named context. */
function imageSource(range: TextRange, { text, positions }: Reading): ImageUse {
  const literal = unquoted(text, range);
  const written = text.slice(literal.start, literal.end);
  const here = { written, ...positions.at(literal.start) };
  const obstacle = /[\n"']/.test(written)
    ? 'what it mounts from is quoted, or continued on another line'
    : written.includes('$')
      ? 'what it copies from depends on a build argument'
      : null;
  if (obstacle === null) return { reference: written, ...here, literal, obstacle };
  return { reference: null, ...here, literal: null, obstacle };
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
