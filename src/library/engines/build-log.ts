/** What a build says, passed on as it says it: a program that floods its log fills no disk, and its last words are never lost. */
import { StringDecoder } from 'node:string_decoder';

export interface BuildLogLimits {
  /** Passed on from the beginning, in UTF-16 code units. */
  readonly beginning: number;
  /** Kept of what comes behind it, and passed on at the end. */
  readonly end: number;
}

export const BUILD_LOG_LIMITS: BuildLogLimits = { beginning: 32 * 1024 * 1024, end: 256 * 1024 };

export interface BuildLog {
  /** A stream of bytes, such as standard error; characters may be parted anywhere. */
  readonly stream: () => (chunk: Uint8Array) => void;
  readonly say: (text: string) => void;
  /** Says what was held back. */
  readonly close: () => void;
  /** The last line that is not empty, for messages. */
  readonly lastLine: () => string;
}

export function createBuildLog(
  pass: (text: string) => void,
  limits: BuildLogLimits = BUILD_LOG_LIMITS,
): BuildLog {
  let passed = 0;
  let dropped = 0;
  let held = '';
  let recent = '';

  function say(text: string): void {
    if (text === '') return;
    recent = (recent + text).slice(-4096);
    const now = text.slice(0, limits.beginning - passed);
    passed += now.length;
    if (now !== '') pass(now);
    held += text.slice(now.length);
    // cut at twice the size, so that little writes do not copy everything each time
    if (held.length <= 2 * limits.end) return;
    dropped += held.length - limits.end;
    held = held.slice(-limits.end);
  }

  return {
    say,
    stream() {
      const decoder = new StringDecoder('utf8');
      return (chunk) => say(decoder.write(Buffer.from(chunk)));
    },
    close() {
      if (dropped > 0) pass(`\n[${dropped} characters are left out here]\n`);
      if (held !== '') pass(held);
      held = '';
      dropped = 0;
    },
    lastLine: () => recent.trimEnd().split('\n').at(-1)?.trim() ?? '',
  };
}
