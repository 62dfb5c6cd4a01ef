/** What `hallmark library lint` says of definitions: every rule with its stable name. */

export type Severity = 'error' | 'warning';

interface RuleEntry {
  readonly severity: Severity;
  /** Upstream refuses the whole file, but for what it does not check: values of single architectures, names of git. */
  readonly refused: boolean;
  /** One sentence: what is wrong. */
  readonly means: string;
  /** One sentence: what to do. */
  readonly remedy: string;
}

export const LINT_RULES = {
  unreadable: error(
    'The file cannot be read, or is no text in UTF-8.',
    'See that it is a file of text, and that you may read it.',
  ),
  'bad-line': refused(
    'A line is neither a field nor the continuation of one.',
    'Write it as "Name: value", or begin it with a space to continue the field above.',
  ),
  signature: refused(
    'The file begins as a signed message and is none.',
    'Sign it again, or take the signature away.',
  ),
  'too-large': error(
    'The file, or a list in it, is larger than any definition should be.',
    'Divide it into several repositories.',
  ),
  'missing-maintainers': refused(
    'The first paragraph does not say who maintains the repository.',
    'Begin the file with a paragraph that has Maintainers.',
  ),
  'invalid-maintainer': refused(
    'A maintainer is not written as "Full Name <contact> (@handle)".',
    'Write each as "Full Name <contact> (@handle)" or "Full Name (@handle)", with commas between them.',
  ),
  'global-tags': refused(
    'The first paragraph has Tags, which only entries have.',
    'Put an empty line before the first entry.',
  ),
  'missing-tags': refused('An entry has no Tags.', 'Give it at least one tag, the most specific one first.'),
  'missing-git-repo': refused(
    'An entry has no GitRepo, of its own or from the first paragraph.',
    'Name the repository that it is built from.',
  ),
  'invalid-tag': refused(
    'A tag is empty, too long, or has characters that tags cannot have.',
    'Use at most 128 letters, digits, underscores, dots and hyphens; the first is no dot and no hyphen.',
  ),
  'duplicate-tag': refused(
    'A tag stands twice, in one entry or in two.',
    'Leave it with one entry; a tag of several entries belongs into the SharedTags of all of them.',
  ),
  'invalid-architecture': refused(
    'An architecture is not known.',
    'Use a name of the table of architectures in docs/definitions.md.',
  ),
  'invalid-git-commit': refused(
    'A commit is not 40 or 64 hexadecimal digits.',
    'Write the whole id of a commit: tags and branches move.',
  ),
  'invalid-git-fetch': refused(
    'A ref is none that git can have, or no branch and no tag.',
    'Write it as refs/heads/BRANCH or refs/tags/TAG.',
  ),
  'unknown-field': error(
    'A field is not known, and would be ignored.',
    'Correct its name; capitals and small letters count.',
  ),
  'duplicate-field': error(
    'A field stands twice in one paragraph, and only the last one counts.',
    'Leave one of them.',
  ),
  'stray-continuation': error(
    'A line continues a field, and there is none above it: it would be ignored.',
    'Take away the space before it, or the empty line above it.',
  ),
  'multi-line-value': error(
    'A value that is no list goes on in another line, which becomes part of it.',
    'Write it in one line, and make lines that look empty really empty.',
  ),
  'control-character': error('A value has characters that cannot be seen.', 'Take them away.'),
  'unknown-prefix': error(
    'A field is for an architecture that is not known.',
    'Correct the name before the hyphen.',
  ),
  'shadowed-field': error(
    'The first paragraph has this field for one architecture, and that wins over the value of the entry.',
    'State the field for that architecture in the entry, or take it from the first paragraph.',
  ),
  'insecure-repository': error('A repository is not fetched by https.', 'Use its https address.'),
  'invalid-repository': error(
    'The address of a repository cannot be used, or holds a password.',
    'Write it as https://host/path, without user and password.',
  ),
  'unknown-builder': error(
    'A builder is not known.',
    'Use buildkit, classic or oci-import, or leave it out.',
  ),
  'empty-constraint': error('A constraint is empty.', 'Take away the comma, or the field.'),
  'path-outside': error(
    'A path leads out of the repository.',
    'Write it relative to the root of the repository, without "..".',
  ),
  'shared-tag-architecture': error(
    'A shared tag has one architecture twice, so that it would mean two images.',
    'Let one entry alone have the tag on each architecture.',
  ),
  'repository-name': error(
    'The name of the file is no name of a repository.',
    'Use small letters and digits, with dots, hyphens or underscores between them.',
  ),
  'unused-prefix': warning(
    'A field is for an architecture that is not built.',
    'Add the architecture, or take the field away.',
  ),
  'repeated-element': warning('A list has an element twice.', 'Leave one of them.'),
  'empty-value': warning(
    'A field has no value.',
    'Give it one, or leave it out: printed definitions cannot show that it is empty.',
  ),
  'blank-line-with-spaces': warning(
    'A line looks empty and is not, so that it does not end the paragraph.',
    'Take its spaces away.',
  ),
  'trailing-comment': warning(
    'A comment behind a value is part of the value.',
    'Put it in a line of its own.',
  ),
  'same-inputs': warning(
    'Two entries are built from the same, and become one.',
    'Put all tags into one entry.',
  ),
  'unverified-signature': warning(
    'The file is signed, and the signature is not verified.',
    'Rely on the signatures of commits, or take it away.',
  ),
} as const satisfies Readonly<Record<string, RuleEntry>>;

export type LintRule = keyof typeof LINT_RULES;

function refused(means: string, remedy: string): RuleEntry {
  return { severity: 'error', refused: true, means, remedy };
}

function error(means: string, remedy: string): RuleEntry {
  return { severity: 'error', refused: false, means, remedy };
}

function warning(means: string, remedy: string): RuleEntry {
  return { severity: 'warning', refused: false, means, remedy };
}
