import type { Command } from 'commander';
import type { ExitStatus } from '../model/errors.ts';
import type { Terminal } from './terminal.ts';
import { addTrustMemory } from './trust-memory-command.ts';
import { addTrustPolicy } from './trust-policy-command.ts';
import { addTrustRoot } from './trust-root-command.ts';

/** `hallmark trust`: what trust stands on, apart from the evidence itself. */
export function addTrust(
  program: Command,
  examples: (...lines: string[]) => string,
  terminal: Terminal,
  finish: (status: ExitStatus) => void,
): void {
  const trust = program
    .command('trust')
    .description('whom to trust, and what was seen of them before')
    .addHelpText(
      'after',
      examples('hallmark trust history debian:12', 'hallmark trust accept ghcr.io/owner/app:1.4'),
    );
  addTrustPolicy(trust, examples, terminal, finish);
  addTrustMemory(trust, examples, terminal, finish);
  addTrustRoot(trust, examples, terminal, finish);
}
