/** Whatever is wrong with a programme, or with what it meets: what the command line says, and that the rest goes on. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { suite, test, type TestContext } from 'node:test';
import { lockFile } from '../../src/files/lock-file.ts';
import { openState } from '../../src/library/state/open-state.ts';
import { toPublicPem } from '../../src/signing/keys/signing-key.ts';
import { commandLine, type Outcome } from '../cli/command-line.ts';
import { buildImage, buildLayer, sha256 } from '../images/image-builder.ts';
import { temporaryDirectory } from '../images/temporary-directory.ts';
import { type RecordedRequest, sendBlob, sendError } from '../registry/fake-registry.ts';
import { type MemoryRegistry, startMemoryRegistry } from '../registry/memory-registry.ts';
import { readDocument } from '../registry/memory-repository.ts';
import { keyOf, newPem } from './publishing.ts';
import {
  entry,
  hallmarkProcess,
  IMPORTED,
  ROOT,
  surroundings,
  tinyEngine,
  type TinyRecipe,
  writeTinyProgramme,
  writeTinySettings,
} from './tiny-programme.ts';

interface Scene {
  readonly folder: string;
  readonly registry: MemoryRegistry;
  readonly run: (...args: readonly string[]) => Promise<Outcome>;
  readonly tags: (repository: string) => readonly string[];
}

/** A programme with a base, something good on it, and whatever else there is. */
async function scene(
  t: TestContext,
  further: Partial<TinyRecipe> = {},
  misbehaves: Misbehaviour = () => false,
): Promise<Scene> {
  const registry = await startMemoryRegistry({
    intercept: (request, response): boolean => misbehaves(request, response, registry),
  });
  t.after(() => registry[Symbol.asyncDispose]());
  const folder = temporaryDirectory(t);
  writeTinyProgramme(folder, registry.host, {
    images: { 'base/rootfs.tar': ROOT, 'good/Dockerfile': 'FROM base:1\n', ...further.images },
    definitions: { base: entry('1', 'base', IMPORTED), good: entry('1', 'good'), ...further.definitions },
    settings: { parallelBuilds: '4', ...further.settings },
  });
  const hallmark = commandLine(t);
  return {
    folder,
    registry,
    run: (...args) =>
      hallmark(['library', ...args], {
        workingDirectory: folder,
        environment: surroundings(),
        now: () => Date.now(),
      }),
    tags: (repository) => [...registry.repository(`library/${repository}`).tags.keys()],
  };
}

const RUN = ['run', '--no-db', '--offline'];

interface BadThing {
  readonly what: string;
  readonly definition: string;
  readonly dockerfile: string;
  readonly says: RegExp;
}

