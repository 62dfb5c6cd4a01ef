import { BINDING } from './binding.ts';
import { CERTIFICATES } from './certificates.ts';
import { ENCODING } from './encoding.ts';
import { IDENTITY } from './identity.ts';
import { LOG } from './log.ts';
import { REPORTING } from './reporting.ts';
import { RESOURCES } from './resources.ts';
import { TIME } from './time.ts';
import type { TrapTable } from './trap.ts';

/** All traps, in the order of the list. */
export const TRAPS: readonly TrapTable[] = [
  BINDING,
  IDENTITY,
  LOG,
  TIME,
  CERTIFICATES,
  ENCODING,
  RESOURCES,
  REPORTING,
];
