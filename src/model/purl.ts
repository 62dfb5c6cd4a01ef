import { ModelError } from './errors.ts';
import { type PurlTypeRules, purlTypeRules } from './purl-types.ts';

declare const purlBrand: unique symbol;
/** A canonical package URL, made by `formatPurl` only. ECMA-427, package-url/purl-spec. */
export type Purl = string & { readonly [purlBrand]: true };

/** The components of a purl, decoded and in canonical spelling. */
export interface PurlParts {
  readonly type: string;
  /** Segments joined by `/`; null when there is none. */
  readonly namespace: string | null;
  readonly name: string;
  readonly version: string | null;
  /** Without prototype, keys in rising order. */
  readonly qualifiers: Readonly<Record<string, string>>;
  readonly subpath: string | null;
}

/** What a purl is made from; null, undefined and the empty string all mean that a component is not there. */
export interface PurlComponents {
  readonly type: string;
  readonly namespace?: string | null | undefined;
  readonly name: string;
  readonly version?: string | null | undefined;
  readonly qualifiers?: Readonly<Record<string, string | null | undefined>> | null | undefined;
  readonly subpath?: string | null | undefined;
}

/**
 * Writes the canonical purl of a package, in the spelling that its type's definition asks for.
 *
 * @throws {ModelError} PURL_INVALID: a component is missing, not allowed for the type, or not spelled as it must be
 */
export function formatPurl(components: PurlComponents): Purl {
  return writePurl(canonicalParts(components));
}

/**
 * Reads a purl, canonical or not, into canonical components: from right to left, as "How to parse a PURL" says.
 * Qualifier keys that begin with an upper-case letter are refused, as the specification's tests want it.
 *
 * @throws {ModelError} PURL_INVALID
 */
export function parsePurl(text: string): PurlParts {
  return readPurl(text, 'strict');
}

/**
 * As `parsePurl`, with upper-case qualifier keys mended.
 *
 * @throws {ModelError} PURL_INVALID
 */
export function mendPurl(text: string): PurlParts {
  return readPurl(text, 'mend');
}

/**
 * Brings a purl to its canonical form; upper-case qualifier keys are mended.
 *
 * @throws {ModelError} PURL_INVALID
 */
export function canonicalPurl(text: string): Purl {
  return writePurl(mendPurl(text));
}

type KeyReading = 'strict' | 'mend';

function readPurl(text: string, keys: KeyReading): PurlParts {
  try {
    return canonicalParts(splitPurl(text, keys));
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    throw new ModelError('PURL_INVALID', `${error.message} in ${JSON.stringify(text.slice(0, 300))}`, {
      subject: text,
      cause: error.cause,
    });
  }
}

function splitPurl(text: string, keys: KeyReading): PurlComponents {
  const [beforeSubpath, subpath] = splitLast(text, '#');
  const [beforeQualifiers, qualifiers] = splitLast(beforeSubpath, '?');
  const colon = beforeQualifiers.indexOf(':');
  if (colon < 0 || beforeQualifiers.slice(0, colon).toLowerCase() !== 'pkg') {
    throw invalid('the scheme "pkg:" is missing');
  }
  const afterScheme = beforeQualifiers.slice(colon + 1).replace(/^\/+/, '');
  const slash = afterScheme.indexOf('/');
  if (slash < 0) throw invalid('the name is missing');
  const type = afterScheme.slice(0, slash).toLowerCase();
  const path = afterScheme.slice(slash + 1);

  const at = versionSeparator(path);
  // an empty name is not to be taken from the namespace: pkg:swift/github.com/owner/@1 names nothing
  if (at === 0 || path[at - 1] === '/') throw invalid('the name is missing');
  const segments = (at < 0 ? path : path.slice(0, at)).split('/').filter(Boolean).map(decode);
  const nameLength = purlTypeRules(type).nameIsPath ? Math.max(segments.length - 1, 1) : 1;
  const namespace = segments.slice(0, -nameLength);
  if (namespace.some((segment) => segment.includes('/'))) throw invalid('a namespace segment holds a slash');
  return {
    type,
    namespace: namespace.join('/'),
    name: segments.slice(-nameLength).join('/'),
    version: at < 0 ? null : decode(path.slice(at + 1)),
    qualifiers: splitQualifiers(qualifiers, keys),
    subpath: subpath.split('/').map(decodeSubpathSegment).join('/'),
  };
}

/**
 * Position of the `@` before the version, or -1. A last `@` that begins a segment with more segments behind it belongs
 * to the namespace (`@babel/core`), whose `@` should have been encoded and often is not.
 */
function versionSeparator(path: string): number {
  const at = path.lastIndexOf('@');
  const beginsSegment = at === 0 || path[at - 1] === '/';
  return beginsSegment && path.includes('/', at) ? -1 : at;
}

function splitQualifiers(text: string, keys: KeyReading): Record<string, string> {
  const qualifiers: Record<string, string> = Object.create(null);
  for (const pair of text === '' ? [] : text.split('&')) {
    const equals = pair.indexOf('=');
    if (equals < 0) throw invalid('a qualifier has no value');
    if (keys === 'strict' && /^[A-Z]/.test(pair)) throw invalid('a qualifier key begins with a capital');
    const key = pair.slice(0, equals).toLowerCase();
    if (key in qualifiers) throw invalid(`the qualifier ${JSON.stringify(key)} is there twice`);
    qualifiers[key] = decode(pair.slice(equals + 1));
  }
  return qualifiers;
}

