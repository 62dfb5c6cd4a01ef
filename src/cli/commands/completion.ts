/**
 * Completion scripts, made from the program's own commands and options so that they are never behind it. They offer
 * names only; files complete as the shell does it.
 */
import type { Command } from 'commander';
import type { ExitStatus } from '../../model/errors.ts';
import { CliError } from '../errors.ts';
import type { Terminal } from '../terminal.ts';

interface CompletedCommand {
  /** `scan`, `db build`; empty for the program itself. */
  readonly path: string;
  readonly description: string;
  readonly subcommands: readonly string[];
  readonly options: readonly { readonly long: string; readonly description: string }[];
}

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

export function completion(shell: string, program: Command, terminal: Terminal): ExitStatus {
  if (shell !== 'bash' && shell !== 'zsh' && shell !== 'fish') {
    throw new CliError('USAGE', `no completion for ${JSON.stringify(shell)}`, {
      remedy: 'Use bash, zsh or fish.',
    });
  }
  terminal.stdout.write(SCRIPTS[shell](describe(program, '')));
  return 0;
}

function describe(command: Command, path: string): readonly CompletedCommand[] {
  const subcommands = command.commands.filter((child) => child.name() !== 'help');
  return [
    {
      path,
      description: command.description(),
      subcommands: subcommands.map((child) => child.name()),
      options: [
        ...command.options.flatMap(({ long, description }) => (long ? [{ long, description }] : [])),
        { long: '--help', description: 'show help' },
      ],
    },
    ...subcommands.flatMap((child) =>
      describe(child, path === '' ? child.name() : `${path} ${child.name()}`),
    ),
  ];
}

const words = ({ subcommands, options }: CompletedCommand) =>
  [...subcommands, ...options.map(({ long }) => long)].join(' ');

function bashScript(commands: readonly CompletedCommand[]): string {
  const cases = commands.map((command) => `    '${command.path}') words='${words(command)}' ;;`).join('\n');
  const groups = commands.filter(({ path, subcommands }) => path !== '' && subcommands.length > 0);
  return `# bash completion for hallmark
_hallmark() {
  local current="\${COMP_WORDS[COMP_CWORD]}" command='' words='' index
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "\${COMP_WORDS[index]}" in
      -*) ;;
      *)
        if [[ -z $command ]]; then command="\${COMP_WORDS[index]}"
        else case "$command" in ${groups.map(({ path }) => `'${path}'`).join('|')}) command="$command \${COMP_WORDS[index]}" ;; *) break ;; esac; fi ;;
    esac
  done
  case "$command" in
${cases}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _hallmark hallmark
`;
}

function zshScript(commands: readonly CompletedCommand[]): string {
  return `#compdef hallmark
autoload -U +X bashcompinit && bashcompinit
${bashScript(commands)}`;
}

function fishScript(commands: readonly CompletedCommand[]): string {
  const known = new Map(commands.map((command) => [command.path, command]));
  const lines = commands.flatMap((command) => [
    ...command.subcommands.map((name) => {
      const description =
        known.get(command.path === '' ? name : `${command.path} ${name}`)?.description ?? '';
      return `complete -c hallmark -n ${fishQuote(fishCondition(command.path))} -a ${name} -d ${fishQuote(description)}`;
    }),
    ...command.options.map(
      ({ long, description }) =>
        `complete -c hallmark -n ${fishQuote(fishCondition(command.path))} -l ${long.slice(2)} -d ${fishQuote(description)}`,
    ),
  ]);
  return `# fish completion for hallmark\n${lines.join('\n')}\n`;
}

const fishQuote = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

function fishCondition(path: string): string {
  if (path === '') return '__fish_use_subcommand';
  return path
    .split(' ')
    .map((word) => `__fish_seen_subcommand_from ${word}`)
    .join('; and ');
}
