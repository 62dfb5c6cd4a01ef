import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { lockFile } from '../../files/lock-file.ts';
import {
  type Files,
  makeKey,
  makePlan,
  makeRepository,
  next,
  type RepositoryPlan,
} from '../../../test/trust/tuf/make-repository.ts';
import {
  builtInOrigins,
  builtInSigningConfig,
  builtInTrustedRoot,
  builtInTufRoot,
} from '../material/built-in.ts';
import { chooseTrustRoot } from '../material/choose-trust-root.ts';
import { readCachedTrustRoot, signingConfigOf } from './cached-trust-root.ts';
import { importTrustRoot, resolveTrustRoot } from './known-trust-roots.ts';
import type { AskMirror, MirrorAnswer } from './mirror-fetcher.ts';
import { type RefreshOutcome, refreshTrustRoot } from './refresh-trust-root.ts';
import { formatExport, parseExport, readState, stateFile, trustedRootOf } from './trust-root-state.ts';

const MIRROR = new URL('https://tuf.example/repository');
const NOW = new Date('2026-06-01T00:00:00Z');
const LATER = new Date('2026-06-02T00:00:00Z');
const TRUSTED_ROOT = builtInTrustedRoot();
const SIGNING_CONFIG = builtInSigningConfig('default');

const scratch = mkdtempSync(join(tmpdir(), 'hallmark-tuf-test-'));
after(() => rmSync(scratch, { recursive: true }));

const plan = makePlan({ 'trusted_root.json': TRUSTED_ROOT, 'signing_config.v0.2.json': SIGNING_CONFIG });
const first = makeRepository(plan);
const initialRoot = first.get('1.root.json') ?? Buffer.alloc(0);

async function* pieces(...content: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* content;
}

const serve =
  (files: Files, base = `${MIRROR.href}/`): AskMirror =>
  async (url): Promise<MirrorAnswer> => {
    const content = files.get(url.href.slice(base.length));
    return content === undefined ? { status: 404, body: pieces() } : { status: 200, body: pieces(content) };
  };

/** A folder of its own for each test, and updates in it. */
function machine(root: Uint8Array = initialRoot) {
  const dataDirectory = mkdtempSync(join(scratch, 'data-'));
  return {
    dataDirectory,
    update: (files: Files | AskMirror, now = NOW): Promise<RefreshOutcome> =>
      refreshTrustRoot({
        dataDirectory,
        name: 'acme',
        mirror: MIRROR,
        initialRoot: root,
        ask: files instanceof Map ? serve(files) : files,
        now,
        signal: new AbortController().signal,
      }),
    cached: () => readCachedTrustRoot(dataDirectory, 'acme'),
  };
}

const REFUSED = { code: 'TRUST_ROOT_REFUSED' };
const newTimestamp = next(plan, 'timestamp');
const all = next(plan, 'timestamp', 'snapshot', 'targets');

const withEmpty: RepositoryPlan['editSignatures'] = (_role, list) => [
  ...list,
  { keyid: makeKey().id, sig: '' },
];

