import { isCsafVex, readCsafVex } from './csaf-vex.ts';
import { isCycloneDxVex, readCycloneDxVex } from './cyclonedx-vex.ts';
import { isOpenVex, readOpenVex } from './openvex.ts';
import type { VexDocument, VexReading } from './vex-statement.ts';

/** Reads a VEX document of any format, told by its content; null for what is none. Never throws for bad content. */
export function readVexDocument(value: unknown, reading: VexReading): VexDocument | null {
  if (isOpenVex(value)) return readOpenVex(value, reading);
  if (isCsafVex(value)) return readCsafVex(value, reading);
  if (isCycloneDxVex(value)) return readCycloneDxVex(value, reading);
  return null;
}
