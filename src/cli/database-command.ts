import { type Command, InvalidArgumentError, Option } from 'commander';
import { examples } from './examples.ts';
import { addConnectionOptions, collect } from './options.ts';
import type { Finish, Terminal } from './terminal.ts';

const LONGEST_VALIDITY_DAYS = 365;

function parseDays(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days > 0 && days <= LONGEST_VALIDITY_DAYS) return days;
  throw new InvalidArgumentError(`not a number of days from 1 to ${LONGEST_VALIDITY_DAYS}`);
}

const repeatable = (flags: string, description: string, absent: string): Option =>
  new Option(flags, `repeatable; ${description}`).argParser(collect).default([], absent);

/** `hallmark db update` and `hallmark db sources`. */
function addUpdate(database: Command, terminal: Terminal, finish: Finish): void {
  const update = database
    .command('update')
    .description('bring the database up to date: from where it is published, or from upstream sources')
    .addOption(
      repeatable(
        '--from <place>',
        'registry reference, web address or folder where it is published; several are mirrors',
        'where it came from last',
      ),
    )
    .option('--key <file>', 'public key of the publisher, PEM; remembered for the next time')
    .option('--upstream', 'fetch every upstream source that is fetched by default')
    .addOption(repeatable('--source <id>', 'upstream source to fetch', 'those of the last time'))
    .option(
      '--sources <file>',
      'YAML or JSON with upstream sources to fetch, each with its address or mirror',
    )
    .addOption(repeatable('--without <id>', 'upstream source to leave out from now on', 'none'))
    .addOption(repeatable('--accept-licence <id>', 'source whose terms you have read and accept', 'none'))
    .addOption(
      repeatable('--accept-shrink <id>', 'source to take although much of it has disappeared', 'none'),
    )
    .option('--force', 'fetch upstream sources whole, whatever is there already')
    .addOption(new Option('--format <name>', 'terminal or json').default('terminal'));
  addConnectionOptions(update)
    .addHelpText(
      'after',
      examples(
        'hallmark db update --from registry.corp/hallmark/advisories:latest --key publisher.pub',
        'hallmark db update --from https://mirror.corp/advisories --from /media/stick/advisories',
        'hallmark db update --upstream',
        'hallmark db update --source debian-tracker --source cisa-kev',
        'hallmark db update',
      ),
    )
    .action(async (flags) => {
      const { updateDatabase } = await import('./commands/db-update.ts');
      finish(await updateDatabase(flags, terminal));
    });
  database
    .command('sources')
    .description('list the upstream sources: state, age, records and licence of each')
    .option('--format <name>', 'terminal or json', 'terminal')
    .addHelpText('after', examples('hallmark db sources', 'hallmark db sources --format json'))
    .action(async (flags) => {
      const { databaseSources } = await import('./commands/db-sources.ts');
      finish(databaseSources(flags, terminal));
    });
}

/** `hallmark db`. */
export function addDatabase(program: Command, terminal: Terminal, finish: Finish): void {
  const database = program
    .command('db')
    .description('the advisory database: update, build, compare, publish, carry')
    .addHelpText(
      'after',
      examples(
        'hallmark db status',
        'hallmark db build --from ./feeds --output advisories.db',
        'hallmark db update --from registry.corp/hallmark/advisories:latest --key publisher.pub',
        'hallmark db update --upstream',
      ),
    );
  database
    .command('build')
    .description('build a database from advisory files in their upstream formats')
    .requiredOption(
      '--from <folder>',
      'folder with advisory files, packed (.tar.zst, .tar.gz, .gz, .zip) or not',
    )
    .requiredOption('--output <file>', 'database to write')
    .option('-q, --quiet', 'no progress on stderr')
    .addHelpText('after', examples('hallmark db build --from ./feeds --output advisories.db'))
    .action(async (flags) => {
      const { buildDatabaseCommand } = await import('./commands/db.ts');
      finish(await buildDatabaseCommand(flags, terminal));
    });
  database
    .command('status')
    .description('show which database is in use, its age and its sources')
    .option('--db <file>', 'a database other than the one in use')
    .option('--format <name>', 'terminal or json', 'terminal')
    .addHelpText('after', examples('hallmark db status --format json'))
    .action(async (flags) => {
      const { databaseStatus } = await import('./commands/db.ts');
      finish(databaseStatus(flags, terminal));
    });
  addUpdate(database, terminal, finish);
  const publish = database
    .command('publish')
    .description('sign the database in use and put it where others update from: base and deltas')
    .argument('<place>', 'registry reference, or folder that a web server or a medium carries')
    .requiredOption(
      '--key <file>',
      'private key, PEM: Ed25519 (openssl genpkey -algorithm ed25519) or ECDSA P-256',
    )
    .option('--db <file>', 'a database other than the one in use')
    .option('--valid-days <days>', 'after so many days without a newer one readers refuse it', parseDays, 7)
    .addOption(new Option('--format <name>', 'terminal or json').default('terminal'));
  addConnectionOptions(publish)
    .addHelpText(
      'after',
      examples(
        'hallmark db publish registry.corp/hallmark/advisories:latest --key publisher.key',
        'hallmark db publish /srv/www/advisories --key publisher.key --db advisories.db',
      ),
    )
    .action(async (place, flags) => {
      const { publishDatabaseCommand } = await import('./commands/db-channel.ts');
      finish(await publishDatabaseCommand(place, flags, terminal));
    });
  database
    .command('diff')
    .description('show which facts differ between two databases')
    .argument('<before>', 'database')
    .argument('<after>', 'database')
    .option('--all', 'every difference instead of the first hundred')
    .option('--format <name>', 'terminal or json', 'terminal')
    .addHelpText(
      'after',
      examples('hallmark db diff old.db new.db', 'hallmark db diff --format json old.db new.db'),
    )
    .action(async (before, after, flags) => {
      const { diffDatabases } = await import('./commands/db-diff.ts');
      finish(diffDatabases(before, after, flags, terminal));
    });
  database
    .command('path')
    .description('print the file of the database in use')
    .addHelpText('after', examples('cp "$(hallmark db path)" advisories.db'))
    .action(async () => {
      const { databasePath } = await import('./commands/db.ts');
      finish(databasePath(terminal));
    });
  database
    .command('import')
    .description('check a database file and use it from now on')
    .argument('<file>', 'database, as db build or db export wrote it')
    .addHelpText('after', examples('hallmark db import advisories.zst'))
    .action(async (file) => {
      const { importDatabaseCommand } = await import('./commands/db.ts');
      finish(importDatabaseCommand(file, terminal));
    });
  database
    .command('export')
    .description(
      'write the facts of the database in use to one file (zstd, a line of JSON each), for a machine without network',
    )
    .argument('<file>', 'file to write')
    .option('--db <file>', 'a database other than the one in use')
    .addHelpText('after', examples('hallmark db export advisories.zst'))
    .action(async (file, flags) => {
      const { exportDatabaseCommand } = await import('./commands/db.ts');
      finish(exportDatabaseCommand(file, flags, terminal));
    });
}