/** By the name of the repository. */
const BAD_THINGS: Readonly<Record<string, BadThing>> = {
  twice: {
    what: 'two entries with one tag',
    definition: `${entry('1', 'twice')}\n${entry('1', 'good')}`,
    dockerfile: 'FROM base:1\n',
    says: /^PROBLEM Tags "1" includes duplicate tag: "1" .*\(twice, line 8\)$/m,
  },
  planet: {
    what: 'an architecture that nobody knows',
    definition: entry('1', 'planet', 'Architectures: amd64, z80\n'),
    dockerfile: 'FROM base:1\n',
    says: /^PROBLEM Tags "1" has invalid Architectures: "z80" .*\(planet, line 7\)$/m,
  },
  line: {
    what: 'a line that is no field',
    definition: 'Tags 1\n',
    dockerfile: 'FROM base:1\n',
    says: /^PROBLEM Bad line: .*\(line, line 5\)$/m,
  },
  commit: {
    what: 'a commit that is nowhere',
    definition: entry('1', 'commit', `GitFetch: refs/heads/main\nGitCommit: ${'f'.repeat(40)}\n`),
    dockerfile: 'FROM base:1\n',
    says: /^PROBLEM COMMIT_NOT_FOUND: commit:1 on amd64: commit f{40} is neither in .* nor reached by its refs\/heads\/main$/m,
  },
  directory: {
    what: 'a directory that is not in the commit',
    definition: entry('1', 'nowhere'),
    dockerfile: 'FROM base:1\n',
    says: /^PROBLEM CONTEXT_INVALID: directory:1 on amd64: .*there is no nowhere in it$/m,
  },
  dockerfile: {
    what: 'a Dockerfile that cannot be parsed',
    definition: entry('1', 'dockerfile'),
    dockerfile: 'FROM\n',
    says: /^PROBLEM DOCKERFILE_INVALID: dockerfile:1 on amd64: line 1: FROM names no image$/m,
  },
  hen: {
    what: 'an image that is built on one that is built on it',
    definition: entry('1', 'hen'),
    dockerfile: 'FROM egg:1\n',
    says: /^PROBLEM PARENTS_CYCLIC: (?:egg|hen):1 is built on (?:egg|hen):1 is built on (?:egg|hen):1$/m,
  },
  egg: {
    what: 'images that are built on each other are told with their architecture',
    definition: entry('1', 'egg'),
    dockerfile: 'FROM hen:1\n',
    says: /^PROBLEM (?:egg|hen):1 on amd64 and 1 more cannot be built: .* circle: (?:egg|hen):1 → /m,
  },
  orphan: {
    what: 'a parent that is nowhere',
    definition: entry('1', 'orphan'),
    dockerfile: 'FROM nobody:1\n',
    says: /^PROBLEM orphan:1 on amd64 cannot be built: nobody:1 cannot be looked up on amd64: OFFLINE: /m,
  },
  kaniko: {
    what: 'a builder that nobody knows',
    definition: entry('1', 'kaniko', 'Builder: kaniko\n'),
    dockerfile: 'FROM base:1\n',
    says: /^PROBLEM nothing here builds kaniko:1 on amd64: ENGINE_MISSING: no engine builds with the builder "kaniko"$/m,
  },
  fail: {
    what: 'a builder that fails',
    definition: entry('1', 'fail'),
    dockerfile: 'FROM base:1\nRUN fail\n',
    says: /^FAILED fail:1 on amd64: BUILD_FAILED: .* ended with status 7.*; its log is \//m,
  },
  nothing: {
    what: 'a builder that makes nothing',
    definition: entry('1', 'nothing'),
    dockerfile: 'FROM base:1\nRUN nothing\n',
    says: /^FAILED nothing:1 on amd64: LAYOUT_INVALID: .* it has no file oci-layout/m,
  },
  more: {
    what: 'a builder that makes more than an image',
    definition: entry('1', 'more'),
    dockerfile: 'FROM base:1\nRUN more\n',
    says: /^FAILED more:1 on amd64: LAYOUT_INVALID: .* "more" is a file that no layout has/m,
  },
  platform: {
    what: 'a builder that returns another platform',
    definition: entry('1', 'platform'),
    dockerfile: 'FROM base:1\nRUN wrong-platform\n',
    says: /^FAILED platform:1 on amd64: .* the image is for linux\/s390x, and linux\/amd64 was asked for/m,
  },
  digest: {
    what: 'a builder that returns other bytes than it says',
    definition: entry('1', 'digest'),
    dockerfile: 'FROM base:1\nRUN wrong-digest\n',
    says: /^FAILED digest:1 on amd64: LAYOUT_INVALID: .* has the digest sha256:\w+, expected sha256:/m,
  },
  hang: {
    what: 'a builder that hangs',
    definition: entry('1', 'hang'),
    dockerfile: 'FROM base:1\nRUN hang\n',
    says: /^FAILED hang:1 on amd64: BUILD_TIMEOUT: the build took longer than 1 seconds; its log is \//m,
  },
};

