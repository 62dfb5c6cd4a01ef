import type { Command } from 'commander';
import { examples } from './examples.ts';
import type { Finish, Terminal } from './terminal.ts';
import { addTrustMemory } from './trust-memory-command.ts';
import { addTrustPolicy } from './trust-policy-command.ts';
import { addTrustRoot } from './trust-root-command.ts';

/** `hallmark trust`: what trust stands on, apart from the evidence itself. */
export function addTrust(program: Command, terminal: Terminal, finish: Finish): void {
  const trust = program
    .command('trust')
    .description('whom to trust, and what was seen of them before')
    .addHelpText(
      'after',
      examples('hallmark trust history debian:12', 'hallmark trust accept ghcr.io/owner/app:1.4'),
    );
  addTrustPolicy(trust, terminal, finish);
  addTrustMemory(trust, terminal, finish);
  addTrustRoot(trust, terminal, finish);
}
