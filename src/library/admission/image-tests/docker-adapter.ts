/**
 * A `docker` for tests of images, on top of buildah, without a daemon: what `run.sh` finds on its PATH. All containers of a test share
 * one network without a way out, in which they find each other at 127.0.0.1. What it does not know ends the test as not checked: a
 * test must not pass because something was left out.
 *
 * A program of its own, started by `run-image-tests.ts`, which tells it what it needs in a file.
 */
import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { type AdapterSettings, type Container, createContainers } from './adapter-containers.ts';
import { parseExec, parseRun, type RunArguments } from './docker-arguments.ts';

/** Fields of an image's configuration that are lists. */
type ImageConfig = Readonly<Partial<Record<string, readonly string[]>>>;

/** Docker's own status when it cannot do what it was asked for. */
const REFUSED = 125;
const STOP_SECONDS = 10;

process.exitCode = await main(process.argv.slice(2));

async function main([settingsFile = '', command = '', ...args]: readonly string[]): Promise<number> {
  const settings = JSON.parse(readFileSync(settingsFile, 'utf8')) as AdapterSettings;
  const docker = createDocker(settings);
  const [topic = ''] = args;
  switch (command) {
    case 'run':
      return docker.run(args);
    case 'exec':
      return docker.exec(args);
    case 'logs':
      return docker.logs(args);
    case 'inspect':
      return docker.inspect(args);
    case 'rm':
    case 'kill':
      return docker.remove(args, command === 'rm');
    case 'stop':
      return docker.stop(args);
    case 'build':
      return docker.build(args);
    case 'pull':
      return docker.pull(args);
    case 'info':
      process.stdout.write(`${settings.storageDriver}\n`);
      return 0;
    case 'image':
      return topic === 'inspect' ? docker.inspect(args.slice(1)) : docker.refuse(`docker image ${topic}`);
    case 'volume':
      return docker.volume(args);
    default:
      return docker.refuse(`docker ${command}`);
  }
}