suite('what is defined, and what is built of it', () => {
  test('everything that is wrong is told, and the rest goes on', async (t) => {
    const { run, tags, folder } = await scene(t, {
      images: {
        ...Object.fromEntries(
          Object.entries(BAD_THINGS).map(([name, { dockerfile }]) => [`${name}/Dockerfile`, dockerfile]),
        ),
        'flood/Dockerfile': 'FROM base:1\nRUN flood\n',
        'field/Dockerfile': 'FROM base:1\n',
      },
      definitions: {
        ...Object.fromEntries(Object.entries(BAD_THINGS).map(([name, its]) => [name, its.definition])),
        flood: entry('1', 'flood'),
        field: entry('1', 'field', 'Flavour: sweet\n'),
      },
      settings: { repositories: '{ hang: { buildTimeout: 1s } }' },
    });
    const { status, stderr } = await run(...RUN);
    assert.deepEqual([status, tags('good')], [1, ['1']], stderr);
    for (const [name, { what, says }] of Object.entries(BAD_THINGS)) {
      await t.test(what, () => {
        assert.match(stderr, says);
        assert.deepEqual(tags(name), []);
      });
    }
    await t.test('a field that nobody knows is passed over, and told by lint', async () => {
      assert.deepEqual(tags('field'), ['1']);
      const lint = await run('lint', 'field');
      assert.equal(lint.status, 2);
      assert.match(lint.stdout, /field:7:1 .*Flavour/);
    });
    await t.test('a builder that floods its log fills no disk', () => {
      assert.deepEqual(tags('flood'), ['1']);
      const logs = join(folder, 'state/logs/amd64');
      const largest = Math.max(...readdirSync(logs).map((name) => statSync(join(logs, name)).size));
      assert.ok(largest > 32 * 1024 * 1024 && largest < 34 * 1024 * 1024, `${largest} bytes`);
    });
  });
});

type Misbehaviour = (request: RecordedRequest, response: ServerResponse, registry: MemoryRegistry) => boolean;

const isWrite = ({ method }: RecordedRequest) => method !== 'GET' && method !== 'HEAD';

const refusing =
  (status: number, isRefused: (request: RecordedRequest) => boolean = () => true): Misbehaviour =>
  (request, response) => {
    if (!isWrite(request) || !isRefused(request)) return false;
    sendError(response, status, 'DENIED');
    return true;
  };

/** Says that it has taken what it then does not have. */
const forgetting =
  (name: RegExp): Misbehaviour =>
  (request, response) => {
    const [, asked] = /\/manifests\/(.+)$/.exec(request.url) ?? [];
    if (request.method !== 'PUT' || asked === undefined || !name.test(asked)) return false;
    const digest = sha256(request.bytes);
    response.writeHead(201, { 'docker-content-digest': digest, location: request.url, 'content-length': 0 });
    response.end();
    return true;
  };

const OTHER = buildImage({ layers: [buildLayer([{ path: 'evil', content: 'x' }])] });

/** Gives another image under a name from some time on. @param honest how often it gives what was put there */
const exchanging = (honest: number): Misbehaviour => {
  const asked = new Map<string, number>();
  return (request, response, registry) => {
    const [, repository = '', name = ''] = /^\/v2\/(.+)\/manifests\/([0-9a-f-]+)$/.exec(request.url) ?? [];
    if (isWrite(request) || !registry.repository(repository).tags.has(name)) return false;
    const times = (asked.get(name) ?? 0) + 1;
    asked.set(name, times);
    if (times <= honest) return false;
    sendBlob(request, response, OTHER);
    return true;
  };
};

interface Place {
  readonly what: string;
  /** Whose part of the registry misbehaves. */
  readonly path: string;
  readonly architecture: string;
  readonly misbehaves: Misbehaviour;
  readonly says: RegExp;
}

