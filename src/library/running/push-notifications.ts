/**
 * Hears of pushes from registries, in the forms in which distribution, Harbor and zot send them. What is told is never believed: it
 * only says which names are worth looking up again.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { timingSafeEqual } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

const MAX_BYTES = 1024 * 1024;
const MAX_EVENTS = 1_000;
const TIMEOUT_MS = 10_000;

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
}

export interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

/** Listens for `POST /events`. @throws {Error} of node:net when the address cannot be used */
export async function listenForPushes(options: ListeningOptions): Promise<Listening> {
  const server = createServer({ requestTimeout: TIMEOUT_MS }, (request, response) => {
    answer(request, response, options).catch((error: unknown) => {
      // the connection is gone: nobody is left to be told
      response.destroy(error instanceof Error ? error : undefined);
    });
  });
  server.listen(options.port, options.host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { authorization, onPushes }: ListeningOptions,
): Promise<void> {
  const end = (status: number) => {
    response.statusCode = status;
    response.end();
  };
  if (request.url !== '/events') return end(404);
  if (request.method !== 'POST') return end(405);
  if (authorization !== null && !isSame(request.headers.authorization ?? '', authorization)) return end(401);
  const body = await readBody(request);
  if (body === null) return end(413);
  const pushes = readPushes(body);
  if (pushes === null) return end(400);
  if (pushes.length > 0) onPushes(pushes);
  end(202);
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > MAX_BYTES) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
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
