/** What is wrong with the values of single fields. */
import { isArchitecture } from '../architectures.ts';
import { type Field, placeOf } from '../control-file.ts';
import type { PerArchitectureField } from '../definition.ts';
import { cleanPath } from '../go-strings.ts';
import { MAINTAINER_FORMAT, parseMaintainer } from '../maintainer.ts';
import { GIT_COMMIT, GIT_FETCH, isTag } from '../values.ts';
import { type Block, placedElements, scalarField } from './blocks.ts';
import { type Diagnostic, diagnostic } from './diagnostic.ts';
import { LISTS, meant, meantArchitecture } from './field-rules.ts';
import type { LintRule } from './rules.ts';
import { shown } from './shown.ts';
import { IMPORT_BUILDER } from '../definition.ts';

export const BUILDERS: readonly string[] = ['buildkit', 'classic', IMPORT_BUILDER];

interface Fault {
  readonly rule: LintRule;
  readonly message: string;
  readonly remedy?: string | undefined;
}

export function* valueRules(block: Block): Generator<Diagnostic> {
  for (const field of block.fields.values()) {
    if (LISTS.has(field.name)) {
      yield* listRules(block, field);
      continue;
    }
    const scalar = scalarField(field.name);
    const fault =
      scalar === null || field.value === '' ? null : SCALAR_CHECKS[scalar.name](field.value, field.name);
    if (fault !== null) yield diagnostic(fault.rule, block, placeOf(field, 0), fault.message, fault.remedy);
  }
}

function* listRules(block: Block, field: Field): Generator<Diagnostic> {
  const seen = new Set<string>();
  for (const { text, place } of placedElements(field)) {
    const fault = ELEMENT_CHECKS[field.name]?.(text) ?? null;
    if (fault !== null) yield diagnostic(fault.rule, block, place, fault.message, fault.remedy);
    // tags are another rule's, which knows those of other entries too
    else if (seen.has(text) && field.name !== 'Tags') {
      yield diagnostic('repeated-element', block, place, `${field.name} has ${shown(text)} twice`);
    }
    seen.add(text);
  }
}

const ELEMENT_CHECKS: Readonly<Record<string, (text: string) => Fault | null>> = {
  Maintainers: (text) =>
    parseMaintainer(text) === null
      ? { rule: 'invalid-maintainer', message: `${shown(text)} is not of the form ${MAINTAINER_FORMAT}` }
      : null,
  Tags: tagFault,
  SharedTags: tagFault,
  Architectures: (text) =>
    isArchitecture(text)
      ? null
      : {
          rule: 'invalid-architecture',
          message: text === '' ? 'an architecture is empty' : `${shown(text)} is no architecture`,
          remedy: meantArchitecture(text),
        },
  Constraints: (text) =>
    text === '' || text === '!' ? { rule: 'empty-constraint', message: 'a constraint is empty' } : null,
};

function tagFault(text: string): Fault | null {
  if (isTag(text)) return null;
  return { rule: 'invalid-tag', message: text === '' ? 'a tag is empty' : `${shown(text)} cannot be a tag` };
}

const SCALAR_CHECKS: Readonly<Record<PerArchitectureField, (value: string, name: string) => Fault | null>> = {
  GitRepo: repositoryFault,
  GitFetch: (value, name) =>
    GIT_FETCH.test(value) && isRef(value)
      ? null
      : { rule: 'invalid-git-fetch', message: `${name} is ${shown(value)}, which is no branch and no tag` },
  GitCommit: (value, name) =>
    GIT_COMMIT.test(value)
      ? null
      : { rule: 'invalid-git-commit', message: `${name} is ${shown(value)}, which is no id of a commit` },
  Directory: pathFault,
  File: pathFault,
  Builder: (value, name) =>
    BUILDERS.includes(value)
      ? null
      : { rule: 'unknown-builder', message: `${name} is ${shown(value)}`, remedy: meant(value, BUILDERS) },
};

function repositoryFault(value: string, name: string): Fault | null {
  const url = URL.parse(value);
  // as `git@host:path`, which is ssh
  if (url === null || /\s/.test(value)) {
    const rule = /^[^/]+@[^/]+:/.test(value) ? 'insecure-repository' : 'invalid-repository';
    return { rule, message: `${name} is ${shown(value)}, which is no address` };
  }
  if (url.username !== '' || url.password !== '') {
    return { rule: 'invalid-repository', message: `${name} has a user or a password in its address` };
  }
  if (url.protocol !== 'https:') {
    return { rule: 'insecure-repository', message: `${name} is fetched by ${url.protocol.slice(0, -1)}` };
  }
  return url.search === '' && url.hash === '' && url.pathname !== '/'
    ? null
    : {
        rule: 'invalid-repository',
        message: `${name} is ${shown(value)}, which is no address of a repository`,
      };
}

/** Rules of git, `check-ref-format`, that upstream's expression leaves out. */
function isRef(ref: string): boolean {
  return (
    !/[\p{Cc} ~^[\\]|\.\.|@\{|\/\/|\/\.|\.\/|[/.]$/u.test(ref) &&
    !ref.split('/').some((part) => part.endsWith('.lock'))
  );
}

/** Git has no paths above its root, and a file above its directory is in no context. */
function pathFault(value: string, name: string): Fault | null {
  return /^\/|^\.\.(?:\/|$)/.test(cleanPath(value))
    ? { rule: 'path-outside', message: `${name} is ${shown(value)}, which leads outside` }
    : null;
}
