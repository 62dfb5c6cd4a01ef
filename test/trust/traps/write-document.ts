/** Writes docs/trust-traps.md. */
import { writeFileSync } from 'node:fs';
import { formatTrapDocument, TRAP_DOCUMENT } from './trap-document.ts';

writeFileSync(TRAP_DOCUMENT, formatTrapDocument());
