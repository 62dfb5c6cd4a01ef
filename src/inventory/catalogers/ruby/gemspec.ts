/** What a gemspec says, as `Gem::Specification#to_ruby` of RubyGems writes it. */
import { boundedText } from '../../evidence.ts';
import { parseText, parseTexts } from './ruby-literal.ts';

export type Gem = {
  readonly name: string;
  /** Empty when the gemspec computes it. */
  readonly version: string;
  /** `x86_64-linux`, `java` for a gem that was built for one; null for all others. */
  readonly platform: string | null;
  readonly licences: readonly string[];
  readonly authors: string | null;
  readonly description: string | null;
  readonly homepage: string | null;
  /** Gems that it needs at run time; sorted. */
  readonly dependencies: readonly string[];
};

const ATTRIBUTES: ReadonlySet<string> = new Set([
  'name',
  'version',
  'platform',
  'licenses',
  'license',
  'authors',
  'author',
  'homepage',
  'summary',
  'description',
]);

/** More than any gem needs. */
const MAX_DEPENDENCIES = 2000;

/** Null for what is no gemspec, or names no gem in a literal. */
export function parseGemspec(text: string): Gem | null {
  const attributes = new Map<string, string>();
  const dependencies = new Set<string>();
  let opened = false;
  for (const line of linesOf(text)) {
    if (!opened) {
      opened = line.startsWith('Gem::Specification.new');
      continue;
    }
    const trimmed = line.trim();
    // what follows repeats the dependencies, those for development among them, for a RubyGems without that difference
    if (trimmed === 'else') break;
    const [, attribute = '', expression = ''] = /^\w+\.(\w+) *= *(.*)$/s.exec(trimmed) ?? [];
    if (ATTRIBUTES.has(attribute)) {
      attributes.set(attribute, expression);
    } else if (dependencies.size < MAX_DEPENDENCIES) {
      const needed = /^\w+\.add_(?:runtime_)?dependency[ (](.*)$/s.exec(trimmed)?.[1];
      const [name] = needed === undefined ? [] : parseTexts(needed);
      if (name !== undefined) dependencies.add(name);
    }
  }

  const literal = (attribute: string) => parseText(attributes.get(attribute) ?? '');
  const name = literal('name');
  if (name === null) return null;
  const platform = literal('platform');
  return {
    name,
    version: boundedText(literal('version'), 256) ?? '',
    platform: platform === 'ruby' ? null : boundedText(platform, 256),
    licences: parseTexts(attributes.get('licenses') ?? attributes.get('license') ?? ''),
    authors: boundedText(parseTexts(attributes.get('authors') ?? attributes.get('author') ?? '').join(', ')),
    description: boundedText(literal('summary') ?? literal('description'), 500),
    homepage: boundedText(literal('homepage')),
    dependencies: [...dependencies].sort(),
  };
}

function* linesOf(text: string): Generator<string> {
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    yield text.slice(start, end);
    start = end + 1;
  }
}
