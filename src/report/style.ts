import { styleText } from 'node:util';
import type { SeverityLevel } from '../model/severity.ts';
import type { Verdict } from '../model/finding.ts';

type Format = Parameters<typeof styleText>[0];

/** How a report may look: decided once by whoever knows the terminal. */
export interface Style {
  readonly width: number;
  paint(format: Format, text: string): string;
}

/** `width` is in columns; without colour the text is left as it is. */
export function createStyle(options: { readonly colour: boolean; readonly width: number }): Style {
  return {
    width: options.width,
    paint: (format, text) => (options.colour ? styleText(format, text, { validateStream: false }) : text),
  };
}

export const SEVERITY_FORMAT: Readonly<Record<SeverityLevel, Format>> = {
  critical: ['bold', 'red'],
  high: 'red',
  medium: 'yellow',
  low: 'cyan',
  negligible: 'dim',
  none: 'dim',
  unknown: 'magenta',
};

export const VERDICT_LABEL: Readonly<Record<Verdict, string>> = {
  affected: 'affected',
  will_not_fix: "won't fix",
  deferred: 'deferred',
  under_investigation: 'under investigation',
  end_of_life: 'end of life',
  unimportant: 'unimportant',
  suppressed: 'suppressed',
  not_affected: 'not affected',
  fixed: 'fixed',
};
