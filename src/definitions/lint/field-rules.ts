/** What is wrong with the fields of one paragraph, whatever they say. */
import { nearestName } from '../../formats/nearest-name.ts';
import { ARCHITECTURE_NAMES, ARCHITECTURES, isArchitecture } from '../architectures.ts';
import { type Field, placeOf } from '../control-file.ts';
import { PER_ARCHITECTURE_FIELDS } from '../definition.ts';
import { trim } from '../go-strings.ts';
import { ALL_ARCHITECTURE_FIELDS, type Block, placedElements, scalarField } from './blocks.ts';
import { type Diagnostic, diagnostic, startOf } from './diagnostic.ts';
import { shown } from './shown.ts';

export const LISTS: ReadonlySet<string> = new Set([
  'Maintainers',
  'Tags',
  'SharedTags',
  'Architectures',
  'Constraints',
]);
const NAMES: readonly string[] = [...LISTS, ...PER_ARCHITECTURE_FIELDS, ...ALL_ARCHITECTURE_FIELDS];

/** Controls, and marks that change the direction of text or take no space. */
const UNSEEN = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u;

export function* fieldRules(block: Block): Generator<Diagnostic> {
  const { badLines, fields } = block.paragraph;
  for (const line of badLines) {
    yield diagnostic('bad-line', block, startOf({ line: line.number }), `${shown(line.text)} has no colon`);
  }
  const lineOf = new Map<string, number>();
  for (const field of fields) {
    yield* nameRules(block, field);
    const before = lineOf.get(field.name);
    if (before !== undefined) {
      const message = `${shown(field.name)} stands in line ${before} already; this one counts`;
      yield diagnostic('duplicate-field', block, startOf(field), message);
    }
    lineOf.set(field.name, field.line);
    if (LISTS.has(field.name)) yield* listRules(block, field);
    else if (scalarField(field.name) !== null) yield* scalarRules(block, field);
  }
}

function* nameRules(block: Block, field: Field): Generator<Diagnostic> {
  const { name } = field;
  const scalar = scalarField(name);
  if (scalar === null && !LISTS.has(name)) {
    const message = `${shown(name)} is no field, and is ignored`;
    yield diagnostic('unknown-field', block, startOf(field), message, meant(name, NAMES));
  }
  const prefix = scalar?.prefix ?? null;
  if (prefix !== null && !isArchitecture(prefix)) {
    const message = `${shown(prefix)} in ${shown(name)} is no architecture`;
    yield diagnostic('unknown-prefix', block, startOf(field), message, meantArchitecture(prefix));
  }
}

/** Undefined where no name is like it: then the rule says what to do. */
export function meant(word: string, names: Iterable<string>): string | undefined {
  const near = nearestName(word, names);
  return near === null ? undefined : `Write ${near}, if that is what was meant.`;
}

/** By the names of others too: `arm64`, `386`, `armhf`. */
export function meantArchitecture(word: string): string | undefined {
  const known = ARCHITECTURE_NAMES.findLast((name) => {
    const { platform, dpkg, namespace } = ARCHITECTURES[name];
    return [platform.architecture, dpkg, namespace].includes(word);
  });
  return meant(known ?? word, ARCHITECTURE_NAMES);
}

function* listRules(block: Block, field: Field): Generator<Diagnostic> {
  for (const [index, stretch] of field.stretches.entries()) {
    const end = field.stretches[index + 1]?.offset ?? field.value.length;
    if (index > 0 && trim(field.value.slice(stretch.offset, end)) === '') {
      const message = `the line has nothing but spaces, and continues ${field.name}`;
      yield diagnostic('blank-line-with-spaces', block, startOf(stretch), message);
    }
  }
  for (const { text, place } of placedElements(field)) {
    if (UNSEEN.test(text)) yield diagnostic('control-character', block, place, unseen(field, text));
    if (hasComment(text)) yield diagnostic('trailing-comment', block, place, commented(field, text));
  }
}

function* scalarRules(block: Block, field: Field): Generator<Diagnostic> {
  const { name, value, stretches } = field;
  const [, second] = stretches;
  if (second !== undefined) {
    const message = `${name} goes on in line ${second.line}, and has a line feed in it`;
    yield diagnostic('multi-line-value', block, startOf(second), message);
  }
  const place = placeOf(field, 0);
  if (value === '') yield diagnostic('empty-value', block, place, `${name} has no value`);
  if (UNSEEN.test(value.replaceAll('\n', ''))) {
    yield diagnostic('control-character', block, place, unseen(field, value));
  }
  if (hasComment(value)) yield diagnostic('trailing-comment', block, place, commented(field, value));
}

const hasComment = (value: string) => /[ \t]#/.test(value);
const unseen = ({ name }: Field, value: string) =>
  `${name} has characters that cannot be seen: ${shown(value)}`;
const commented = ({ name }: Field, value: string) =>
  `what is behind the number sign is part of ${name}: ${shown(value)}`;
