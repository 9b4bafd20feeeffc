const WIDTH = 24;
/** So often it is drawn at most, in ms. */
const INTERVAL = 100;
const ERASE_LINE = '\r\x1b[K';

type Terminal = Pick<NodeJS.WriteStream, 'isTTY' | 'write'>;

export interface ProgressBar {
  show(done: number, of: number): void;
  /** Makes room for a line of text, and is to be called at the end. */
  clear(): void;
}

/**
 * How far long work has come: a bar on standard error where that is a terminal, nothing where it is not, so that
 * scripts and logs get lines alone.
 * @param unit what is counted, in the plural
 */
export function progressBar(unit: string, terminal: Terminal = process.stderr): ProgressBar {
  let drawnAt = -Infinity;
  const write = (text: string): void => {
    if (terminal.isTTY) terminal.write(text);
  };
  return {
    show(done, of) {
      const now = performance.now();
      if (now - drawnAt < INTERVAL && done < of) return;
      drawnAt = now;
      const filled = of === 0 ? WIDTH : Math.floor((done / of) * WIDTH);
      const bar = `${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}`;
      write(`${ERASE_LINE}[${bar}] ${done} of ${of} ${unit}`);
    },
    clear() {
      drawnAt = -Infinity;
      write(ERASE_LINE);
    },
  };
}
