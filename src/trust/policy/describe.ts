/** A policy in plain words. */
import { isAboutTag, predicateNameOf } from '../statements/predicate-types.ts';
import type {
  Authority,
  ClaimedReferences,
  IdentityPattern,
  ProvenanceExpectation,
  Requirement,
  TagRule,
  TextPattern,
} from './policy.ts';

/** `a signature of ci or release-key`, `attestations (spdx) of 2 of a, b and c, no older than 30 days`. */
export function describeAsked(requirement: Requirement): string {
  const { meaning, by, threshold, predicateTypes, on, maxAgeSeconds, provenance } = requirement;
  const what = meaning === 'signature' ? 'a signature' : describeAttestation(predicateTypes);
  const who = threshold === 1 ? list(by, 'or') : `${threshold} of ${list(by, 'and')}`;
  const where = { index: ' for the index', image: ' for each image', either: '' }[on];
  const age = maxAgeSeconds === null ? '' : `, no older than ${describeDuration(maxAgeSeconds)}`;
  const says = provenance === null ? '' : ` that says ${describeExpectation(provenance)}`;
  return `${what} of ${who}${where}${age}${says}`;
}

const describeAttestation = (types: readonly string[]): string =>
  isAboutTag({ predicateTypes: types }) ? 'a signed tag' : `an attestation (${describeTypes(types)})`;

/** By their short names, each once. */
export const describeTypes = (types: readonly string[]): string =>
  list([...new Set(types.map(predicateNameOf))], 'or');

export function describeAuthority(authority: Authority): string {
  const { from, to, distrustedFrom, needsLog } = authority;
  return [
    describeWho(authority),
    ...(from === null ? [] : [`from ${from}`]),
    ...(to === null ? [] : [`until ${to}`]),
    ...(distrustedFrom === null ? [] : [`distrusted since ${distrustedFrom}`]),
    ...(needsLog ? ['with an entry in a log'] : []),
  ].join(', ');
}

function describeWho(authority: Authority): string {
  switch (authority.kind) {
    case 'key':
      return `the key ${authority.keyId}`;
    case 'x509': {
      const subject = Object.entries(authority.subject).map(([type, value]) => `${type}=${value}`);
      return `a certificate of ${authority.store}${subject.length === 0 ? '' : ` for ${subject.join(', ')}`}`;
    }
    case 'certificate':
      return `a certificate with ${describeIdentity(authority)}`;
  }
}

function describeIdentity({ root, issuer, subject, extensions }: IdentityPattern): string {
  const parts = [
    `the issuer ${describePattern(issuer)}`,
    ...(root === null ? [] : [`the trust root ${root}`]),
    ...(subject === null ? [] : [`the subject ${describePattern(subject)}`]),
    ...Object.entries(extensions).map(([name, pattern]) => `${name} ${describePattern(pattern)}`),
  ];
  return list(parts, 'and');
}

export const describePattern = (pattern: TextPattern): string =>
  pattern.kind === 'exact' ? pattern.text : `like ${pattern.glob}`;

/** `the tag v1 must come from refs/tags/v1 and may not move`. */
export function describeTagRule({ tag, ref, movement }: TagRule): string {
  const says = [
    ...(ref === null ? [] : [`must come from ${ref}`]),
    ...(movement === null ? [] : [movement === 'immutable' ? 'may not move' : 'may move forward']),
  ];
  return `the tag ${describePattern(tag)} ${list(says, 'and')}`;
}

function describeExpectation({
  source,
  builder,
  ref,
  workflow,
  level,
  parameters,
}: ProvenanceExpectation): string {
  const parts = [
    ...(source === null ? [] : [`the source is ${describePattern(source)}`]),
    ...(builder === null ? [] : [`the builder is ${describePattern(builder)}`]),
    ...(ref === null ? [] : [`the ref is ${describePattern(ref)}`]),
    ...(workflow === null ? [] : [`the workflow is ${describePattern(workflow)}`]),
    ...(level === null ? [] : [`the SLSA build level is ${level} or more`]),
    ...(parameters === null ? [] : [`no parameters but ${list(Object.keys(parameters), 'and') || 'none'}`]),
  ];
  return list(parts, 'and');
}

export const REFERENCES_ASK: Readonly<Record<ClaimedReferences, string>> = {
  agrees: 'evidence that names a repository must name this one',
  required: 'evidence must name this repository',
  exact: 'evidence must name this repository, and the tag that is asked for',
  ignored: 'evidence may name any repository',
};

function describeDuration(seconds: number): string {
  const [size, unit] = (
    [
      [86_400, 'day'],
      [3_600, 'hour'],
      [60, 'minute'],
    ] as const
  ).find(([size]) => seconds % size === 0) ?? [1, 'second'];
  const count = seconds / size;
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** `a`, `a or b`, `a, b or c`. */
export function list(items: readonly string[], word: 'and' | 'or'): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} ${word} ${last}`;
}