describe('an update', () => {
  test('brings the targets, and says until when they are vouched for', async () => {
    const { update, cached } = machine();
    const expires = { ...plan.expires, timestamp: '2026-06-08T00:00:00Z' };
    const { repository, isChanged } = await update(makeRepository({ ...plan, expires }));

    assert.equal(isChanged, true);
    assert.equal(repository.expires, '2026-06-08T00:00:00.000Z');
    assert.equal(repository.updated, NOW.toISOString());
    assert.ok(Buffer.from(trustedRootOf(repository)).equals(TRUSTED_ROOT));
    assert.ok(Buffer.from(signingConfigOf(repository) ?? '').equals(SIGNING_CONFIG));
    assert.deepEqual({ ...cached(), files: null }, { ...repository, files: null });
    assert.deepEqual(Object.keys(cached()?.files ?? {}).sort(), Object.keys(repository.files).sort());
  });

  test('of the same repository changes nothing but the time', async () => {
    const { update } = machine();
    await update(first);
    const { repository, isChanged } = await update(first, LATER);
    assert.equal(isChanged, false);
    assert.equal(repository.updated, LATER.toISOString());
  });

  test('follows new roots, each signed by the keys before', async () => {
    const { update } = machine();
    const rootKey = makeKey();
    const second: RepositoryPlan = {
      ...next(plan, 'root'),
      keys: { ...plan.keys, root: [rootKey] },
      formerRootKeys: plan.keys.root,
    };
    const files = new Map([...first, ...makeRepository(second)]);
    const { repository } = await update(files);
    assert.equal(repository.rootVersion, 2);
    assert.equal((await update(files, LATER)).repository.rootVersion, 2);
  });

  test('goes on after keys of timestamp and snapshot were replaced, even by lower versions', async () => {
    const { update } = machine();
    await update(
      makeRepository({ ...plan, versions: { ...plan.versions, timestamp: 9_000, snapshot: 9_000 } }),
    );
    const recovered: RepositoryPlan = {
      ...next(plan, 'root'),
      keys: { ...plan.keys, timestamp: [makeKey()], snapshot: [makeKey()] },
    };
    const { repository } = await update(makeRepository(recovered), LATER);
    assert.equal(repository.rootVersion, 2);
  });

  test('reads targets of a delegated role, also where its name is no file name', async () => {
    for (const name of ['release', '../release', 'a/b', '%2e', 'con figuration']) {
      const { repository } = await machine().update(
        makeRepository({ ...plan, delegated: { name, key: makeKey() } }),
      );
      assert.ok(Buffer.from(trustedRootOf(repository)).equals(TRUSTED_ROOT), name);
    }
  });

  test('takes empty signatures for none, as tuf-on-ci writes them', async () => {
    assert.ok(await machine().update(makeRepository({ ...plan, editSignatures: withEmpty })));
  });

  test('does not take a delegated role of before from a key that lost its delegation', async () => {
    const { update } = machine();
    const [former, key] = [makeKey(), makeKey()];
    await update(makeRepository({ ...plan, delegated: { name: 'release', key: former } }));
    const delegated = { name: 'release', key, signer: former };
    await assert.rejects(update(makeRepository({ ...all, delegated }), LATER), {
      ...REFUSED,
      message: /release was signed by 0\/1/,
    });
    const mended = next(all, 'timestamp', 'snapshot', 'targets');
    assert.ok(await update(makeRepository({ ...mended, delegated: { name: 'release', key } }), LATER));
  });

  test('by two processes at once is done by one', async () => {
    const { dataDirectory, update } = machine();
    const lock = lockFile(`${stateFile(dataDirectory, 'acme')}.lock`);
    await assert.rejects(update(first), { code: 'TRUST_STATE_LOCKED' });
    lock?.release();
    assert.ok(await update(first));
  });
});

