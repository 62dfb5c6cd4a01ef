/** Images in YAML: which fields name one depends on the kind of file, the rest is the same. */
import { type Document, isAlias, isMap, isScalar, isSeq, type Node, parseAllDocuments, Scalar } from 'yaml';
import { ReferenceFileError } from './errors.ts';
import type { ImageUse, ReferenceFileKind } from './image-use.ts';
import { createPositions, type Positions } from './positions.ts';
import { expandVariables } from './variables.ts';

/** Deeper than any of these files. */
const MAX_DEPTH = 64;

/** Fields that name images; `*` is any key, `[]` every element. A Kubernetes manifest has pods at many depths: `**`. */
const FIELDS = {
  compose: ['services.*.image', 'services.*.build.additional_contexts.*'],
  kubernetes: [
    '**.containers.[].image',
    '**.initContainers.[].image',
    '**.ephemeralContainers.[].image',
    '**.volumes.[].image.reference',
  ],
  'github-workflow': [
    'jobs.*.container',
    'jobs.*.container.image',
    'jobs.*.services.*.image',
    'jobs.*.steps.[].uses',
    'runs.image',
    'runs.steps.[].uses',
  ],
  'gitlab-ci': [
    'image',
    'image.name',
    'services.[]',
    'services.[].name',
    '*.image',
    '*.image.name',
    '*.services.[]',
    '*.services.[].name',
  ],
} as const satisfies Partial<Record<ReferenceFileKind, readonly string[]>>;

export type YamlFileKind = keyof typeof FIELDS;

/** Fields that name an image only behind this prefix, and something else otherwise. */
const PREFIXES: Readonly<Record<string, string>> = {
  uses: 'docker://',
  additional_contexts: 'docker-image://',
  runs: 'docker://',
};

interface Reading {
  readonly text: string;
  readonly kind: YamlFileKind;
  readonly positions: Positions;
  readonly fields: readonly (readonly string[])[];
  /** Scalars that were seen: one behind an alias is one place. */
  readonly seen: Set<Node>;
  readonly uses: ImageUse[];
}

/**
 * In the order of the file.
 *
 * @throws {ReferenceFileError} REFERENCE_FILE_INVALID
 */
export function imagesOfYaml(text: string, kind: YamlFileKind, file: string): ImageUse[] {
  const positions = createPositions(text);
  const fields = FIELDS[kind].map((field) => field.split('.'));
  const reading: Reading = { text, kind, positions, fields, seen: new Set(), uses: [] };
  for (const document of parseDocuments(text, file)) {
    if (document.contents !== null) visit(document.contents, [], document, reading);
  }
  return reading.uses.sort((a, b) => a.line - b.line || a.column - b.column);
}

/**
 * The documents of a YAML file.
 *
 * @throws {ReferenceFileError} REFERENCE_FILE_INVALID
 */
export function parseDocuments(text: string, file: string): readonly Document.Parsed[] {
  const documents = parseAllDocuments(text, { uniqueKeys: false, logLevel: 'silent' });
  const list = Array.isArray(documents) ? documents : [];
  for (const { errors } of list) {
    const [error] = errors;
    if (error === undefined) continue;
    const { line, column } = createPositions(text).at(error.pos[0]);
    const message = `${file}:${line}:${column} is not YAML: ${error.code}`;
    throw new ReferenceFileError('REFERENCE_FILE_INVALID', message, { subject: file, cause: error });
  }
  return list;
}

function visit(node: Node, path: readonly string[], document: Document.Parsed, reading: Reading): void {
  if (path.length > MAX_DEPTH) return;
  const target = isAlias(node) ? node.resolve(document) : node;
  if (target === undefined) return;
  if (isScalar(target)) {
    if (!reading.seen.has(target) && isNamed(path, reading.fields)) addUse(target, path, reading);
    return;
  }
  // anchors can make a small file endless: what stands behind one is read once
  if (reading.seen.has(target)) return;
  reading.seen.add(target);
  if (isMap(target)) {
    for (const { key, value } of target.items) {
      if (isScalar(key) && isNode(value)) visit(value, [...path, String(key.value)], document, reading);
    }
  } else if (isSeq(target)) {
    for (const item of target.items) if (isNode(item)) visit(item, [...path, '[]'], document, reading);
  }
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

function isNamed(path: readonly string[], fields: readonly (readonly string[])[]): boolean {
  return fields.some((field) => {
    const [first, ...rest] = field;
    const [wanted, found] = first === '**' ? [rest, path.slice(-rest.length)] : [field, path];
    return (
      wanted.length === found.length &&
      wanted.every((name, at) => name === found[at] || (name === '*' && found[at] !== '[]'))
    );
  });
}

function addUse(node: Scalar, path: readonly string[], { text, positions, kind, seen, uses }: Reading): void {
  seen.add(node);
  const { value, range } = node;
  if (typeof value !== 'string' || value === '' || !range) return;
  const prefix = PREFIXES[path.at(-1) ?? ''] ?? PREFIXES[path.at(-2) ?? ''] ?? '';
  if (!value.startsWith(prefix)) return;
  const written = value.slice(prefix.length);
  const source = text.slice(range[0], range[1]);
  const here = { written, ...positions.at(range[0]) };
  const add = (use: Pick<ImageUse, 'reference' | 'literal' | 'obstacle'>): void =>
    void uses.push({ ...here, ...use });

  if (/\$\{\{|\$\[\[/.test(written)) {
    return add({ reference: null, literal: null, obstacle: 'it is computed when the workflow runs' });
  }
  const expansion = expandVariables(written);
  if (expansion.kind === 'unknown' || (kind === 'gitlab-ci' && expansion.hasVariables)) {
    const variable = expansion.kind === 'unknown' ? expansion.variable : written;
    return add({ reference: null, literal: null, obstacle: `it depends on the variable ${variable}` });
  }
  const reference = expansion.text;
  if (expansion.hasVariables) {
    return add({
      reference,
      literal: null,
      obstacle: 'it is put together from variables, so no single place holds it',
    });
  }
  const at = source.indexOf(written);
  const isLiteral = node.type !== Scalar.BLOCK_FOLDED && node.type !== Scalar.BLOCK_LITERAL && at !== -1;
  if (!isLiteral)
    return add({ reference, literal: null, obstacle: 'it is written with escapes or over several lines' });
  const start = range[0] + at;
  add({ reference, literal: { start, end: start + written.length }, obstacle: null });
}
