import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { suite, test } from 'node:test';
import { publication, smallLedger } from '../../../test/library/small-ledger.ts';
import { readBody, startLoopbackServer, type LoopbackServer } from '../../../test/loopback.ts';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { createTransport } from '../../oci/registry/transport.ts';
import { LibraryError } from '../errors.ts';
import type { WebhookSettings } from '../programme/programme.ts';
import { openState } from '../state/open-state.ts';
import { deliverWebhooks, type DeliveryOptions } from './deliver-webhooks.ts';

const LEDGER = smallLedger(...['1', '2', '3'].map((tag) => publication('redis', [tag])));
const SECRET = { secretVariable: 'HOOK_KEY' };

interface Received {
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Receiver extends LoopbackServer {
  readonly received: readonly Received[];
  sequences(path?: string): readonly number[];
}

/** @param answer status for the call with this number, counted from 1; with a header where it is a pair */
async function receiver(
  answer: (call: number, path: string) => number | readonly [number, string, string],
): Promise<Receiver> {
  const received: Received[] = [];
  const server = await startLoopbackServer(async (request, response) => {
    received.push({
      path: request.url,
      headers: request.headers,
      body: (await readBody(request)).toString(),
    });
    const answered = answer(received.length, request.url ?? '');
    const [status, name, value] = typeof answered === 'number' ? [answered, 'x-none', ''] : answered;
    response.writeHead(status, { [name]: value }).end('thanks');
  });
  return Object.assign(server, {
    received,
    sequences: (path = '/') =>
      received
        .filter((call) => call.path === path)
        .map(({ body }) => (JSON.parse(body) as { data: { sequence: number } }).data.sequence),
  });
}

/** A programme with a clock that a test moves. */
function programme(webhooks: readonly WebhookSettings[], ledger = LEDGER) {
  const memory = new Map<string, string>();
  const clock = { now: 1_800_000_000 };
  const transport = createTransport({ timeoutMs: 5_000, offline: false, environment: {} });
  const options: DeliveryOptions = {
    webhooks,
    state: {
      ledger: (from = 1) => ledger.filter(({ sequence }) => sequence >= from),
      recall: (name) => memory.get(name) ?? null,
      remember: (name, value) => void memory.set(name, value),
    },
    source: 'https://images.example/',
    environment: { HOOK_KEY: 'key' },
    transport,
    now: () => clock.now,
    signal: new AbortController().signal,
  };
  return {
    memory,
    clock,
    deliver: (changes: Partial<DeliveryOptions> = {}) => deliverWebhooks({ ...options, ...changes }),
    [Symbol.asyncDispose]: () => transport.close(),
  };
}

suite('webhooks', () => {
  test('every entry once and in order, as signed CloudEvents', async () => {
    await using server = await receiver(() => 204);
    await using run = programme([{ url: `http://${server.host}/`, ...SECRET }]);
    assert.deepEqual(await run.deliver(), [
      { receiver: server.host, delivered: 3, sequence: 3, problem: null, next: null },
    ]);
    await run.deliver();
    assert.deepEqual(server.sequences(), [1, 2, 3]);
    const [call] = server.received;
    assert.ok(call !== undefined);
    assert.equal(call.headers['content-type'], 'application/cloudevents+json; charset=utf-8');
    assert.deepEqual(JSON.parse(call.body), {
      specversion: '1.0',
      type: 'hallmark.ledger.published.v1',
      source: 'https://images.example/',
      id: '1',
      time: '2026-11-01T12:00:00Z',
      subject: 'redis',
      datacontenttype: 'application/json',
      data: LEDGER[0],
    });
    const signed = `${LEDGER[0]?.digest}.1800000000.${call.body}`;
    const expected = createHmac('sha256', 'key').update(signed).digest('base64');
    assert.equal(call.headers['webhook-id'], LEDGER[0]?.digest);
    assert.equal(call.headers['webhook-signature'], `v1,${expected}`);
  });

  test('the key may be written as Standard Webhooks writes it', async () => {
    await using server = await receiver(() => 200);
    await using run = programme([{ url: `http://${server.host}/`, ...SECRET }], LEDGER.slice(0, 1));
    await run.deliver({ environment: { HOOK_KEY: `whsec_${Buffer.from('key').toString('base64')}` } });
    const [call] = server.received;
    const signed = `${LEDGER[0]?.digest}.1800000000.${call?.body}`;
    const expected = createHmac('sha256', 'key').update(signed).digest('base64');
    assert.equal(call?.headers['webhook-signature'], `v1,${expected}`);
  });

  test('a receiver that fails is called again later, with what it does not have', async () => {
    await using server = await receiver((call) => (call === 2 || call === 3 ? 500 : 200));
    await using run = programme([{ url: `http://${server.host}/`, secretVariable: null }]);
    const waits: number[] = [];
    for (const moment of [0, 9, 10, 29, 30]) {
      run.clock.now = 1_800_000_000 + moment;
      const [outcome] = await run.deliver();
      if (outcome?.next !== null && outcome?.next !== undefined) waits.push(outcome.next - 1_800_000_000);
    }
    assert.deepEqual(waits, [10, 10, 30, 30]);
    assert.deepEqual(server.sequences(), [1, 2, 2, 2, 3]);
    assert.equal(server.received[0]?.headers['webhook-signature'], undefined);
  });

  test('what a receiver asks for is granted, within a day', async () => {
    await using server = await receiver((call) => [503, 'retry-after', call === 1 ? '7200' : '9999999']);
    await using run = programme([{ url: `http://${server.host}/`, secretVariable: null }]);
    const [first] = await run.deliver();
    assert.equal(first?.next, run.clock.now + 7200);
    run.clock.now += 7200;
    const [second] = await run.deliver();
    assert.equal(second?.next, run.clock.now + 86_400);
  });

  test('redirects are not followed, and one that fails holds nobody else up', async () => {
    await using server = await receiver((_, path) => (path === '/moved' ? [307, 'location', '/'] : 200));
    const hooks = ['moved', 'well'].map((path) => ({
      url: `http://${server.host}/${path}`,
      secretVariable: null,
    }));
    await using run = programme(hooks);
    const outcomes = await run.deliver();
    assert.deepEqual(
      outcomes.map(({ delivered, problem }) => [delivered, problem]),
      [
        [0, 'it answered 307'],
        [3, null],
      ],
    );
    assert.deepEqual(server.sequences('/'), []);
    assert.deepEqual(server.sequences('/well'), [1, 2, 3]);
  });

  test('a kill between an answer and its being remembered repeats one delivery and leaves none out', async () => {
    await using server = await receiver(() => 200);
    await using run = programme([{ url: `http://${server.host}/`, secretVariable: null }]);
    const killed = new Error('killed');
    let calls = 0;
    const state = {
      ledger: (from = 1) => LEDGER.filter(({ sequence }) => sequence >= from),
      recall: (name: string) => run.memory.get(name) ?? null,
      remember(name: string, value: string) {
        calls += 1;
        if (calls === 2) throw killed;
        run.memory.set(name, value);
      },
    };
    await assert.rejects(run.deliver({ state }), killed);
    await run.deliver();
    assert.deepEqual(server.sequences(), [1, 2, 2, 3]);
  });

  test('nothing is sent without the key that it should be signed with', async () => {
    await using server = await receiver(() => 200);
    await using run = programme([{ url: `http://${server.host}/`, ...SECRET }]);
    const [outcome] = await run.deliver({ environment: {} });
    assert.equal(outcome?.problem, 'the variable HOOK_KEY with its key is not set');
    assert.deepEqual(server.received, []);
  });

  test('who does not answer at all is a failure like others', async () => {
    const server = await receiver(() => 200);
    await server[Symbol.asyncDispose]();
    await using run = programme([{ url: `http://${server.host}/secret`, secretVariable: null }]);
    const [outcome] = await run.deliver();
    assert.equal(outcome?.next, run.clock.now + 10);
    assert.match(outcome.problem ?? '', /could not be reached/);
    assert.doesNotMatch(JSON.stringify(outcome), /secret/);
    assert.doesNotMatch([...run.memory].join(), /secret/);
  });

  test('a long ledger is told in parts', async () => {
    await using server = await receiver(() => 200);
    const long = smallLedger(...Array.from({ length: 101 }, (_, tag) => publication('redis', [`${tag}`])));
    await using run = programme([{ url: `http://${server.host}/`, secretVariable: null }], long);
    const [first] = await run.deliver();
    assert.deepEqual([first?.delivered, first?.next], [100, run.clock.now]);
    const [second] = await run.deliver();
    assert.deepEqual([second?.delivered, second?.next], [1, null]);
  });

  test('the state can be written by others while a receiver takes its time', async (t) => {
    const folder = temporaryDirectory(t);
    using state = Object.assign(openState(folder), { [Symbol.dispose]: () => state.close() });
    using other = Object.assign(openState(folder), { [Symbol.dispose]: () => other.close() });
    for (const { event, at } of LEDGER) {
      state.beginPublication({ id: at, event, index: '', at });
      state.completePublication(at, event, at);
    }
    await using server = await receiver((call) => {
      other.remember('call', String(call));
      return 200;
    });
    await using run = programme([{ url: `http://${server.host}/`, secretVariable: null }]);
    const [outcome] = await run.deliver({ state });
    assert.equal(outcome?.sequence, 3);
    assert.deepEqual(server.sequences(), [1, 2, 3]);
  });

  test('a memory that cannot be read is an error: nothing is repeated or left out on a guess', async () => {
    await using run = programme([{ url: 'http://127.0.0.1:9/', secretVariable: null }]);
    const state = { ledger: () => LEDGER, recall: () => '{"sequence":-1}', remember: () => undefined };
    await assert.rejects(
      run.deliver({ state }),
      (error) => error instanceof LibraryError && error.code === 'STATE_UNREADABLE',
    );
  });
});
