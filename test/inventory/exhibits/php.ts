import { fixtureTree } from '../layer-stack.ts';
import type { Exhibit } from './exhibit.ts';

const LOCK = 'usr/share/mediawiki/vendor/composer.lock';

/** The files of a tree whose paths have that end. */
function part(tree: string, ending: string) {
  return Object.fromEntries(Object.entries(fixtureTree(tree)).filter(([path]) => path.endsWith(ending)));
}

export const EXHIBITS: readonly Exhibit[] = [
  {
    ecosystem: 'PHP (Composer)',
    cataloger: 'composer',
    evidence: ['vendor/composer/installed.json'],
    origin: 'Debian 12, mediawiki 1.39 and icingaweb2 2.11',
    files: () => part('php/composer.tar.gz', '/installed.json'),
  },
  {
    ecosystem: 'PHP (Composer)',
    cataloger: 'composer',
    evidence: ['composer.lock'],
    origin: 'Debian 12, mediawiki 1.39',
    files: () => ({ 'srv/composer.lock': fixtureTree('php/composer.tar.gz')[LOCK] ?? null }),
  },
  {
    ecosystem: 'PHP (PEAR, PECL)',
    cataloger: 'pear',
    evidence: ['.registry/*.reg', '.registry/.channel.*/*.reg'],
    origin: 'Debian 12, php-pear, php-mail, php-horde-exception; apcu 5.1.22 installed by pecl',
    files: () => part('php/pear.tar.gz', '.reg'),
  },
  {
    ecosystem: 'PHP (extensions)',
    cataloger: 'php-extension',
    evidence: ['lib/php/*/*.so', 'lib/php/extensions/*/*.so', 'lib*/php*/modules/*.so'],
    origin: 'Debian 12, php8.2-common, php8.2-xml, php8.2-opcache',
    files: () => part('php/pear.tar.gz', '.so'),
  },
];
