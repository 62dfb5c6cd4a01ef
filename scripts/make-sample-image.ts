/**
 * Makes the bundled sample image, `examples/sample-image`, from `examples/sample-source`: the same bytes each time.
 *
 * An aged Debian 12, Debian's own Node modules, an application with old modules, and a last layer that removes one of
 * them; no programs, only what shows that packages are there.
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildImage, buildLayer } from '../test/images/image-builder.ts';
import { writeOciLayout } from '../test/images/layouts.ts';
import type { ArchiveEntry } from '../test/images/tar-writer.ts';

const SOURCE = fileURLToPath(new URL('../examples/sample-source/', import.meta.url));
const TARGET = fileURLToPath(new URL('../examples/sample-image', import.meta.url));

const read = (path: string) => readFileSync(SOURCE + path);

/** Every file below a folder of the source, placed below a folder of the image; directories come first. */
function tree(folder: string, place: string): ArchiveEntry[] {
  return readdirSync(SOURCE + folder, { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice((SOURCE + folder).length + 1))
    .sort()
    .map((path) => ({ path: `${place}${path}`, content: read(`${folder}/${path}`) }));
}

const status = read('debian/status').toString();

const base = buildLayer([
  { path: 'etc/debian_version', content: '12.8\n' },
  { path: 'etc/os-release', type: 'symlink', linkTarget: '../usr/lib/os-release' },
  { path: 'usr/lib/os-release', content: read('debian/os-release') },
  ...tree('debian/info', 'var/lib/dpkg/info/'),
  { path: 'var/lib/dpkg/status', content: status },
]);

const debianModules = buildLayer([
  ...tree('node-packages/files', ''),
  ...readdirSync(`${SOURCE}node-packages`)
    .filter((name) => name.endsWith('.list'))
    .sort()
    .map((name) => ({ path: `var/lib/dpkg/info/${name}`, content: read(`node-packages/${name}`) })),
  { path: 'var/lib/dpkg/status', content: status + read('node-packages/status').toString() },
]);

const application = buildLayer([
  { path: 'app/package.json', content: read('app/package.json') },
  ...tree('app/modules', 'app/node_modules/'),
]);

const slimmed = buildLayer([{ path: 'app/node_modules/.wh.y18n', content: '' }]);

const CREATED = '2024-12-02T00:00:00Z';
const step = (created_by: string, empty_layer?: true) => ({ created: CREATED, created_by, empty_layer });

const image = buildImage({
  layers: [base, debianModules, application, slimmed],
  configuration: {
    created: CREATED,
    author: 'The Hallmark authors',
    config: {
      Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'NODE_ENV=production'],
      Entrypoint: ['node'],
      Cmd: ['server.js'],
      WorkingDir: '/app',
      ExposedPorts: { '8080/tcp': {} },
      Labels: {
        'org.opencontainers.image.title': 'sample-shop',
        'org.opencontainers.image.authors': 'The Hallmark authors',
        'org.opencontainers.image.version': '1.3.0',
        'org.opencontainers.image.licenses': 'Apache-2.0',
      },
    },
    history: [
      step('ADD rootfs.tar.xz / # debian 12, 2024-12-02'),
      step('CMD ["bash"]', true),
      step('RUN /bin/sh -c apt-get install -y libjs-jquery node-semver node-undici # buildkit'),
      step('WORKDIR /app', true),
      step('COPY . /app # buildkit'),
      step('RUN /bin/sh -c npm uninstall y18n # buildkit'),
      step('EXPOSE map[8080/tcp:{}]', true),
      step('ENTRYPOINT ["node"]', true),
      step('CMD ["server.js"]', true),
    ],
  },
});

rmSync(TARGET, { recursive: true, force: true });
writeOciLayout(TARGET, [{ root: image, name: 'sample' }]);
