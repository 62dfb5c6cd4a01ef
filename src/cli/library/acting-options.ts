import { toolVersion } from '../../assess/tool-version.ts';
import type { OnRunEvent } from '../../library/running/run-event.ts';
import { escapeTerminal } from '../../report/escape.ts';
import { askSecretly } from '../commands/key.ts';
import type { Terminal } from '../terminal.ts';
import { formatEvent } from './format-event.ts';

/** What commands take that do something for a programme. */
export interface ActingFlags {
  readonly offline?: boolean;
  readonly quiet?: boolean;
}

/** How they do it: what happens is told on standard error, and passwords are asked for on the terminal. */
export function actingOptions({ offline, quiet }: ActingFlags, terminal: Terminal) {
  const { environment, now, signal, stderr } = terminal;
  const onEvent: OnRunEvent = (event) => {
    if (quiet !== true) stderr.write(`${escapeTerminal(formatEvent(event))}\n`);
  };
  return {
    environment,
    now,
    signal,
    ask: askSecretly(terminal),
    offline: offline === true,
    version: toolVersion(),
    onEvent,
  };
}