function createDocker(settings: AdapterSettings) {
  const { state, folder, isolation } = settings;
  const [program, ...globals] = settings.buildah;
  const containers = createContainers(settings);

  /** Said where the test does not see it: many throw away what `docker` complains about. */
  function refuse(what: string): number {
    appendFileSync(join(state, 'unsupported'), `${what}\n`);
    process.stderr.write(`${what} is not known here\n`);
    return REFUSED;
  }

  /** Asks buildah itself for something. */
  function answer(args: readonly string[], complaints: 'inherit' | 'ignore'): SpawnSyncReturns<Buffer> {
    return spawnSync(program, [...globals, ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', complaints],
      maxBuffer: 256 * 1024 * 1024,
    });
  }

  /** Lets a command speak for itself. */
  function attached(args: readonly string[], isInteractive: boolean): number {
    const stdin = isInteractive ? 'inherit' : 'ignore';
    const { status } = spawnSync(program, [...globals, ...args], {
      cwd: folder,
      stdio: [stdin, 'inherit', 'inherit'],
    });
    return status ?? 137;
  }

  function imageConfig(image: string): ImageConfig | null {
    const { status, stdout } = answer(['inspect', '--type', 'image', '--', image], 'ignore');
    if (status !== 0) return null;
    const found = JSON.parse(stdout.toString()) as { OCIv1?: { config?: ImageConfig } };
    return found.OCIv1?.config ?? {};
  }

  function run(args: readonly string[]): number {
    const parsed = parseRun(args);
    if ('unsupported' in parsed) return refuse(parsed.unsupported);
    const wanted = parsed.value;
    const config = imageConfig(wanted.image);
    if (config === null) return refuse(`the image ${wanted.image}, which is not at hand,`);
    const volumes = volumeOptions(wanted);
    if (volumes === null) return refuse(`docker run with the volumes ${wanted.volumes.join(' ')}`);
    if (spawnSync('ip', ['link', 'set', 'lo', 'up'], { stdio: 'ignore' }).status !== 0)
      return refuse('a network, for which the program ip is missing,');
    const making = ['from', '--pull=never', '--signature-policy=policy.json', '--', wanted.image];
    const made = answer(making, 'inherit');
    if (made.status !== 0) return refuse(`a container of ${wanted.image}`);
    const container: Container = {
      id: randomBytes(32).toString('hex'),
      name: wanted.name ?? '',
      working: made.stdout.toString().trim().split('\n').at(-1) ?? '',
      options: [...variableOptions(wanted.environment), ...volumes],
      pid: null,
    };
    const hosts = writeHosts(container, wanted.links);
    const options = [
      `--isolation=${isolation}`,
      `--volume=${hosts}:/etc/hosts:ro`,
      ...container.options,
      ...(wanted.user === null ? [] : [`--user=${wanted.user}`]),
      ...(wanted.workingDirectory === null ? [] : [`--workingdir=${wanted.workingDirectory}`]),
    ];
    const words = ['run', ...options, '--', container.working, ...commandOf(wanted, config)];
    if (wanted.isDetached) {
      const pid = startDetached(words, container.id);
      containers.save({ ...container, pid });
      process.stdout.write(`${container.id}\n`);
      return 0;
    }
    containers.save(container);
    const status = attached(words, wanted.isInteractive);
    if (wanted.isRemoved) discard(container);
    return status;
  }

  function startDetached(words: readonly string[], id: string): number | null {
    const log = openSync(containers.logOf(id), 'a');
    const child = spawn(program, [...globals, ...words], {
      cwd: folder,
      stdio: ['ignore', log, log],
      detached: true,
    });
    closeSync(log);
    child.unref();
    return child.pid ?? null;
  }

  /** Names that lead to other containers all lead to the network that they share. */
  function writeHosts({ id, name }: Container, links: readonly string[]): string {
    const aliases = links.map((link) => link.slice(link.indexOf(':') + 1));
    const names = ['localhost', name, ...containers.names(), ...aliases].filter((one) =>
      /^[\w.-]+$/.test(one),
    );
    const file = join(state, `hosts-${id}`);
    writeFileSync(file, `127.0.0.1 ${[...new Set(names)].join(' ')}\n`);
    return file;
  }

  /** Null where a volume is not one of a folder, or of a name. One without a source lies in the container. */
  function volumeOptions({ volumes }: RunArguments): readonly string[] | null {
    const options: string[] = [];
    for (const volume of volumes) {
      const [source = '', target, mode = 'rw'] = volume.split(':');
      if (target === undefined) continue;
      if (mode !== 'rw' && mode !== 'ro') return null;
      const place = source.startsWith('/') ? source : containers.volume(source);
      if (place === null) return null;
      options.push(`--volume=${place}:${target}:${mode}`);
    }
    return options;
  }

  function exec(args: readonly string[]): number {
    const parsed = parseExec(args);
    if ('unsupported' in parsed) return refuse(parsed.unsupported);
    const { container: name, command, user, environment, isInteractive } = parsed.value;
    const container = containers.find(name);
    if (container === null) return 1;
    const options = [
      `--isolation=${isolation}`,
      ...container.options,
      ...variableOptions(environment),
      ...(user === null ? [] : [`--user=${user}`]),
    ];
    return attached(['run', ...options, '--', container.working, ...command], isInteractive);
  }

  function logs(args: readonly string[]): number {
    const tail = args.find((arg) => arg.startsWith('--tail='))?.slice('--tail='.length);
    const [name, ...others] = args.filter((arg) => !arg.startsWith('--tail='));
    if (name === undefined || name.startsWith('-') || others.length > 0)
      return refuse(`docker logs ${args.join(' ')}`);
    const container = containers.find(name);
    if (container === null) return 1;
    const lines = readFileSync(containers.logOf(container.id), 'utf8').split(/(?<=\n)/);
    process.stdout.write((tail === undefined ? lines : lines.slice(-Number(tail))).join(''));
    return 0;
  }

  function inspect(args: readonly string[]): number {
    const at = args.findIndex((arg) => arg === '-f' || arg === '--format');
    const format = at < 0 ? null : (args[at + 1] ?? '');
    const names = args.filter((_, index) => at < 0 || (index !== at && index !== at + 1));
    const [name, ...others] = names;
    if (name === undefined || others.length > 0) return refuse(`docker inspect ${args.join(' ')}`);
    const container = containers.find(name);
    const config = container === null ? imageConfig(name) : null;
    if (container === null && config === null) return 1;
    if (format === null) process.stdout.write('[]\n');
    else if (container !== null && format === '{{.State.Running}}')
      process.stdout.write(`${containers.isRunning(container)}\n`);
    else if (config !== null && format.includes('.Config.Env'))
      process.stdout.write(`${(config['Env'] ?? []).join('\n')}\n`);
    else return refuse(`docker inspect --format ${format}`);
    return 0;
  }

  async function stop(names: readonly string[]): Promise<number> {
    for (const name of names) {
      const container = containers.find(name);
      if (container === null) return 1;
      containers.signal(container, 'SIGTERM');
      for (let left = STOP_SECONDS * 10; left > 0 && containers.isRunning(container); left -= 1)
        await wait(100);
      containers.signal(container, 'SIGKILL');
    }
    return 0;
  }

  function remove(args: readonly string[], isForgotten: boolean): number {
    for (const name of args.filter((arg) => !arg.startsWith('-'))) {
      const container = containers.find(name);
      if (container === null) return 1;
      containers.signal(container, 'SIGKILL');
      if (isForgotten) discard(container);
      process.stdout.write(`${name}\n`);
    }
    return 0;
  }

  /** What still holds its files is ended with the test, and everything is removed with the test's folder. */
  function discard(container: Container): void {
    spawnSync(program, [...globals, 'rm', '--', container.working], { cwd: folder, stdio: 'ignore' });
    containers.forget(container);
  }

  function build(args: readonly string[]): number {
    const at = args.indexOf('-t');
    const tag = at < 0 ? null : (args[at + 1] ?? null);
    const [context, ...others] = args.filter((_, index) => at < 0 || (index !== at && index !== at + 1));
    if (
      tag === null ||
      context === undefined ||
      others.length > 0 ||
      (context !== '-' && context.startsWith('-'))
    )
      return refuse(`docker build ${args.join(' ')}`);
    const place = context === '-' ? mkdtempSync(join(state, 'build-')) : resolve(context);
    if (context === '-') writeFileSync(join(place, 'Dockerfile'), readFileSync(0));
    const options = [`--isolation=${isolation}`, '--pull=never', '--signature-policy=policy.json'];
    const status = attached(['build', ...options, `--tag=${tag}`, '--', place], false);
    // Dockerfiles of tests are built on the image and on others, which are not at hand, and fetch what has no way in here
    return status === 0
      ? 0
      : refuse(`docker build of ${tag}, which needs images or a network that are not at hand,`);
  }

  function pull(args: readonly string[]): number {
    const image = args.at(-1) ?? '';
    return imageConfig(image) === null ? refuse(`the image ${image}, which is not at hand,`) : 0;
  }

  function volume([action = '', ...names]: readonly string[]): number {
    const [name = randomBytes(16).toString('hex')] = names;
    const place = names.length > 1 ? null : containers.volume(name);
    if (place === null || (action !== 'create' && action !== 'rm')) return refuse(`docker volume ${action}`);
    if (action === 'create') mkdirSync(place, { recursive: true });
    else rmSync(place, { recursive: true, force: true });
    process.stdout.write(`${name}\n`);
    return 0;
  }

  return { run, exec, logs, inspect, stop, remove, build, pull, volume, refuse };
}

function variableOptions(variables: readonly string[]): readonly string[] {
  return variables.flatMap((variable) => {
    if (variable.includes('=')) return [`--env=${variable}`];
    const value = process.env[variable];
    return value === undefined ? [] : [`--env=${variable}=${value}`];
  });
}

/** The command of a container: what was given, else what the image has. Docker, `ENTRYPOINT` and `CMD`. */
function commandOf({ entrypoint, command }: RunArguments, config: ImageConfig) {
  if (entrypoint !== null) return [...(entrypoint === '' ? [] : [entrypoint]), ...command];
  return [...(config['Entrypoint'] ?? []), ...(command.length > 0 ? command : (config['Cmd'] ?? []))];
}
