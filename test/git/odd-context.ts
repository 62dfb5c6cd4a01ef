/** A directory with everything that a scrubbed tar has a rule for. */
import { buildRepository, type RepositoryFile } from './build-repository.ts';

const LONG = 'a-name-of-thirty-three-characters';

export const ODD_FILES: Readonly<Record<string, RepositoryFile>> = {
  Dockerfile: 'FROM scratch\nCOPY run /\n',
  empty: '',
  block: 'x'.repeat(512),
  'block-and-one': 'x'.repeat(513),
  run: { mode: '100755', content: '#!/bin/sh\n' },
  // git sorts a directory as if its name ended in a slash, Go does not
  'order/in': 'a directory\n',
  'order.txt': 'a file\n',
  'order-first': 'a file\n',
  dangling: { mode: '120000', content: 'nowhere/at/all' },
  up: { mode: '120000', content: '../../../etc/passwd' },
  'link-of-100': { mode: '120000', content: 'l'.repeat(100) },
  'link-of-101': { mode: '120000', content: 'l'.repeat(101) },
  'link-beyond-ascii': { mode: '120000', content: 'é' },
  sub: { submodule: '0123456789'.repeat(4) },
  'é/ü.txt': 'names beyond ASCII\n',
  [`${LONG}/${LONG}/${LONG}/f`]: 'a name that is split\n',
  [`${LONG}/${LONG}/${'d'.repeat(31)}`]: 'a name of one hundred bytes\n',
  [`${LONG}/${'d'.repeat(65)}/f`]: 'a directory of one hundred and one bytes\n',
  [`${LONG}/${'f'.repeat(101)}`]: 'a name that cannot be split\n',
  [`${LONG}/${LONG}/${LONG}/${LONG}/${'d'.repeat(40)}/${LONG}`]: 'a start of more than 155 bytes\n',
};

/** Makes a repository with it, in the folder `context` of its only commit. Returns the commit's identifier. */
export function buildOddContext(folder: string): string {
  const files = Object.entries(ODD_FILES).map(([path, file]) => [`context/${path}`, file] as const);
  const [commit = ''] = buildRepository(folder, [
    {
      files: {
        ...Object.fromEntries(files),
        outside: 'not in the context\n',
        'to-context': { mode: '120000', content: 'context' },
      },
      committerTime: 1_700_000_100,
    },
  ]);
  return commit;
}
