import type { z } from 'zod';
import * as yamlFile from '../../formats/yaml-file.ts';
import { TrustError, type TrustErrorCode } from '../errors.ts';

export type { Fault } from '../../formats/yaml-file.ts';
export type ReadFile<T> = yamlFile.ReadFile<T, TrustError>;

export interface FileKind extends Pick<yamlFile.FileKind<TrustError>, 'name' | 'nearest'> {
  readonly code: TrustErrorCode;
}

/**
 * Reads a file that has to do with trust policies by its schema.
 *
 * @throws {TrustError} of the code that was given, with line and column of each fault
 */
export function readYamlFile<T>(
  text: string,
  schema: z.ZodType<T>,
  { code, ...kind }: FileKind,
): ReadFile<T> {
  const error = (message: string, details: { readonly subject: string; readonly cause: unknown }) =>
    new TrustError(code, message, details);
  return yamlFile.readYamlFile(text, schema, { ...kind, error });
}
