/** What values of fields look like. docker-library/bashbrew, `manifest/rfc2822.go`. */
import type { Field } from './control-file.ts';
import { PER_ARCHITECTURE_FIELDS } from './definition.ts';
import { LIST_SPACES, trim } from './go-strings.ts';

export const GIT_COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
export const GIT_FETCH = /^refs\/(?:heads|tags)\/[^*?:]+$/;

export function isTag(text: string): boolean {
  return /^\w[\w.-]{0,127}$/.test(text);
}

/** A component of a path in a registry. opencontainers/distribution-spec, "Pulling manifests". */
export function isRepositoryName(text: string): boolean {
  return /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/.test(text);
}

/** By the end of its name alone: what is before need not be an architecture. */
export function isPerArchitecture(name: string): boolean {
  return PER_ARCHITECTURE_FIELDS.some((field) => name.endsWith(`-${field}`));
}

/** Elements of a list. None for a field that is not there; a field without a value has one that is empty. */
export function elementsOf(field: Pick<Field, 'value'> | undefined): readonly string[] {
  if (field === undefined) return [];
  return trim(field.value, LIST_SPACES)
    .split(',')
    .map((element) => trim(element, LIST_SPACES));
}