function decodeSubpathSegment(encoded: string): string {
  const segment = decode(encoded);
  if (segment.includes('/')) throw invalid('a subpath segment holds a slash');
  return segment;
}

function canonicalParts(components: PurlComponents): PurlParts {
  const type = components.type.toLowerCase();
  if (!/^[a-z][a-z0-9.-]*$/.test(type)) throw invalid(`not a type: ${JSON.stringify(type.slice(0, 100))}`);
  const rules = purlTypeRules(type);
  const lower = (component: 'namespace' | 'name' | 'version', text: string) =>
    rules.lower.includes(component) ? text.toLowerCase() : text;

  const plainNamespace = lower('namespace', segmentsOf(components.namespace).join('/'));
  const namespace = rules.spellNamespace?.(plainNamespace) ?? plainNamespace;
  const qualifiers = canonicalQualifiers(components.qualifiers ?? {});
  const plainName = lower('name', trimSlashes(components.name));
  const name = rules.spellName?.(plainName, { namespace, qualifiers }) ?? plainName;
  const version = lower('version', components.version ?? '');
  const subpath = segmentsOf(components.subpath).filter((segment) => segment !== '.' && segment !== '..');

  checkRules(type, rules, { namespace, name, version, qualifiers });
  return {
    type,
    namespace: namespace || null,
    name,
    version: version || null,
    qualifiers,
    subpath: subpath.join('/') || null,
  };
}

function checkRules(
  type: string,
  rules: PurlTypeRules,
  parts: { namespace: string; name: string; version: string; qualifiers: Readonly<Record<string, string>> },
): void {
  if (parts.name === '') throw invalid('the name is missing');
  if (rules.namespace === 'required' && parts.namespace === '') {
    throw invalid(`type ${type} needs a namespace`);
  }
  if (rules.namespace === 'prohibited' && parts.namespace !== '') {
    throw invalid(`type ${type} has no namespaces, got ${JSON.stringify(parts.namespace.slice(0, 100))}`);
  }
  if (rules.namePattern?.test(parts.name) === false) {
    throw invalid(`not a name of type ${type}: ${JSON.stringify(parts.name.slice(0, 100))}`);
  }
  if (parts.version !== '' && rules.versionPattern?.test(parts.version) === false) {
    throw invalid(`not a version of type ${type}: ${JSON.stringify(parts.version.slice(0, 100))}`);
  }
  if (rules.requires !== undefined && !(rules.requires in parts.qualifiers)) {
    throw invalid(`type ${type} needs the qualifier ${rules.requires}`);
  }
}

function canonicalQualifiers(
  given: Readonly<Record<string, string | null | undefined>>,
): Record<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(given)) {
    const lowered = key.toLowerCase();
    if (!/^[a-z][a-z0-9._-]*$/.test(lowered)) {
      throw invalid(`not a qualifier key: ${JSON.stringify(key.slice(0, 100))}`);
    }
    if (value) found.set(lowered, value);
  }
  const qualifiers: Record<string, string> = Object.create(null);
  for (const key of [...found.keys()].sort()) qualifiers[key] = found.get(key) ?? '';
  return qualifiers;
}

function writePurl(parts: PurlParts): Purl {
  let text = `pkg:${parts.type}/`;
  if (parts.namespace !== null) text += `${encodeSegments(parts.namespace)}/`;
  text += purlTypeRules(parts.type).nameIsPath ? encodeSegments(parts.name) : encode(parts.name);
  if (parts.version !== null) text += `@${encode(parts.version)}`;
  const qualifiers = Object.entries(parts.qualifiers).map(([key, value]) => `${key}=${encode(value)}`);
  if (qualifiers.length > 0) text += `?${qualifiers.join('&')}`;
  if (parts.subpath !== null) text += `#${encodeSegments(parts.subpath)}`;
  return text as Purl;
}

/** Percent-encodes all but letters, digits, `.-_~` and the colon. "Character encoding". */
function encode(text: string): string {
  if (/^[A-Za-z0-9._~:-]*$/.test(text)) return text;
  return encodeURIComponent(text.toWellFormed())
    .replaceAll('%3A', ':')
    .replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

function encodeSegments(path: string): string {
  return path.split('/').map(encode).join('/');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new ModelError('PURL_INVALID', `cannot percent-decode ${JSON.stringify(text.slice(0, 100))}`, {
      cause,
    });
  }
}

function segmentsOf(path: string | null | undefined): string[] {
  return path ? path.split('/').filter(Boolean) : [];
}

function trimSlashes(text: string): string {
  let start = 0;
  let end = text.length;
  while (text[start] === '/') start += 1;
  while (end > start && text[end - 1] === '/') end -= 1;
  return text.slice(start, end);
}

/** Parts before and after the last separator; the second is empty without one. */
function splitLast(text: string, separator: string): [before: string, after: string] {
  const index = text.lastIndexOf(separator);
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)];
}

function invalid(message: string): ModelError {
  return new ModelError('PURL_INVALID', message);
}
