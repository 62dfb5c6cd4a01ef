/**
 * Reads definition files as upstream does, with all that it lets pass; `lintDefinition` is stricter.
 * docker-library/bashbrew, `manifest/rfc2822.go`. Messages begin with upstream's own words, which its users know.
 */
import { ARCHITECTURE_NAMES, isArchitecture } from './architectures.ts';
import { collectEntries } from './collect-entries.ts';
import { filledParagraphs, readControlFile, type Paragraph } from './control-file.ts';
import {
  DEFAULTS,
  type Definition,
  type DefinitionBlock,
  type Entry,
  type Maintainer,
} from './definition.ts';
import { DefinitionError, type Refuse } from './errors.ts';
import { cleanPath, quote } from './go-strings.ts';
import { excessOf, lengthExcess } from './limits.ts';
import { MAINTAINER_FORMAT, parseMaintainer } from './maintainer.ts';
import { elementsOf, GIT_COMMIT, GIT_FETCH, isPerArchitecture, isTag } from './values.ts';

/**
 * @param name of the repository, for messages
 * @throws {DefinitionError} DEFINITION_INVALID, for the first thing that is wrong
 */
export function parseDefinition(text: string, { name }: { readonly name: string }): Definition {
  const refuse: Refuse = (rule, line, message) => {
    throw new DefinitionError(
      'DEFINITION_INVALID',
      `${message.slice(0, LONGEST_MESSAGE)} (${name}, line ${line})`,
      { rule, line },
      { subject: name },
    );
  };
  const tooLong = lengthExcess(text);
  if (tooLong !== null) refuse('too-large', tooLong.line, tooLong.message);
  const file = readControlFile(text) ?? refuse('signature', 1, 'Invalid clearsigned input');
  const excess = excessOf(file);
  if (excess !== null) refuse('too-large', excess.line, excess.message);
  const [first, ...rest] = filledParagraphs(file);
  const global = readGlobal(first ?? refuse('missing-maintainers', 1, 'EOF: the file has no fields'), refuse);
  return {
    global,
    entries: collectEntries(rest, (paragraph) => readEntry(paragraph, global, refuse), refuse),
  };
}

const LONGEST_MESSAGE = 10_000;

/** A block before its architectures are known to be some. */
interface ReadBlock extends Omit<DefinitionBlock, 'architectures'> {
  readonly tags: readonly string[];
  readonly architectures: readonly string[];
  /** Line of a field, or of the paragraph where it is inherited. */
  readonly lineOf: (name: string) => number;
}

function readGlobal(paragraph: Paragraph, refuse: Refuse): DefinitionBlock {
  const { tags, architectures, lineOf, ...block } = readBlock(paragraph, DEFAULTS, refuse);
  if (block.maintainers.length === 0) refuse('missing-maintainers', paragraph.line, 'missing Maintainers');
  if (tags.length > 0) refuse('global-tags', lineOf('Tags'), 'global Tags not permitted');
  if (!architectures.every(isArchitecture)) {
    const invalid = architectures.filter((name) => !isArchitecture(name)).join(', ');
    const message = `invalid global Architectures: ${quote(invalid)} (known: ${ARCHITECTURE_NAMES.join(', ')})`;
    return refuse('invalid-architecture', lineOf('Architectures'), message);
  }
  return { ...block, architectures };
}

