/** What is signed to say what a tag means. docs/signed-tags.md has the format. */
import { isPath } from '../oci/open-image.ts';
import { parseReference } from '../oci/reference.ts';
import { ShapeMismatch } from '../oci/shape.ts';
import { policyName } from '../trust/policy/repository-pattern.ts';
import { TAG_TYPE } from '../trust/statements/predicate-types.ts';
import { readTagStatement, type TagPredicate } from '../trust/tags/tag-statement.ts';
import { SigningError } from './errors.ts';
import type { Meaning } from './signing-plan.ts';

export interface TagValidity {
  /** For how long it is to be believed. */
  readonly seconds: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * The statement about the tag of a reference. Its version counts seconds, so that whoever signs needs to know no earlier one, and
 * two who sign need not know of each other.
 *
 * @throws {SigningError} SIGNING_TAG_MISSING
 * @throws {OciError} REFERENCE_INVALID
 */
export function tagStatement(reference: string, { seconds, now }: TagValidity): TagPredicate {
  const text = reference.startsWith('registry:') ? reference.slice('registry:'.length) : reference;
  const { registry, repository, tag } = isNameless(text)
    ? { registry: '', repository: '', tag: null }
    : parseReference(text);
  if (tag === null) {
    throw new SigningError('SIGNING_TAG_MISSING', `${reference} names no tag`, { subject: reference });
  }
  const version = Math.floor(now / 1000);
  return {
    repository: policyName(registry, repository),
    tags: [tag],
    version,
    issued: toTime(version),
    expires: toTime(version + seconds),
  };
}

/** Layouts and archives are in no repository. */
const isNameless = (text: string): boolean => /^oci-(?:dir|archive):/.test(text) || isPath(text);

const toTime = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');

/** @param enoughSeconds what is signed of the tag already is enough while it lasts so long still; null: it never is */
export function sayTag(tag: TagPredicate, enoughSeconds: number | null): Meaning {
  const predicate = { type: TAG_TYPE, value: tag };
  if (enoughSeconds === null) return { kind: 'attestation', predicate };
  const until = Date.parse(tag.issued) + enoughSeconds * 1000;
  return {
    kind: 'attestation',
    predicate,
    isEnough(statement) {
      const found = readTagStatement(statement);
      if (found instanceof ShapeMismatch) return false;
      const isSaid = found.repository === tag.repository && tag.tags.every((one) => found.tags.includes(one));
      return isSaid && Date.parse(found.expires) >= until;
    },
  };
}