describe('what was accepted stays when an update meets', () => {
  const second = makeRepository(all);
  const changed = (...changes: readonly [path: string, content: Uint8Array | undefined][]): Files => {
    const files = new Map(second);
    for (const [path, content] of changes) {
      if (content === undefined) files.delete(path);
      else files.set(path, content);
    }
    return files;
  };
  const strangers = makePlan(plan.targets);
  const expired = (role: string): Files =>
    makeRepository({ ...all, expires: { ...plan.expires, [role]: NOW.toISOString() } });
  const older = makeRepository({
    ...next(all, 'timestamp'),
    versions: { ...next(all, 'timestamp').versions, snapshot: 1 },
  });
  /** What is cached is version 2 of all roles but the root. */
  const attacks: Readonly<Record<string, readonly [files: Files, reason: RegExp]>> = {
    'an older timestamp': [first, /timestamp version 1 is less/],
    'an older snapshot': [older, /snapshot version 1 is less/],
    'older targets': [
      makeRepository({
        ...next(all, 'timestamp', 'snapshot'),
        versions: { ...next(all, 'timestamp', 'snapshot').versions, targets: 1 },
      }),
      /version 1 of targets.json is less/,
    ],
    'a root with a gap': [
      new Map([
        ...second,
        [
          '2.root.json',
          makeRepository({ ...plan, versions: { ...plan.versions, root: 3 } }).get('3.root.json') ??
            initialRoot,
        ],
      ]),
      /Expected version 2, got 3/,
    ],
    'a root by other keys': [
      new Map([
        ...second,
        ['2.root.json', makeRepository(next(strangers, 'root')).get('2.root.json') ?? initialRoot],
      ]),
      /root was signed by 0\/1/,
    ],
    'a root that its own keys did not sign': [
      new Map([
        ...second,
        [
          '2.root.json',
          makeRepository({
            ...next(plan, 'root'),
            keys: { ...plan.keys, root: [makeKey()] },
            formerRootKeys: plan.keys.root,
            editSignatures: (_role, list) => list.slice(1),
          }).get('2.root.json') ?? initialRoot,
        ],
      ]),
      /root was signed by 0\/1/,
    ],
    'an expired timestamp (freeze)': [
      makeRepository({
        ...next(all, 'timestamp'),
        expires: { ...plan.expires, timestamp: NOW.toISOString() },
      }),
      /timestamp.json is expired/,
    ],
    'an expired snapshot': [expired('snapshot'), /snapshot.json is expired/],
    'expired targets': [expired('targets'), /targets.json is expired/],
    'a timestamp by other keys': [
      changed([
        'timestamp.json',
        makeRepository({ ...next(all, 'timestamp'), keys: strangers.keys }).get('timestamp.json'),
      ]),
      /timestamp was signed by 0\/1/,
    ],
    'a snapshot of another time (mix and match)': [makeMixed(), /Expected hash/],
    'a timestamp with a field twice': [
      changed([
        'timestamp.json',
        Buffer.from(
          (makeRepository(next(all, 'timestamp')).get('timestamp.json') ?? '')
            .toString()
            .replace('{"signed"', '{"signatures":[],"signed"'),
        ),
      ]),
      /field "signatures" twice/,
    ],
    'a timestamp that does not end': [
      changed(['timestamp.json', Buffer.alloc(20_000, ' ')]),
      /more than the 16384 bytes/,
    ],
    'a timestamp that is none': [changed(['timestamp.json', Buffer.from('[]')]), /signed is not defined/],
    'no trusted root among the targets': [
      makeRepository({
        ...next(all, 'timestamp', 'snapshot', 'targets'),
        targets: {},
      }),
      /has no trusted_root/,
    ],
    'a target of other bytes': [
      new Map(
        [...makeRepository(next(all, 'timestamp', 'snapshot', 'targets'))].map(([path, content]) => [
          path,
          path.endsWith('trusted_root.json') ? Buffer.from('x'.repeat(content.length)) : content,
        ]),
      ),
      /Expected hash/,
    ],
    'a delegated role by a key that is not the delegator’s': [
      makeRepository({
        ...next(all, 'timestamp', 'snapshot', 'targets'),
        delegated: { name: 'release', key: makeKey(), signer: makeKey() },
      }),
      /release was signed by 0\/1/,
    ],
    'another version of the specification': [
      withNewer((_role, signed) => {
        signed['spec_version'] = '2.0.0';
      }),
      /specVersion/,
    ],
  };

  function makeMixed(): Files {
    const newest = next(all, 'timestamp', 'snapshot');
    const files = makeRepository(newest);
    const other = makeRepository({ ...newest, targets: { 'trusted_root.json': TRUSTED_ROOT } });
    files.set('3.snapshot.json', other.get('3.snapshot.json') ?? Buffer.alloc(0));
    return files;
  }
  function withNewer(edit: RepositoryPlan['edit']): Files {
    return makeRepository({ ...next(all, 'timestamp', 'snapshot', 'targets'), ...(edit && { edit }) });
  }

  for (const [name, [files, reason]] of Object.entries(attacks)) {
    test(name, async () => {
      const { update, cached } = machine();
      await update(second);
      const before = cached();
      // what is only fetched when something is newer has to be announced
      const newer = name.startsWith('an expired snapshot') || name.startsWith('expired targets');
      const start = newer ? machine() : { update, cached };
      await assert.rejects(start.update(files, LATER), { ...REFUSED, message: reason });

      assert.deepEqual(start.cached(), newer ? null : before);
    });
  }

  /** The first root allows it to be signed by two, and only one does. */
  const counts: Readonly<Record<string, Partial<RepositoryPlan>>> = {
    'two signatures by one key': {
      keys: { ...plan.keys, timestamp: [makeKey(), makeKey()] },
      editSignatures: (role, list) => (role === 'timestamp' ? list.map(() => list[0] ?? {}) : list),
    },
    'one key listed twice': {
      edit: (role, signed) => {
        const roles = signed['roles'] as Record<string, { keyids: string[] }> | undefined;
        if (role === 'root') roles?.['timestamp']?.keyids.push(...roles['timestamp'].keyids);
      },
    },
    'a second signature that is empty': {
      keys: { ...plan.keys, timestamp: [makeKey(), makeKey()] },
      editSignatures: (role, list) =>
        role === 'timestamp' ? list.map((one, index) => (index === 0 ? one : { ...one, sig: '' })) : list,
    },
  };
  for (const [name, change] of Object.entries(counts)) {
    test(name, async () => {
      const files = makeRepository({ ...plan, ...change, thresholds: { ...plan.thresholds, timestamp: 2 } });
      const root = files.get('1.root.json') ?? Buffer.alloc(0);
      await assert.rejects(machine(root).update(files), REFUSED);
    });
  }

  test('a mirror that is not there, answers with an error or breaks off', async () => {
    const answers: readonly AskMirror[] = [
      async () => Promise.reject(new Error('connection refused')),
      async () => ({ status: 500, body: pieces() }),
      async () => ({ status: 302, body: pieces() }),
      async (url, signal) =>
        url.pathname.endsWith('.root.json') ? serve(first)(url, signal) : { status: 404, body: pieces() },
      async (url, signal) =>
        url.pathname.endsWith('.root.json') ? serve(first)(url, signal) : { status: 200, body: broken() },
    ];
    for (const ask of answers) {
      const { update, cached } = machine();
      await update(second);
      const before = cached();
      await assert.rejects(update(ask, LATER), { code: 'TRUST_ROOT_NOT_FETCHED' });
      assert.deepEqual(cached(), before);
    }
  });

  test('a trusted root that is signed and of no use', async () => {
    const { update, cached } = machine();
    await update(first);
    const before = cached();
    const useless = { 'trusted_root.json': Buffer.from('{}') };
    await assert.rejects(update(makeRepository({ ...all, targets: useless }), LATER), {
      code: 'TRUSTED_ROOT_INVALID',
    });
    assert.deepEqual(cached(), before);
  });
});

