/** The arguments of `docker` that tests of images use, read into what is meant; what is not understood is said, never ignored. */

export interface RunArguments {
  readonly image: string;
  /** What is run in the place of the image's command. */
  readonly command: readonly string[];
  readonly entrypoint: string | null;
  readonly isDetached: boolean;
  readonly isInteractive: boolean;
  readonly isRemoved: boolean;
  readonly name: string | null;
  readonly user: string | null;
  readonly workingDirectory: string | null;
  /** `NAME=VALUE`, or a name whose value is that of our own environment. */
  readonly environment: readonly string[];
  /** `source:target[:options]`. */
  readonly volumes: readonly string[];
  /** `container:alias`, or a container. */
  readonly links: readonly string[];
}

export type Parsed<T> = { readonly value: T } | { readonly unsupported: string };

/** Options with a value, by what they mean. */
const VALUES: Readonly<Record<string, keyof RunArguments | 'passed over'>> = {
  '--entrypoint': 'entrypoint',
  '--name': 'name',
  '-u': 'user',
  '--user': 'user',
  '-w': 'workingDirectory',
  '--workdir': 'workingDirectory',
  '-e': 'environment',
  '--env': 'environment',
  '-v': 'volumes',
  '--volume': 'volumes',
  '--link': 'links',
  // every container of a test has the same name and network
  '-h': 'passed over',
  '--hostname': 'passed over',
  '--pull': 'passed over',
};

const FLAGS: Readonly<Record<string, 'isDetached' | 'isInteractive' | 'isRemoved' | 'passed over'>> = {
  '-d': 'isDetached',
  '--detach': 'isDetached',
  '-i': 'isInteractive',
  '--interactive': 'isInteractive',
  '--rm': 'isRemoved',
  '-t': 'passed over',
  '--tty': 'passed over',
  '--init': 'passed over',
};

/** docker-run(1). @param args without `run` */
export function parseRun(args: readonly string[]): Parsed<RunArguments> {
  const single = new Map<string, string>();
  const several = { environment: [] as string[], volumes: [] as string[], links: [] as string[] };
  const flags = new Set<string>();
  let at = 0;
  for (; at < args.length; at += 1) {
    const argument = args[at] ?? '';
    if (!argument.startsWith('-')) break;
    const [option, attached] = splitOption(argument);
    const means = Object.hasOwn(VALUES, option) ? VALUES[option] : undefined;
    if (means !== undefined) {
      const value = attached ?? args[(at += 1)];
      if (value === undefined) return { unsupported: `docker run ${option} without a value` };
      if (means === 'environment' || means === 'volumes' || means === 'links') several[means].push(value);
      else single.set(means, value);
      continue;
    }
    const letters = /^-[a-z]{2,}$/.test(argument)
      ? argument
          .slice(1)
          .split('')
          .map((letter) => `-${letter}`)
      : [argument];
    for (const flag of letters) {
      const known = Object.hasOwn(FLAGS, flag) ? FLAGS[flag] : undefined;
      if (known === undefined) return { unsupported: `docker run ${option}` };
      flags.add(known);
    }
  }
  const [image, ...command] = args.slice(at);
  if (image === undefined) return { unsupported: 'docker run without an image' };
  return {
    value: {
      image,
      command,
      entrypoint: single.get('entrypoint') ?? null,
      isDetached: flags.has('isDetached'),
      isInteractive: flags.has('isInteractive'),
      isRemoved: flags.has('isRemoved'),
      name: single.get('name') ?? null,
      user: single.get('user') ?? null,
      workingDirectory: single.get('workingDirectory') ?? null,
      ...several,
    },
  };
}

export interface ExecArguments {
  readonly container: string;
  readonly command: readonly string[];
  readonly isInteractive: boolean;
  readonly user: string | null;
  readonly environment: readonly string[];
}

/** docker-exec(1), whose options are among those of `run`. @param args without `exec` */
export function parseExec(args: readonly string[]): Parsed<ExecArguments> {
  const run = parseRun(args);
  if ('unsupported' in run) return { unsupported: run.unsupported.replace('docker run', 'docker exec') };
  const { image: container, command, isInteractive, user, environment } = run.value;
  return { value: { container, command, isInteractive, user, environment } };
}

/** `--name=value`; a value that is attached to a letter is not used by any test. */
function splitOption(argument: string): readonly [option: string, value?: string] {
  const equals = argument.startsWith('--') ? argument.indexOf('=') : -1;
  return equals < 0 ? [argument] : [argument.slice(0, equals), argument.slice(equals + 1)];
}