function readEntry(paragraph: Paragraph, global: DefinitionBlock, refuse: Refuse): Entry {
  const { tags, architectures, lineOf, ...block } = readBlock(paragraph, global, refuse);
  const named = `Tags ${quote(tags.join(', '))}`;
  if (!GIT_FETCH.test(block.gitFetch)) {
    const expected = 'must be "refs/heads/..." or "refs/tags/..."';
    const message = `${named} has invalid GitFetch (${expected}): ${quote(block.gitFetch)}`;
    refuse('invalid-git-fetch', lineOf('GitFetch'), message);
  }
  if (!GIT_COMMIT.test(block.gitCommit)) {
    const expected = 'must be a commit, not a tag or ref';
    const message = `${named} has invalid GitCommit (${expected}): ${quote(block.gitCommit)}`;
    refuse('invalid-git-commit', lineOf('GitCommit'), message);
  }
  if (tags.length === 0) refuse('missing-tags', paragraph.line, 'missing Tags');
  if (block.gitRepo === '') {
    refuse('missing-git-repo', paragraph.line, `${named} missing one of GitRepo, GitFetch, or GitCommit`);
  }
  const invalidTags = [...tags, ...new Set(block.sharedTags)].filter((tag) => !isTag(tag));
  if (invalidTags.length > 0) {
    const field = tags.every(isTag) ? 'SharedTags' : 'Tags';
    const message = `${named} has invalid (Shared)Tags: ${quote(invalidTags.join(', '))}`;
    refuse('invalid-tag', lineOf(field), message);
  }
  if (!architectures.every(isArchitecture)) {
    const invalid = architectures.filter((name) => !isArchitecture(name)).join(', ');
    const message = `${named} has invalid Architectures: ${quote(invalid)} (known: ${ARCHITECTURE_NAMES.join(', ')})`;
    return refuse('invalid-architecture', lineOf('Architectures'), message);
  }
  return {
    ...block,
    tags,
    sharedTags: [...new Set(block.sharedTags)],
    architectures,
    directory: cleanPath(block.directory),
    perArchitecture: cleanDirectories(block.perArchitecture),
    line: paragraph.line,
  };
}

function readBlock(paragraph: Paragraph, inherited: DefinitionBlock, refuse: Refuse): ReadBlock {
  const [badLine] = paragraph.badLines;
  if (badLine !== undefined) {
    refuse('bad-line', badLine.number, `Bad line: '${badLine.text}' has no ':'`);
  }
  // of fields that stand there twice the last one counts
  const fields = new Map(paragraph.fields.map((field) => [field.name, field]));
  const lineOf = (name: string) => fields.get(name)?.line ?? paragraph.line;
  const text = (name: string, otherwise: string) => fields.get(name)?.value ?? otherwise;
  const list = (name: string) => elementsOf(fields.get(name));
  const reserved = (name: string, message: string) => {
    if (fields.has(name)) refuse('unknown-field', lineOf(name), message);
  };
  // names of upstream's own structure, which its decoder meets in this order
  reserved('Values', 'Unknown type of field: map[string]string');
  reserved('Paragraph', "Type 'Paragraph' does not implement control.Unmarshallable");
  const maintainers = list('Maintainers').map((maintainer) => readMaintainer(maintainer, lineOf, refuse));
  reserved('ArchValues', 'Unknown type of field: map[string]string');
  const sharedTags = list('SharedTags');
  const architectures = list('Architectures');
  const own = [...fields.values()].filter(({ name }) => isPerArchitecture(name));
  const perArchitecture = new Map([
    ...inherited.perArchitecture,
    ...own.map(({ name, value }) => [name, value] as const),
  ]);
  return {
    maintainers: [...inherited.maintainers, ...maintainers],
    tags: list('Tags'),
    sharedTags: sharedTags.length > 0 ? sharedTags : inherited.sharedTags,
    architectures: [...new Set(architectures.length > 0 ? architectures : inherited.architectures)].sort(),
    gitRepo: text('GitRepo', inherited.gitRepo),
    gitFetch: text('GitFetch', inherited.gitFetch),
    gitCommit: text('GitCommit', inherited.gitCommit),
    directory: text('Directory', inherited.directory),
    file: text('File', inherited.file),
    builder: text('Builder', inherited.builder),
    perArchitecture,
    constraints: [...inherited.constraints, ...list('Constraints')],
    lineOf,
  };
}

function readMaintainer(text: string, lineOf: ReadBlock['lineOf'], refuse: Refuse): Maintainer {
  const expected = `(expected format ${quote(MAINTAINER_FORMAT)})`;
  return (
    parseMaintainer(text) ??
    refuse('invalid-maintainer', lineOf('Maintainers'), `invalid Maintainers: ${quote(text)} ${expected}`)
  );
}

function cleanDirectories(fields: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map(
    [...fields].map(([name, value]) => [
      name,
      name.endsWith('-Directory') && value !== '' ? cleanPath(value) : value,
    ]),
  );
}