async function* broken(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('{');
  throw new Error('connection reset');
}

describe('after a failed update', () => {
  test('a key that a new root took away stays taken away', async () => {
    const { dataDirectory, update } = machine();
    await update(first);
    const replaced: RepositoryPlan = {
      ...next(plan, 'root'),
      keys: { ...plan.keys, timestamp: [makeKey()] },
    };
    const files = makeRepository(replaced);
    const withoutRest = new Map([['2.root.json', files.get('2.root.json') ?? initialRoot]]);
    await assert.rejects(update(withoutRest, LATER), { code: 'TRUST_ROOT_NOT_FETCHED' });

    // the thief of the former key hides the new root and goes on signing
    await assert.rejects(update(makeRepository(newTimestamp), LATER), REFUSED);
    assert.equal(readState(dataDirectory, 'acme')?.accepted.rootVersion, 1);
    const { repository } = await update(
      new Map([...files].filter(([path]) => path !== '2.root.json')),
      LATER,
    );
    assert.equal(repository.rootVersion, 2);
    assert.ok('2.root.json' in repository.files, 'the chain of roots is whole');
  });

  test('a timestamp that was seen is not undone by an older one', async () => {
    const { update } = machine();
    await update(first);
    const timestampOnly = new Map([
      ['timestamp.json', makeRepository(all).get('timestamp.json') ?? initialRoot],
    ]);
    await assert.rejects(update(timestampOnly, LATER), { code: 'TRUST_ROOT_NOT_FETCHED' });
    await assert.rejects(update(first, LATER), REFUSED);
  });

  test('a state that was damaged is an error, not a beginning', async () => {
    const { dataDirectory, update, cached } = machine();
    await update(first);
    const file = stateFile(dataDirectory, 'acme');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.slice(0, -20));
    assert.throws(() => cached(), { code: 'TRUST_STATE_INVALID' });
    await assert.rejects(update(first, LATER), { code: 'TRUST_STATE_INVALID' });
  });
});

