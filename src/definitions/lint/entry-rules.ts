/** What is wrong between paragraphs: what is missing, and what contradicts itself. */
import { type Architecture, isArchitecture } from '../architectures.ts';
import type { Field } from '../control-file.ts';
import { PER_ARCHITECTURE_FIELDS } from '../definition.ts';
import { type Block, type Blocks, type Element, placedElements, scalarField } from './blocks.ts';
import { type Diagnostic, diagnostic, startOf } from './diagnostic.ts';
import { shown } from './shown.ts';

export function* entryRules(blocks: Blocks): Generator<Diagnostic> {
  yield* globalRules(blocks);
  for (const entry of blocks.entries) {
    yield* missingFields(entry, blocks.global);
    yield* shadowedFields(entry, blocks.global);
    yield* unusedPrefixes(entry, entry.architectures);
    yield* repeatedInherited(entry, blocks.global);
  }
  yield* duplicateTags(blocks.entries);
  yield* sharedArchitectures(blocks);
}

function* globalRules({ global, entries }: Blocks): Generator<Diagnostic> {
  if (!global.fields.has('Maintainers')) {
    const message = 'the first paragraph has no Maintainers';
    yield diagnostic('missing-maintainers', global, startOf(global.paragraph), message);
  }
  const tags = global.fields.get('Tags');
  if (tags !== undefined) {
    yield diagnostic('global-tags', global, startOf(tags), 'the first paragraph has Tags');
  }
  const used = new Set(entries.flatMap((entry) => [...entry.architectures]));
  if (entries.length > 0) yield* unusedPrefixes(global, used);
}

function* missingFields(entry: Block, global: Block): Generator<Diagnostic> {
  const place = startOf(entry.paragraph);
  if (!entry.fields.has('Tags')) yield diagnostic('missing-tags', entry, place, 'the entry has no Tags');
  const value = (name: string) => (entry.fields.get(name) ?? global.fields.get(name))?.value ?? '';
  if (value('GitRepo') === '') {
    yield diagnostic('missing-git-repo', entry, place, 'the entry has no GitRepo');
  }
  if (value('GitCommit') === '') {
    const message = 'the entry has no GitCommit, which is required even where each architecture has its own';
    yield diagnostic('invalid-git-commit', entry, place, message);
  }
}

/** A field of one architecture in the first paragraph beats what an entry says for all. */
function* shadowedFields(entry: Block, global: Block): Generator<Diagnostic> {
  for (const name of PER_ARCHITECTURE_FIELDS) {
    const own = entry.fields.get(name);
    if (own === undefined) continue;
    const beaten = [...entry.architectures].flatMap((architecture) => {
      const field = `${architecture}-${name}`;
      const inherited = global.fields.get(field);
      return inherited === undefined || inherited.value === '' || entry.fields.has(field) ? [] : [inherited];
    });
    const [first] = beaten;
    if (first === undefined) continue;
    const others = beaten.map((field) => field.name).join(', ');
    const message = `${name} of the entry does not count where the first paragraph has ${others} (line ${first.line})`;
    yield diagnostic('shadowed-field', entry, startOf(own), message);
  }
}

function* unusedPrefixes(block: Block, used: ReadonlySet<Architecture>): Generator<Diagnostic> {
  for (const field of block.fields.values()) {
    const prefix = scalarField(field.name)?.prefix ?? '';
    if (!isArchitecture(prefix) || used.has(prefix)) continue;
    const owner = block.isGlobal ? 'no entry is' : 'the entry is not';
    const message = `${field.name} is for ${prefix}, which ${owner} built for`;
    yield diagnostic('unused-prefix', block, startOf(field), message);
  }
}

/** Maintainers and constraints of an entry are added to those of the first paragraph. */
function* repeatedInherited(entry: Block, global: Block): Generator<Diagnostic> {
  for (const name of ['Maintainers', 'Constraints']) {
    const inherited = new Set(elements(global.fields.get(name)).map(({ text }) => text));
    for (const { text, place } of elements(entry.fields.get(name))) {
      if (text === '' || !inherited.has(text)) continue;
      const message = `${name} has ${shown(text)} from the first paragraph already`;
      yield diagnostic('repeated-element', entry, place, message);
    }
  }
}

const elements = (field: Field | undefined): readonly Element[] =>
  field === undefined ? [] : [...placedElements(field)];

const named = ({ entry, paragraph }: Block) => `${shown(entry ?? '')} (line ${paragraph.line})`;

/** A tag is of one entry; only shared tags are of several. */
function* duplicateTags(entries: readonly Block[]): Generator<Diagnostic> {
  const owners = new Map<string, Block>();
  const sharers = new Map<string, Block>();
  for (const entry of entries) {
    for (const { text, place } of elements(entry.fields.get('Tags'))) {
      if (text === '') continue;
      const other = owners.get(text) ?? sharers.get(text);
      if (other !== undefined) {
        const message =
          other === entry
            ? `${shown(text)} stands twice in the entry`
            : `${shown(text)} is a ${owners.has(text) ? 'tag' : 'shared tag'} of ${named(other)} too`;
        yield diagnostic('duplicate-tag', entry, place, message);
      }
      owners.set(text, owners.get(text) ?? entry);
    }
    for (const { text, place } of elements(entry.fields.get('SharedTags'))) {
      if (text === '') continue;
      const other = owners.get(text);
      if (other !== undefined) {
        const message = `${shown(text)} is a shared tag here, and a tag of ${named(other)}`;
        yield diagnostic('duplicate-tag', entry, place, message);
      }
      sharers.set(text, sharers.get(text) ?? entry);
    }
  }
}

/** Windows alone may stand twice: its images differ in the version of the system. */
function* sharedArchitectures({ global, entries }: Blocks): Generator<Diagnostic> {
  const owners = new Map<string, Block>();
  for (const entry of entries) {
    const field = entry.fields.get('SharedTags') ?? global.fields.get('SharedTags');
    const places = new Map(elements(field).map(({ text, place }) => [text, place]));
    for (const [tag, place] of places) {
      const twice = [...entry.architectures].filter((architecture) => {
        if (tag === '' || architecture === 'windows-amd64') return false;
        const key = `${tag}\n${architecture}`;
        const other = owners.get(key);
        owners.set(key, other ?? entry);
        return other !== undefined;
      });
      if (twice.length === 0) continue;
      const others = new Set(twice.map((architecture) => owners.get(`${tag}\n${architecture}`) ?? entry));
      const message = `${shown(tag)} is shared with ${[...others].map(named).join(', ')}, which has ${twice.join(', ')} too`;
      // of an inherited list the entry is where it goes wrong
      yield diagnostic(
        'shared-tag-architecture',
        entry,
        entry.fields.has('SharedTags') ? place : startOf(entry.paragraph),
        message,
      );
    }
  }
}
