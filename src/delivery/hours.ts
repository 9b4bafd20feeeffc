const MINUTES_A_DAY = 24 * 60;

/**
 * When sending may begin again by the local clock (ms since 1970), or `undefined` where it may now. Hours are
 * `HH:MM-HH:MM`; an end before its beginning is on the next day.
 */
export function opensAt(hours: readonly string[] | undefined, at: number): number | undefined {
  if (hours === undefined || hours.length === 0) return undefined;
  const now = new Date(at);
  const minute = now.getHours() * 60 + now.getMinutes();
  const ranges = hours.map(rangeOf);
  const isOpen = ranges.some(({ from, to }) =>
    from < to ? minute >= from && minute < to : minute >= from || minute < to,
  );
  if (isOpen) return undefined;
  const wait = Math.min(
    ...ranges.map(({ from }) => (from - minute + MINUTES_A_DAY) % MINUTES_A_DAY),
  );
  // By the calendar and not by adding milliseconds: a day on which the clocks change has another length.
  const opening = new Date(at);
  opening.setHours(0, minute + wait, 0, 0);
  return opening.getTime();
}

function rangeOf(text: string): { readonly from: number; readonly to: number } {
  const [from = 0, to = 0] = text.split('-').map((time) => {
    const [hours = 0, minutes = 0] = time.split(':').map(Number);
    return hours * 60 + minutes;
  });
  return { from, to };
}
