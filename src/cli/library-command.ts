/** `hallmark library …`: the programme of images. Each command lies in a file of `library/`. */
import type { Command } from 'commander';
import { examples } from './examples.ts';
import { addLibraryCat } from './library/cat-command.ts';
import { addLibraryDeploy } from './library/deploy-command.ts';
import { addLibraryContext } from './library/context-command.ts';
import { addLibraryDiff } from './library/diff-command.ts';
import { addLibraryFetch } from './library/fetch-command.ts';
import { addLibraryLint } from './library/lint-command.ts';
import { addLibraryList } from './library/list-command.ts';
import { addLibraryLog } from './library/log-command.ts';
import { addLibraryPlan } from './library/plan-command.ts';
import { addLibraryPublish } from './library/publish-command.ts';
import { addLibraryRelatives } from './library/relatives-command.ts';
import { addLibraryReproduce } from './library/reproduce-command.ts';
import { addLibraryRun } from './library/run-command.ts';
import { addLibraryTags } from './library/tags-command.ts';
import { addLibraryDocs } from './library/docs-command.ts';
import { addLibraryLedger } from './library/ledger-command.ts';
import { addLibraryStatus } from './library/status-command.ts';
import { addLibraryVerify } from './library/verify-command.ts';
import type { Finish, Terminal } from './terminal.ts';

export function addLibrary(program: Command, terminal: Terminal, finish: Finish): void {
  const library = program
    .command('library')
    .description('a programme of images: definitions, plans, builds, publications')
    .addHelpText('after', examples('hallmark library list', 'hallmark library plan'));
  addLibraryList(library, terminal, finish);
  addLibraryCat(library, terminal, finish);
  addLibraryLint(library, terminal, finish);
  addLibraryFetch(library, terminal, finish);
  addLibraryContext(library, terminal, finish);
  addLibraryPlan(library, terminal, finish);
  addLibraryRelatives(library, terminal, finish);
  addLibraryRun(library, terminal, finish);
  addLibraryVerify(library, terminal, finish);
  addLibraryReproduce(library, terminal, finish);
  addLibraryTags(library, terminal, finish);
  addLibraryDiff(library, terminal, finish);
  addLibraryStatus(library, terminal, finish);
  addLibraryLedger(library, terminal, finish);
  addLibraryLog(library, terminal, finish);
  addLibraryDocs(library, terminal, finish);
  addLibraryDeploy(library, terminal, finish);
  addLibraryPublish(library, terminal, finish);
}
