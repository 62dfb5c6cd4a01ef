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

/** Commands that have commands of their own: the word after one of these goes on with the command. */
const groupsOf = (commands: readonly CompletedCommand[]): readonly string[] =>
  commands.flatMap(({ path, subcommands }) => (path !== '' && subcommands.length > 0 ? [`'${path}'`] : []));

function bashScript(commands: readonly CompletedCommand[]): string {
  const cases = commands.map((command) => `    '${command.path}') words='${words(command)}' ;;`).join('\n');
  return `# bash completion for hallmark
_hallmark() {
  local current="\${COMP_WORDS[COMP_CWORD]}" command='' words='' index
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "\${COMP_WORDS[index]}" in
      -*) ;;
      *)
        if [[ -z $command ]]; then command="\${COMP_WORDS[index]}"
        else case "$command" in ${groupsOf(commands).join('|')}) command="$command \${COMP_WORDS[index]}" ;; *) break ;; esac; fi ;;
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

/** As the script of bash, since fish's own conditions do not tell `trust policy explain` from `explain`. */
function fishScript(commands: readonly CompletedCommand[]): string {
  const known = new Map(commands.map((command) => [command.path, command]));
  const lines = commands.flatMap(({ path, subcommands, options }) => {
    const offer = `complete -c hallmark -n ${fishQuote(`__hallmark_at ${fishQuote(path)}`)}`;
    return [
      ...subcommands.map((name) => {
        const description = known.get(path === '' ? name : `${path} ${name}`)?.description ?? '';
        return `${offer} -a ${name} -d ${fishQuote(description)}`;
      }),
      ...options.map(({ long, description }) => `${offer} -l ${long.slice(2)} -d ${fishQuote(description)}`),
    ];
  });
  return `# fish completion for hallmark
function __hallmark_at
  set -l at ''
  for word in (commandline -opc)[2..-1]
    if string match -q -- '-*' $word
      continue
    else if test -z "$at"
      set at $word
    else if contains -- "$at" ${groupsOf(commands).join(' ')}
      set at "$at $word"
    else
      break
    end
  end
  test "$at" = "$argv[1]"
end
${lines.join('\n')}
`;
}

const fishQuote = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
