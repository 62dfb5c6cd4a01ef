/** The containers of one test, in files: every call of `docker` is a process of its own. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

/** What the adapter is told. */
export interface AdapterSettings {
  /** Folder of this test for containers, volumes and notes. */
  readonly state: string;
  /** Where buildah's storage and files lie; it is started there. */
  readonly folder: string;
  /** The program with its global options. */
  readonly buildah: readonly [string, ...string[]];
  readonly isolation: string;
  readonly storageDriver: string;
}

export interface Container {
  readonly id: string;
  /** Empty where it was given none. */
  readonly name: string;
  /** Buildah's name of it. */
  readonly working: string;
  /** Of its start, for what is run in it later. */
  readonly options: readonly string[];
  /** Of what runs in the background; null where it was waited for. */
  readonly pid: number | null;
}

/** As Docker abbreviates them. */
const SHORTEST_ID = 12;

/** Whether its process is there, and not only its exit status. */
function isRunning({ pid }: Container): boolean {
  if (pid === null) return false;
  try {
    // proc(5): the state stands behind the name, which may have anything in it
    const status = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return status.charAt(status.lastIndexOf(')') + 2) !== 'Z';
  } catch {
    return false;
  }
}

export function createContainers({ state }: Pick<AdapterSettings, 'state'>) {
  const folder = join(state, 'containers');
  const volumes = join(state, 'volumes');
  mkdirSync(folder, { recursive: true });
  const fileOf = (id: string): string => join(folder, `${id}.json`);

  function all(): readonly Container[] {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Container);
  }

  return {
    isRunning,
    save: (container: Container): void => writeFileSync(fileOf(container.id), JSON.stringify(container)),
    forget: ({ id }: Container): void => rmSync(fileOf(id), { force: true }),
    find(name: string): Container | null {
      const isIt = ({ id, name: own }: Container): boolean =>
        own === name || (name.length >= SHORTEST_ID && id.startsWith(name));
      return all().find(isIt) ?? null;
    },
    names: (): readonly string[] => all().map(({ name }) => name),
    logOf: (id: string): string => join(folder, `${id}.log`),
    /** Null for what is no name of a volume. */
    volume(name: string): string | null {
      if (!/^[A-Za-z0-9][\w.-]*$/.test(name)) return null;
      const place = join(volumes, name);
      mkdirSync(place, { recursive: true });
      return place;
    },
    signal(container: Container, signal: 'SIGTERM' | 'SIGKILL'): void {
      if (container.pid === null || !isRunning(container)) return;
      try {
        process.kill(-container.pid, signal);
      } catch {
        return;
      }
    },
  };
}