const carry = async (): Promise<Buffer> => {
  const { update } = machine();
  const { repository } = await update(first);
  return Buffer.from(formatExport(repository));
};
const elsewhere = () => mkdtempSync(join(scratch, 'data-'));

describe('carried to a machine without network', () => {
  const signal = new AbortController().signal;
  test('everything is verified again, from the root that is trusted there', async () => {
    const exported = parseExport(await carry(), 'file');
    const dataDirectory = elsewhere();
    const late = new Date('2027-06-01T00:00:00Z');
    const { repository } = await importTrustRoot(exported, { dataDirectory, now: late, signal, initialRoot });

    assert.equal(repository.updated, NOW.toISOString());
    assert.equal(repository.expires, '2026-12-31T00:00:00.000Z');
    assert.ok(Buffer.from(trustedRootOf(repository)).equals(TRUSTED_ROOT));
    const again = await importTrustRoot(exported, { dataDirectory, now: late, signal, initialRoot: null });
    assert.equal(again.isChanged, false);
  });

  test('a change on the way is refused', async () => {
    const exported = parseExport(await carry(), 'file');
    for (const [path, content] of Object.entries(exported.files)) {
      const changed = Buffer.from(content);
      const at = changed.indexOf('2026') + 3;
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      const files = { ...exported.files, [path]: changed };
      // the root that the file begins with is not the one that is used
      if (path === '1.root.json') continue;
      await assert.rejects(
        importTrustRoot(
          { ...exported, files },
          { dataDirectory: elsewhere(), now: NOW, signal, initialRoot },
        ),
        REFUSED,
        path,
      );
    }
  });

  test('one that is older than what is known is refused', async () => {
    const { dataDirectory, update } = machine();
    await update(makeRepository(all));
    const exported = parseExport(await carry(), 'file');
    await assert.rejects(
      importTrustRoot(exported, { dataDirectory, now: LATER, signal, initialRoot: null }),
      REFUSED,
    );
  });

  test('one of somebody unknown needs a root to begin with, and a name that is free', async () => {
    const exported = parseExport(await carry(), 'file');
    const options = { dataDirectory: elsewhere(), now: NOW, signal, initialRoot: null };
    await assert.rejects(importTrustRoot(exported, options), { code: 'TRUST_ROOT_UNKNOWN' });
    await assert.rejects(importTrustRoot({ ...exported, name: 'public-good' }, { ...options, initialRoot }), {
      code: 'TRUST_ROOT_NAME_TAKEN',
    });
    await assert.rejects(importTrustRoot({ ...exported, name: 'public-good' }, options), REFUSED);
  });

  test('other files are refused', async () => {
    const text = (await carry()).toString();
    const files = ['', '{}', text.slice(0, -3), text.replace('"name": "acme"', '"name": "../acme"')];
    for (const file of files) {
      assert.throws(() => parseExport(Buffer.from(file), 'file'), { code: 'TRUST_ROOT_EXPORT_INVALID' });
    }
  });
});

