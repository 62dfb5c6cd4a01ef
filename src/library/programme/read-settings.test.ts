import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { LibraryError } from '../errors.ts';
import { rulesFor } from './programme.ts';
import { defaultSettings, readSettings } from './read-settings.ts';

const FOLDER = '/programme';
const read = (text: string) =>
  readSettings(`schema: hallmark.programme/1\n${text}`, FOLDER, 'programme.yaml');

suite('settings of a programme', () => {
  test('everything has a default', () => {
    const settings = read('');
    assert.deepEqual(settings, defaultSettings(FOLDER));
    assert.equal(settings.library, '/programme/library');
    assert.equal(settings.registry.public, 'localhost:5000/library');
    assert.deepEqual(settings.advisoryDeadlines, { critical: 86_400, high: 604_800, medium: 2_592_000 });
    assert.equal(settings.git.timeoutSeconds, 600);
  });

  test('paths are relative to the file; addresses, keys elsewhere and absolute paths are left alone', () => {
    const { git, roles, documents, state } = read(`
documents: docs
state: /var/lib/programme
git:
  rewrites:
    - { from: https://git.example/, to: mirrors/ }
    - { from: https://git.example/one.git, to: mirrors/one }
    - { from: https://a.example/, to: https://b.example/ }
roles:
  verifier: { key: keys/verifier.key }
  publisher: { key: env://KEY, credentials: publisher }
`);
    assert.equal(documents, '/programme/docs');
    assert.equal(state, '/var/lib/programme');
    assert.deepEqual(
      git.rewrites.map(({ to }) => to),
      ['/programme/mirrors/', '/programme/mirrors/one', 'https://b.example/'],
    );
    assert.deepEqual(roles, {
      builder: { credentials: null },
      verifier: { credentials: null, key: '/programme/keys/verifier.key', publicKey: null },
      publisher: { credentials: '/programme/publisher', key: 'env://KEY' },
    });
  });

  test('a repository has its own rules, and those of the programme where it has none', () => {
    const settings = read(`
rules: { requiredArchitectures: [amd64], maximumAge: 30d, settle: 10m, datedTags: specific, tagValidity: 14d }
repositories:
  debian: { maximumAge: never, publishDeadline: 2h, datedTags: none, tagValidity: none }
`);
    const { maximumAge, publishDeadline, settle, requiredArchitectures } = rulesFor(settings, 'debian');
    assert.deepEqual([maximumAge, publishDeadline, settle], [null, 7_200, 600]);
    assert.deepEqual(requiredArchitectures, ['amd64']);
    for (const [name, expected] of [
      ['debian', ['none', null]],
      ['redis', ['specific', 1_209_600]],
    ] as const) {
      const { datedTags, tagValidity } = rulesFor(settings, name);
      assert.deepEqual([datedTags, tagValidity], expected);
    }
    assert.equal(rulesFor(settings, 'redis').maximumAge, 2_592_000);
    assert.equal(rulesFor(settings, 'constructor').maximumAge, 2_592_000);
  });

  test('logs are kept for a while, or for ever', () => {
    assert.equal(read('').logs.keep, 90 * 86_400);
    assert.equal(read('logs: { keep: 2w }').logs.keep, 14 * 86_400);
    assert.equal(read('logs: { keep: forever }').logs.keep, null);
  });

  test('pages and feeds are in folders; the address of one ends in a slash', () => {
    assert.deepEqual([read('').pages, read('').feeds], [null, null]);
    const { pages, feeds } = read(`
pages: { folder: site }
feeds: { folder: site/feeds, address: https://images.example/feeds }
`);
    assert.deepEqual(pages, { folder: '/programme/site', images: false });
    assert.deepEqual(feeds, { folder: '/programme/site/feeds', address: 'https://images.example/feeds/' });
    assert.deepEqual(read('feeds: { folder: f, address: "https://a.example/f/" }').feeds, {
      folder: '/programme/f',
      address: 'https://a.example/f/',
    });
  });

  test('addresses may be of this machine, and numbers', () => {
    const hosts = ['localhost:8080', '10.0.0.4', '[::1]:9', 'hooks'];
    const { webhooks, registry } = read(`
webhooks: [${hosts.map((host) => `{ url: "http://${host}/" }`).join(', ')}]
registry: { quarantine: a/q, public: a/l, mirrors: { docker.io: ["http://127.0.0.1:5000"] } }
`);
    assert.deepEqual(
      webhooks.map(({ url }) => new URL(url).host),
      hosts,
    );
    assert.deepEqual(registry.mirrors, { 'docker.io': ['http://127.0.0.1:5000'] });
  });

  test('what is wrong is named with its place', () => {
    const cases: readonly [text: string, message: RegExp][] = [
      ['libary: library', /line 2, column 9: libary: is no field; is library meant\?/],
      [
        'engines: { amd6: { kind: buildah } }',
        /line 2, column \d+: engines\.amd6: is no field; is amd64 meant\?/,
      ],
      ['engines: { arm64: { kind: buildah } }', /engines\.arm64: is no field; is arm64v8 meant\?/],
      ['engines: { arm: { kind: buildah } }', /engines\.arm: is no field$/],
      ['engines: { amd64: { kind: docker } }', /line 2, column \d+: engines\.amd64/],
      ['rules: { settle: 10 minutes }', /rules\.settle: a time such as/],
      ['rules: { maximumAge: 3 days }', /rules\.maximumAge: a time such as 90s, .* or never/],
      ['rules: { tagValidity: 59s }', /rules\.tagValidity: a time such as 90s, .* from a minute on, or none/],
      ['rules: { buildTimeout: 10 hours }', /rules\.buildTimeout: a time such as/],
      ['rules: { buildTimeout: 0s }', /rules\.buildTimeout: a time from 1s to 24d/],
      [
        'repositories: { gcc: { buildTimeout: 25d } }',
        /repositories\.gcc\.buildTimeout: a time from 1s to 24d/,
      ],
      ['git: { timeout: 9w }', /git\.timeout: a time from 1s to 24d/],
      ['pollInterval: 0m', /pollInterval: a time from 1s to 24d/],
      ['pollInterval: 4w', /pollInterval: a time from 1s to 24d/],
      ['logs: { keep: 3 days }', /logs\.keep: a time such as 90s, .* or forever/],
      [
        'registry: { quarantine: "example", public: registry.example/library }',
        /registry\.quarantine: registry and path/,
      ],
      ['webhooks: [{ url: "file:///etc/passwd" }]', /webhooks\.0\.url/],
      ['a: b: c', /line 2/],
    ];
    for (const [text, message] of cases) {
      assert.throws(
        () => read(text),
        (error) =>
          error instanceof LibraryError && error.code === 'PROGRAMME_INVALID' && message.test(error.message),
        text,
      );
    }
  });
});
