import { fixtureTree, type LayerFiles } from '../layer-stack.ts';
import type { Exhibit } from './exhibit.ts';

const ORIGIN = 'Debian 12, wordpress 6.1.9, three plugins and two themes';

function filesBelow(directory: string): LayerFiles {
  return Object.fromEntries(
    Object.entries(fixtureTree('wordpress/debian-12.tar.gz')).filter(([path]) =>
      path.includes(`/${directory}/`),
    ),
  );
}

export const EXHIBITS: readonly Exhibit[] = [
  {
    ecosystem: 'WordPress',
    cataloger: 'wordpress-core',
    evidence: ['wp-includes/version.php'],
    origin: ORIGIN,
    files: () => filesBelow('wp-includes'),
  },
  {
    ecosystem: 'WordPress',
    cataloger: 'wordpress-extension',
    evidence: ['wp-content/plugins/*/*.php', 'wp-content/themes/*/style.css', 'readme.txt'],
    origin: ORIGIN,
    files: () => filesBelow('wp-content'),
  },
];
