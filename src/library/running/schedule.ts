/** Does something after so many seconds, or earlier where no timer can wait so long. @returns takes it back */
export type Schedule = (seconds: number, action: () => void) => () => void;

/** Timers of Node take what is longer for no time at all: a clock that was put back must not keep us busy. */
const LONGEST_MS = 2 ** 31 - 1;

/** By a timer of this process. */
export const afterSeconds: Schedule = (seconds, action) => {
  const timer = setTimeout(action, Math.min(seconds * 1000, LONGEST_MS));
  return () => clearTimeout(timer);
};
