/** Real programs, cut small, and other files that say what software they belong to. See their README. */
import { fixture, fixtureTree, type LayerFiles } from './layer-stack.ts';

export interface SoftwareFixture {
  readonly path: string;
  readonly content: Uint8Array;
  /** `name@version`; `-` for a program that must not be taken for another. */
  readonly expected: string;
  readonly origin: string;
}

export function softwareFixtures(): readonly SoftwareFixture[] {
  const programs = fixtureTree('binary/programs.tar.gz');
  const [, ...lines] = fixture('binary/expected.tsv').toString().trimEnd().split('\n');
  return lines.map((line) => {
    const [files = '', place = '', expected = '', origin = ''] = line.split('\t');
    const content = files === 'programs' ? programs[place] : fixture(`binary/${files}/${place}`);
    if (!(content instanceof Uint8Array)) throw new Error(`${place} is missing`);
    return { path: place.slice(place.indexOf('/') + 1), content, expected, origin };
  });
}

/** The image that holds just the files of one origin. */
export function softwareFiles(origin: string): LayerFiles {
  const found = softwareFixtures().filter((one) => one.origin.startsWith(origin));
  return Object.fromEntries(found.map(({ path, content }) => [path, content]));
}