/** By the name of the repository. */
const PLACES: Readonly<Record<string, Place>> = {
  stranger: {
    what: 'one that does not know the publisher',
    path: 'library/stranger',
    architecture: 'amd64',
    misbehaves: refusing(401),
    says: /^NOT PUBLISHED stranger:1, latest: PUBLICATION_REFUSED: .*\(HTTP 401\)/m,
  },
  denied: {
    what: 'one that does not let the publisher write',
    path: 'library/denied',
    architecture: 'amd64',
    misbehaves: refusing(403),
    says: /^NOT PUBLISHED denied:1, latest: PUBLICATION_REFUSED: .*\(HTTP 403\)/m,
  },
  broken: {
    what: 'one that fails for the publisher',
    path: 'library/broken',
    architecture: 'amd64',
    misbehaves: refusing(500),
    says: /^NOT PUBLISHED broken:1, latest: PUBLICATION_REFUSED: .* 500/m,
  },
  forgetful: {
    what: 'one that forgets what the publisher wrote',
    path: 'library/forgetful',
    architecture: 'amd64',
    misbehaves: forgetting(/^sha256:/),
    says: /^NOT PUBLISHED forgetful:1, latest: PUBLICATION_REFUSED: /m,
  },
  fickle: {
    what: 'one that forgets tags',
    path: 'library/fickle',
    architecture: 'amd64',
    misbehaves: forgetting(/^(?:1|latest)$/),
    says: /^NOT PUBLISHED fickle:1, latest: PUBLICATION_REFUSED: .*:1 is nothing after it was moved to sha256:/m,
  },
  closed: {
    what: 'one that does not let the builder write',
    path: 'quarantine/arm64v8',
    architecture: 'arm64v8',
    misbehaves: refusing(403),
    says: /^FAILED closed:1 on arm64v8: REGISTRY_UNAUTHORIZED: /m,
  },
  lost: {
    what: 'one that forgets what the builder pushed',
    path: 'quarantine/i386',
    architecture: 'i386',
    misbehaves: forgetting(/./),
    says: /^FAILED lost:1 on i386: COPY_INCOMPLETE: .* has nothing as \w+, expected sha256:/m,
  },
  false: {
    what: 'one that has another image at once',
    path: 'quarantine/ppc64le',
    architecture: 'ppc64le',
    misbehaves: exchanging(0),
    says: /^FAILED false:1 on ppc64le: COPY_INCOMPLETE: .* has sha256:\w+ as \w+, expected sha256:/m,
  },
  exchanged: {
    what: 'one that has another image for the verifier',
    path: 'quarantine/s390x',
    architecture: 's390x',
    misbehaves: exchanging(1),
    says: /^REJECTED exchanged:1 on s390x: quarantine: .* means sha256:\w+ now, expected sha256:/m,
  },
  deaf: {
    what: 'one that takes no evidence of the verifier',
    path: 'quarantine/riscv64',
    architecture: 'riscv64',
    misbehaves: refusing(403, ({ body }) => body.includes('"subject"')),
    says: /^NOT EXAMINED deaf:1 on riscv64: REGISTRY_UNAUTHORIZED: /m,
  },
};

/** Images that are not built on each other. */
const APART: TinyRecipe = {
  images: Object.fromEntries(
    Object.keys(PLACES).map((name) => [`${name}/Dockerfile`, `FROM scratch\nLABEL name=${name}\n`]),
  ),
  definitions: Object.fromEntries(
    Object.entries(PLACES).map(([name, { architecture }]) => [
      name,
      entry('1, latest', name, `Architectures: ${architecture}\n`),
    ]),
  ),
  settings: {
    engines: `{ ${[...new Set(Object.values(PLACES).map(({ architecture }) => architecture))]
      .map((architecture) => `${architecture}: ${tinyEngine()}`)
      .join(', ')} }`,
  },
};

suite('registries', () => {
  test('a place that misbehaves is told, has nothing half, and the others go on', async (t) => {
    const { run, tags } = await scene(t, APART, (request, response, registry) => {
      const place = Object.values(PLACES).find(({ path }) => request.url.startsWith(`/v2/${path}/`));
      return place?.misbehaves(request, response, registry) ?? false;
    });
    const { status, stderr } = await run(...RUN);
    assert.deepEqual([status, tags('good')], [1, ['1']], stderr);
    for (const [name, { what, says }] of Object.entries(PLACES)) {
      await t.test(what, () => {
        assert.match(stderr, says);
        assert.deepEqual(tags(name), []);
      });
    }
  });
});

suite('the publisher', () => {
  test('believes nobody but its verifier, and no bytes but those that were examined', async (t) => {
    const { run, tags, folder, registry } = await scene(t);
    assert.equal((await run(...RUN, '--role', 'build', '--role', 'verify')).status, 0);

    const { publicKey } = await keyOf(newPem());
    writeFileSync(join(folder, 'other.pub'), toPublicPem(publicKey));
    writeTinySettings(folder, registry.host, {
      roles: '{ verifier: { publicKey: other.pub }, publisher: { key: publisher.key } }',
    });
    const stranger = await run(...RUN, '--role', 'publish');
    assert.equal(stranger.status, 1);
    assert.match(
      stranger.stderr,
      /^NOT PUBLISHED good:1: ADMISSION_UNPROVEN: .*quarantine\/amd64:\w+ .* is not admitted: .*no summary/m,
    );

    writeTinySettings(folder, registry.host);
    const { manifests } = registry.repository('quarantine/amd64');
    for (const [digest, manifest] of manifests) {
      if (readDocument(manifest).subject === undefined)
        manifests.set(digest, { ...OTHER, digest: manifest.digest });
    }
    const forged = await run(...RUN, '--role', 'publish');
    assert.equal(forged.status, 1);
    assert.match(
      forged.stderr,
      /^NOT PUBLISHED good:1: PUBLICATION_REFUSED: .* has the digest sha256:\w+, expected sha256:/m,
    );
    assert.deepEqual(tags('good'), []);
  });
});

