/**
 * Hears of pushes from registries, in the forms in which distribution, Harbor and zot send them. What is told is never believed: it
 * only says which names are worth looking up again.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { timingSafeEqual } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';

const MAX_EVENTS = 1_000;

/** What senders may ask of us, however many they are and whatever they send. */
export interface ListeningLimits {
  readonly bodyBytes: number;
  /** A request that has not come whole by then is given up. */
  readonly timeoutMs: number;
  /** At the same time; more are closed at once. */
  readonly connections: number;
  /** That have come and are not answered yet; further ones are closed with their connections. */
  readonly requests: number;
  /** Whoever sends more waits for the answer, and so do registries, which keep what they have to tell. */
  readonly requestsPerSecond: number;
  readonly bytesPerSecond: number;
}

export const LISTENING_LIMITS: ListeningLimits = {
  bodyBytes: 1024 * 1024,
  timeoutMs: 10_000,
  connections: 64,
  requests: 128,
  requestsPerSecond: 1_000,
  bytesPerSecond: 4 * 1024 * 1024,
};

const Name = z.string().max(300);
const Tag = z.string().max(200);

/** distribution, "Work with notifications". */
const Distribution = z
  .object({
    events: z
      .array(
        z.object({
          action: z.string().max(100),
          target: z.object({ repository: Name.optional(), tag: Tag.optional() }),
        }),
      )
      .max(MAX_EVENTS),
  })
  .transform(({ events }) =>
    events.flatMap(({ action, target: { repository, tag } }) =>
      action === 'push' && repository !== undefined && tag !== undefined ? [{ repository, tag }] : [],
    ),
  );

/** Harbor, "Configure Webhook Notifications", default payload. */
const Harbor = z
  .object({
    type: z.string().max(100),
    event_data: z.object({
      resources: z.array(z.object({ tag: Tag.optional() })).max(MAX_EVENTS),
      repository: z.object({ repo_full_name: Name }),
    }),
  })
  .transform(({ type, event_data: { resources, repository } }) =>
    resources.flatMap(({ tag }) =>
      type === 'PUSH_ARTIFACT' && tag !== undefined ? [{ repository: repository.repo_full_name, tag }] : [],
    ),
  );

/** zot, extension "events": data of a CloudEvent. A reference may be a digest, which no name changes by. */
const ZotData = z
  .object({ name: Name, reference: Tag })
  .transform(({ name, reference }) =>
    reference.includes(':') ? [] : [{ repository: name, tag: reference }],
  );

const Notification = z.union([
  Distribution,
  Harbor,
  ZotData,
  z.object({ data: ZotData }).transform(({ data }) => data),
]);

/** A tag that was pushed, as the registry calls it: without the registry's own name. */
export interface Push {
  readonly repository: string;
  readonly tag: string;
}

export interface ListeningOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** The value of `Authorization` without which nothing is heard; null: whoever reaches the port is heard. */
  readonly authorization: string | null;
  readonly onPushes: (pushes: readonly Push[]) => void;
  readonly limits?: ListeningLimits;
}

export interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Listens for `POST /events`. What is refused or given up is not lost for the programme, which looks for itself from time to time.
 *
 * @throws {Error} of node:net when the address cannot be used
 */
export async function listenForPushes(options: ListeningOptions): Promise<Listening> {
  const { limits = LISTENING_LIMITS } = options;
  const ending = new AbortController();
  const turns = createTurns(limits, ending.signal);
  let open = 0;
  const server = createServer(
    { requestTimeout: limits.timeoutMs, connectionsCheckingInterval: Math.min(1_000, limits.timeoutMs) },
    (request, response) => {
      // many requests can come over one connection without waiting for answers
      if (open >= limits.requests) {
        request.socket.destroy();
        return;
      }
      open += 1;
      answer(request, response, { ...options, limits, turns })
        .catch((error: unknown) => {
          // the connection is gone: nobody is left to be told
          response.destroy(error instanceof Error ? error : undefined);
        })
        .finally(() => (open -= 1));
    },
  );
  server.maxConnections = limits.connections;
  server.listen(options.port, options.host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    async close() {
      ending.abort();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Turns {
  /** Waits until a request may be read. */
  next(): Promise<void>;
  /** Lets those that come behind wait for what was read. */
  charge(bytes: number): void;
}

function createTurns({ requestsPerSecond, bytesPerSecond }: ListeningLimits, signal: AbortSignal): Turns {
  /** When the next request may be read, on the clock of this process in milliseconds. */
  let free = 0;
  return {
    async next() {
      const now = performance.now();
      const wait = free - now;
      free = Math.max(free, now) + 1_000 / requestsPerSecond;
      if (wait >= 1) await setTimeout(wait, undefined, { signal });
    },
    charge: (bytes) => void (free += (bytes / bytesPerSecond) * 1_000),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  {
    authorization,
    onPushes,
    limits,
    turns,
  }: ListeningOptions & { readonly limits: ListeningLimits; readonly turns: Turns },
): Promise<void> {
  const end = (status: number) => {
    response.statusCode = status;
    response.end();
  };
  await turns.next();
  if (request.url !== '/events') return end(404);
  if (request.method !== 'POST') return end(405);
  if (authorization !== null && !isSame(request.headers.authorization ?? '', authorization)) return end(401);
  const body = await readBody(request, limits.bodyBytes, turns);
  if (body === null) return end(413);
  const pushes = readPushes(body.toString());
  if (pushes === null) return end(400);
  if (pushes.length > 0) onPushes(pushes);
  end(202);
}

async function readBody(request: IncomingMessage, mostBytes: number, turns: Turns): Promise<Buffer | null> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    turns.charge(part.length);
    if (length > mostBytes) return null;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Null for what is no notification. */
export function readPushes(body: string): readonly Push[] | null {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return null;
  }
  const notification = Notification.safeParse(json);
  return notification.success ? notification.data : null;
}

/** In a time that tells nothing of where they differ. */
function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
