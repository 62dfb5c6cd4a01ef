/** What follows a publication: pages and feeds are written, and receivers of webhooks are called. Nothing that is built waits for it. */
import { createTransport } from '../../oci/registry/transport.ts';
import type { Environment } from '../../assess/directories.ts';
import type { DeliveryOutcome } from '../feeds/deliver-webhooks.ts';
import type { ProgrammeState } from '../state/programme-state.ts';
import type { Programme, ProgrammeSettings } from '../programme/programme.ts';
import { createImagePages, type PublisherSource } from './image-pages.ts';
import { createPublishedPages } from './programme-pages.ts';
import type { OnRunEvent } from './run-event.ts';
import type { DefinedProgramme } from './stock/take-stock.ts';
import { createWebhookCalls } from './webhook-calls.ts';

const TIMEOUT_MS = 30_000;

export interface AnnouncementOptions {
  readonly state: Pick<ProgrammeState, 'ledger' | 'tagStates' | 'recall' | 'remember'>;
  readonly environment: Environment;
  readonly offline: boolean;
  /** Who reads quarantine for pages of images; null: nobody publishes. */
  readonly images: PublisherSource | null;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly onEvent: OnRunEvent;
  /** Told at once of what should not have happened, which `end` throws. */
  readonly onFault?: (error: unknown) => void;
}

export interface Announcements {
  /** To be called when the publisher has done what there was to do, whether or not that was anything. */
  announce(defined: DefinedProgramme, isPublished: boolean): void;
  /** Waits for calls that are on their way. What could not be told is told by the next run. */
  end(): Promise<void>;
}

export function createAnnouncements(
  { webhooks, registry }: Pick<ProgrammeSettings, 'webhooks' | 'registry'>,
  options: AnnouncementOptions,
): Announcements {
  const { state, environment, offline, signal, onEvent } = options;
  const now = (): number => options.now() / 1000;
  const transport = createTransport({ timeoutMs: TIMEOUT_MS, offline, environment });
  const faults: unknown[] = [];
  const onFault = (error: unknown): void => {
    faults.push(error);
    options.onFault?.(error);
  };
  const calls = createWebhookCalls({
    webhooks,
    state,
    source: `oci://${registry.public}`,
    environment,
    transport,
    now,
    signal,
    onOutcome: tellOutcomes(onEvent),
    onFault,
  });
  const writePages = createPublishedPages(state);
  /** Whose pages were written. */
  let written: DefinedProgramme | null = null;
  /** What was wrong with them, which need not be told each time. */
  let told: ReadonlySet<string> = new Set();
  const write = (programme: Programme): void => {
    const problems = writePages(programme, Math.floor(now()));
    for (const message of problems) if (!told.has(message)) onEvent({ kind: 'problem', message });
    told = new Set(problems);
  };
  const images =
    options.images &&
    createImagePages({
      state,
      source: options.images,
      signal,
      onProblem: (message) => onEvent({ kind: 'problem', message }),
      onWritten: write,
      onFault,
    });
  return {
    announce(defined, isPublished) {
      if (isPublished || written !== defined) {
        written = defined;
        write(defined.programme);
        images?.begin(defined.programme);
      }
      calls.begin();
    },
    async end() {
      await Promise.all([images?.end(), calls.end()]);
      await transport.close();
      if (faults.length > 0) throw faults[0];
    },
  };
}

/** A failure is told once, and not each time that somebody looks whether the receiver can be called again. */
function tellOutcomes(onEvent: OnRunEvent): (outcome: DeliveryOutcome) => void {
  const told = new Map<string, string>();
  return ({ receiver, delivered, problem, next }) => {
    if (delivered > 0) onEvent({ kind: 'delivered', receiver, entries: delivered });
    if (problem === null) {
      told.delete(receiver);
      return;
    }
    const failure = `${next ?? 'never'} ${problem}`;
    if (told.get(receiver) === failure) return;
    told.set(receiver, failure);
    onEvent({ kind: 'not-delivered', receiver, because: problem, notBefore: next });
  };
}
