/**
 * Calls the receivers of webhooks while the programme runs: each by itself and beside all other work, again when a receiver that failed
 * is to be called again. What could not be told when the run ends is told by the next one, since the state knows how far each has come.
 */
import { deliverWebhooks, type DeliveryOptions, type DeliveryOutcome } from '../feeds/deliver-webhooks.ts';
import type { WebhookSettings } from '../programme/programme.ts';
import { afterSeconds, type Schedule } from './schedule.ts';

export interface WebhookCallsOptions extends DeliveryOptions {
  readonly onOutcome: (outcome: DeliveryOutcome) => void;
  /** What should not have happened, by which the run ends. */
  readonly onFault: (error: unknown) => void;
  /** Default: a timer of this process. */
  readonly schedule?: Schedule;
}

export interface WebhookCalls {
  /** Tells what is new; returns at once. */
  begin(): void;
  /** Nothing is begun any more; waits for calls that are on their way. */
  end(): Promise<void>;
}

export function createWebhookCalls(options: WebhookCallsOptions): WebhookCalls {
  const receivers = options.webhooks.map((webhook) => createReceiver(webhook, options));
  return {
    begin() {
      for (const receiver of receivers) receiver.begin();
    },
    async end() {
      await Promise.all(receivers.map((receiver) => receiver.end()));
    },
  };
}

/** One that is slow keeps no other from being told. */
function createReceiver(webhook: WebhookSettings, options: WebhookCallsOptions): WebhookCalls {
  const { now, signal, onOutcome, onFault, schedule = afterSeconds } = options;
  let calling: Promise<void> | null = null;
  let isAskedAgain = false;
  let isEnded = false;
  let takeBack: (() => void) | null = null;

  async function call(): Promise<void> {
    do {
      isAskedAgain = false;
      const [outcome] = await deliverWebhooks({ ...options, webhooks: [webhook] });
      if (outcome === undefined) return;
      onOutcome(outcome);
      if (outcome.next === null) continue;
      const wait = outcome.next - now();
      takeBack?.();
      if (wait <= 0) isAskedAgain = true;
      else if (!isEnded) takeBack = schedule(wait, begin);
    } while (isAskedAgain && !signal.aborted);
  }

  function begin(): void {
    if (isEnded || signal.aborted) return;
    if (calling !== null) {
      isAskedAgain = true;
      return;
    }
    takeBack?.();
    calling = call()
      .catch((error: unknown) => {
        if (!signal.aborted) onFault(error);
      })
      .finally(() => (calling = null));
  }

  return {
    begin,
    async end() {
      isEnded = true;
      takeBack?.();
      await calling;
    },
  };
}