suite('two processes', () => {
  test('the second one says so, and does nothing', async (t) => {
    const { run, tags, folder } = await scene(t);
    const names = ['build-amd64', 'build-arm64v8', 'verify', 'publish'];
    const locks = names.map((name) => lockFile(join(folder, 'state/locks', name)));
    const all = await run(...RUN);
    assert.equal(all.status, 1);
    assert.match(
      all.stderr,
      /^hallmark: PROGRAMME_BUSY: another process builds for amd64 and builds for arm64v8 and examines images and publishes in the programme tiny\n/,
    );
    for (const lock of locks.slice(0, 3)) lock?.release();
    const most = await run(...RUN);
    assert.equal(most.status, 1);
    assert.match(most.stderr, /^PROBLEM another process publishes$/m);
    assert.match(most.stderr, /^admitted good:1 on amd64; findings not checked: /m);
    assert.deepEqual(tags('good'), []);
    locks[3]?.release();
    assert.deepEqual([(await run(...RUN)).status, tags('good')], [0, ['1']]);
  });
});

suite('keys and state', () => {
  const cases: readonly (readonly [
    what: string,
    settings: Readonly<Record<string, string>>,
    status: number,
    says: RegExp,
  ])[] = [
    [
      "without the verifier's key",
      { roles: '{ verifier: { publicKey: verifier.key }, publisher: { key: publisher.key } }' },
      3,
      /^hallmark: PROGRAMME_INVALID: programme.yaml names no roles\.verifier\.key\n/,
    ],
    [
      "without the publisher's key",
      { roles: '{ verifier: { key: verifier.key } }' },
      3,
      /^hallmark: PROGRAMME_INVALID: programme.yaml names no roles\.publisher\.key\n/,
    ],
    [
      'with a key that is not there',
      { roles: '{ verifier: { key: verifier.key }, publisher: { key: nowhere.key } }' },
      3,
      /^hallmark: SIGNING_KEY_NOT_FOUND: .*nowhere\.key/,
    ],
    [
      'with a file where the state should be',
      { state: 'library/base' },
      1,
      /^hallmark: STATE_UNREADABLE: .*library\/base/,
    ],
  ];
  for (const [what, settings, expected, says] of cases) {
    test(what, async (t) => {
      const { run, registry } = await scene(t, { settings });
      const { status, stderr } = await run(...RUN);
      assert.match(stderr, says);
      assert.equal(status, expected);
      assert.deepEqual(registry.requests, []);
    });
  }

  test('a disk that is full in the middle', async (t) => {
    const { folder, tags, run } = await scene(t, {
      images: { 'good/Dockerfile': 'FROM base:1\nRUN flood\n' },
    });
    // a file may have a megabyte: another number than that of a full disk, and the same to us
    const limited = ['sh', '-c', 'trap "" XFSZ; ulimit -f 2048; exec "$@"', 'sh'];
    const { status, stderr } = await hallmarkProcess(folder, ['library', ...RUN], { through: limited });
    assert.match(
      stderr,
      /\nhallmark: STATE_UNWRITABLE: nothing more can be written below .*state: EFBIG.*\n  Make room/,
    );
    assert.deepEqual([status, tags('good')], [1, []]);
    const after = await run(...RUN);
    assert.deepEqual([after.status, tags('good')], [0, ['1']], after.stderr);
  });

  test('a state of a later version', async (t) => {
    const { run, folder } = await scene(t);
    mkdirSync(join(folder, 'state'));
    openState(join(folder, 'state')).close();
    const database = new DatabaseSync(join(folder, 'state/programme.sqlite'));
    database.exec('PRAGMA user_version = 99');
    database.close();
    const { status, stderr } = await run(...RUN);
    assert.match(
      stderr,
      /^hallmark: STATE_UNREADABLE: .* cannot be used: it is of version 99, and 1 is the only one that is known\n/,
    );
    assert.equal(status, 1);
  });
});