describe("Sigstore's own repository", () => {
  const roots = new URL('../../../test/fixtures/tuf/sigstore-roots/', import.meta.url);
  const read = (name: string): Buffer => readFileSync(new URL(name, roots));
  const files: Files = new Map([
    ...Array.from({ length: 15 }, (_, index) => `${index + 1}.root.json`).map(
      (name): [string, Uint8Array] => [name, read(name)],
    ),
    ['timestamp.json', read('timestamp.json')],
    ['165.snapshot.json', gunzipSync(read('snapshot.json.gz'))],
    ['14.targets.json', gunzipSync(read('targets.json.gz'))],
    [
      'targets/6494e21ea73fa7ee769f85f57d5a3e6a08725eae1e38c755fc3517c9e6bc0b66.trusted_root.json',
      TRUSTED_ROOT,
    ],
    [
      'targets/9711a6d5375706957a4859af31c5866a4474f81f0544f9f4b76c9c4f4c8a539c.signing_config.v0.2.json',
      SIGNING_CONFIG,
    ],
  ]);
  const day = new Date('2026-08-22T00:00:00Z');
  const update = (dataDirectory: string, root: Uint8Array, now: Date): Promise<RefreshOutcome> =>
    refreshTrustRoot({
      dataDirectory,
      name: 'public-good',
      mirror: MIRROR,
      initialRoot: root,
      ask: serve(files),
      now,
      signal: new AbortController().signal,
    });

  test('is reached from its first root of 2021 through fourteen others', async () => {
    const dataDirectory = mkdtempSync(join(scratch, 'data-'));
    const { repository } = await update(dataDirectory, read('1.root.json'), day);
    assert.equal(repository.rootVersion, 15);
    assert.equal(repository.expires, '2026-08-28T19:25:56.000Z');
  });

  test('is refused once its timestamp has expired', async () => {
    const dataDirectory = mkdtempSync(join(scratch, 'data-'));
    await assert.rejects(
      update(dataDirectory, read('1.root.json'), new Date('2026-08-29T00:00:00Z')),
      REFUSED,
    );
  });

  test('is what comes with Hallmark', async () => {
    const dataDirectory = mkdtempSync(join(scratch, 'data-'));
    const { repository } = await update(dataDirectory, builtInTufRoot(), day);
    const { publicGood } = builtInOrigins();
    assert.equal(new Date(publicGood.expires).toISOString(), repository.expires);
    assert.equal(publicGood.rootVersion, repository.rootVersion);
  });

  test('is chosen where it is newer than what comes with Hallmark, beside others', async () => {
    const dataDirectory = mkdtempSync(join(scratch, 'data-'));
    const names = () => chooseTrustRoot({ dataDirectory }).map(({ name, origin }) => `${name} ${origin}`);
    assert.deepEqual(names(), ['public-good bundled']);
    await update(dataDirectory, builtInTufRoot(), new Date('2026-08-20T00:00:00Z'));
    assert.deepEqual(names(), ['public-good bundled']);
    await update(dataDirectory, builtInTufRoot(), day);
    assert.deepEqual(names(), ['public-good tuf']);
    const { publicGood } = builtInOrigins();
    const known = resolveTrustRoot({ dataDirectory, name: 'public-good', mirror: null, initialRoot: null });
    assert.equal(known.mirror.href, `${MIRROR.href}/`);
    assert.notEqual(known.mirror.href, publicGood.mirror);
  });
});
