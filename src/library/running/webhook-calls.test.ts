import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { publication, smallLedger } from '../../../test/library/small-ledger.ts';
import { OciError } from '../../oci/errors.ts';
import type { Transport } from '../../oci/registry/transport.ts';
import type { DeliveryOutcome } from '../feeds/deliver-webhooks.ts';
import { createWebhookCalls } from './webhook-calls.ts';

/** Calls by a clock and a timer of the test. @param fails how often the receiver is not there */
function calls(entries: number, fails: number) {
  const ledger = smallLedger(
    ...Array.from({ length: entries }, (_, tag) => publication('redis', [`${tag}`])),
  );
  const memory = new Map<string, string>();
  const clock = { now: 1_800_000_000 };
  const timers = new Set<{ readonly at: number; readonly action: () => void }>();
  const outcomes: DeliveryOutcome[] = [];
  let requests = 0;
  const transport: Transport = {
    async request() {
      requests += 1;
      if (requests <= fails) throw new OciError('REGISTRY_UNAVAILABLE', 'nobody is there');
      return { status: 200, header: () => null, body: (async function* () {})(), discard: async () => {} };
    },
    close: async () => {},
  };
  const webhooks = createWebhookCalls({
    webhooks: [{ url: 'https://hook.example/', secretVariable: null }],
    state: {
      ledger: (from = 1) => ledger.filter(({ sequence }) => sequence >= from),
      recall: (name) => memory.get(name) ?? null,
      remember: (name, value) => void memory.set(name, value),
    },
    source: 'oci://registry.example/library',
    environment: {},
    transport,
    now: () => clock.now,
    signal: new AbortController().signal,
    onOutcome: (outcome) => outcomes.push(outcome),
    onFault: (error) => {
      throw error;
    },
    schedule(seconds, action) {
      const timer = { at: clock.now + seconds, action };
      timers.add(timer);
      return () => timers.delete(timer);
    },
  });
  return {
    webhooks,
    outcomes,
    timers,
    /** Moves the clock to the next timer, which rings. */
    ring: () => {
      const [timer] = timers;
      assert.ok(timer !== undefined);
      timers.delete(timer);
      clock.now = timer.at;
      timer.action();
    },
    /** Lets everything happen that waits for nothing but its turn. */
    settle: () => new Promise((resolve) => void setImmediate(resolve)),
  };
}

suite('calls of webhooks', () => {
  test('a receiver that fails is called again when it is time, and then told everything', async () => {
    const { webhooks, outcomes, timers, ring, settle } = calls(3, 2);
    webhooks.begin();
    await settle();
    ring();
    await settle();
    assert.deepEqual(
      outcomes.map(({ next, problem }) => [next, problem]),
      [
        [1_800_000_010, 'nobody is there'],
        [1_800_000_030, 'nobody is there'],
      ],
    );
    ring();
    await settle();
    assert.deepEqual(outcomes.at(-1), {
      receiver: 'hook.example',
      delivered: 3,
      sequence: 3,
      problem: null,
      next: null,
    });
    assert.equal(timers.size, 0);
  });

  test('however often it is begun, there is one timer, and none at the end', async () => {
    const { webhooks, timers, settle } = calls(1, 9);
    for (let times = 0; times < 3; times += 1) {
      webhooks.begin();
      webhooks.begin();
      await settle();
      assert.equal(timers.size, 1);
    }
    await webhooks.end();
    assert.equal(timers.size, 0);
    webhooks.begin();
    await settle();
    assert.equal(timers.size, 0);
  });

  test('a long ledger is told to its end, also when the run ends in between', async () => {
    const { webhooks, outcomes } = calls(250, 0);
    webhooks.begin();
    await webhooks.end();
    assert.deepEqual(
      outcomes.map(({ delivered }) => delivered),
      [100, 100, 50],
    );
  });
});
