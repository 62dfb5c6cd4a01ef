/**
 * Strict reading of definitions: everything that upstream refuses, and what it lets pass and should not. Each rule is in the
 * table of `rules.ts`; all of them look at the whole file, wherever the first fault is.
 */
import { readControlFile } from '../control-file.ts';
import type { Definition } from '../definition.ts';
import { DefinitionError } from '../errors.ts';
import { trim } from '../go-strings.ts';
import { excessOf, lengthExcess } from '../limits.ts';
import { parseDefinition } from '../parse.ts';
import { isRepositoryName } from '../values.ts';
import { type Block, blocksOf, type Blocks } from './blocks.ts';
import { type Diagnostic, diagnostic, startOf } from './diagnostic.ts';
import { entryRules } from './entry-rules.ts';
import { fieldRules } from './field-rules.ts';
import type { LintRule } from './rules.ts';
import { shown } from './shown.ts';
import { valueRules } from './value-rules.ts';

/** Of one file; more do not help anybody. */
const MOST_DIAGNOSTICS = 1_000;

const FILE = { line: 1, column: 1 };

/**
 * In the order of the file. No error among them: the definition is good in both modes.
 *
 * @param name of the file, and so of the repository
 */
export function lintDefinition(text: string, { name }: { readonly name: string }): readonly Diagnostic[] {
  const found = diagnosticsOf(text, name).take(MOST_DIAGNOSTICS).toArray();
  return found.toSorted((a, b) => a.line - b.line || a.column - b.column);
}

function* diagnosticsOf(text: string, name: string): Generator<Diagnostic> {
  if (!isRepositoryName(name)) {
    yield diagnostic('repository-name', null, FILE, `${shown(name)} cannot be the name of a repository`);
  }
  const blocks = readBlocks(text);
  const told = new Set<LintRule>();
  for (const found of blocks === null ? [] : rulesOf(blocks)) {
    told.add(found.rule);
    yield found;
  }
  const definition = readAsUpstream(text, name);
  if (!(definition instanceof DefinitionError)) {
    yield* mergedEntries(blocks?.entries ?? [], definition);
    return;
  }
  const { rule, line } = definition.fault;
  // what a rule has told is told better there
  if (!told.has(rule)) yield diagnostic(rule, null, startOf({ line }), definition.message);
}

/** Null for what cannot be looked at: upstream's reading says why. */
function readBlocks(text: string): Blocks | null {
  const file = lengthExcess(text) === null ? readControlFile(text) : null;
  return file === null || excessOf(file) !== null ? null : blocksOf(file);
}

function* rulesOf(blocks: Blocks): Generator<Diagnostic> {
  if (blocks.isSigned) {
    const message = 'the file is signed by OpenPGP, and nobody verifies that';
    yield diagnostic('unverified-signature', null, FILE, message);
  }
  for (const { number, text } of blocks.strayLines) {
    const message = `${shown(trim(text))} continues a field, and there is none above it`;
    yield diagnostic('stray-continuation', null, startOf({ line: number }), message);
  }
  for (const block of [blocks.global, ...blocks.entries]) {
    yield* fieldRules(block);
    yield* valueRules(block);
  }
  yield* entryRules(blocks);
}

/** Entries that are no more by themselves in what upstream makes of the file. */
function* mergedEntries(entries: readonly Block[], definition: Definition): Generator<Diagnostic> {
  const owners = new Map(
    definition.entries.flatMap((entry) => entry.tags.map((tag) => [tag, entry] as const)),
  );
  for (const block of entries) {
    const owner = owners.get(block.entry ?? '');
    if (owner === undefined || owner.line === block.paragraph.line) continue;
    const message = `it is built from the same as ${shown(owner.tags[0] ?? '')} (line ${owner.line})`;
    yield diagnostic('same-inputs', block, startOf(block.paragraph), message);
  }
}

function readAsUpstream(text: string, name: string) {
  try {
    return parseDefinition(text, { name });
  } catch (error) {
    if (error instanceof DefinitionError) return error;
    throw error;
  }
}
