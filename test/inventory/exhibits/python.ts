import { fixture, fixtureTree } from '../layer-stack.ts';
import type { Exhibit } from './exhibit.ts';

const VENDORED = 'usr/lib/python3/dist-packages/pip/_vendor/vendor.txt';

function lock(name: string, file: string, origin: string): Exhibit {
  return {
    ecosystem: 'Python',
    cataloger: 'python-lock',
    evidence: [name],
    origin,
    files: () => ({ [`srv/app/${name.replace('*', '')}`]: fixture(`python/${file}`) }),
  };
}

export const EXHIBITS: readonly Exhibit[] = [
  {
    ecosystem: 'Python',
    cataloger: 'python-installed',
    evidence: ['*.dist-info/{METADATA,RECORD,direct_url.json}', '*.egg-info/{PKG-INFO,requires.txt}'],
    origin: 'flask 3.0.3, requests 2.32.3 and rich 13.7.1 from PyPI, installed by pip 23.2.1',
    files: () => fixtureTree('python/site-packages.tar.gz'),
  },
  {
    ecosystem: 'Python',
    cataloger: 'python-installed',
    evidence: ['dist-packages/*.dist-info/METADATA', '*.egg-info/PKG-INFO', '*.egg-info'],
    origin: 'Debian 12, nine packages of python3-*, unpacked by dpkg 1.21',
    files: () => fixtureTree('python/debian.tar.gz'),
  },
  {
    ecosystem: 'Python',
    cataloger: 'python-vendored',
    evidence: ['*/_vendor/vendor.txt', '*/vendor/vendor.txt'],
    origin: 'Debian 12, python3-pip 23.0.1+dfsg-1',
    files: () => ({ [VENDORED]: fixtureTree('python/debian.tar.gz')[VENDORED] ?? null }),
  },
  {
    ecosystem: 'Python',
    cataloger: 'python-archive',
    evidence: ['*.whl', '*.egg'],
    origin: 'iniconfig 2.0.0, wheel from PyPI; docopt 0.6.2, egg by setuptools 69',
    files: () => ({
      'srv/iniconfig-2.0.0-py3-none-any.whl': fixture('python/iniconfig-2.0.0-py3-none-any.whl'),
      'srv/docopt-0.6.2-py3.11.egg': fixture('python/docopt-0.6.2-py3.11.egg'),
    }),
  },
  {
    ecosystem: 'Python',
    cataloger: 'python-archive',
    evidence: ['*.pyz', '*.pex'],
    origin: 'applications of iniconfig 2.0.0 by shiv, and with itsdangerous 2.2.0 by pex',
    files: () => ({ 'srv/app.pyz': fixture('python/app.pyz'), 'srv/app.pex': fixture('python/app.pex') }),
  },
  lock('uv.lock', 'uv.lock', 'written by uv'),
  lock('poetry.lock', 'poetry-2.lock', 'written by Poetry 2.5.1'),
  lock('pdm.lock', 'pdm.lock', 'written by PDM 2.12.4'),
  lock('Pipfile.lock', 'Pipfile.lock', 'written by pipenv 2026.10.3'),
  lock('pylock.toml', 'pylock.toml', 'exported by uv'),
  lock('requirements*.txt', 'requirements.txt', 'written by pip-compile of pip-tools 7.6.2'),
];
