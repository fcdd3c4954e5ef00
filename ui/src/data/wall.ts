/** A wall time without zone, as `2026-12-01T09:00`: what people mean by an hour. */
export type Wall = string;

/** Which of the two equal hours of an autumn night is meant. */
export type Fold = 'earlier' | 'later';

export type Resolved =
  | { kind: 'once'; instant: string }
  /** Skipped in spring: no clock shows it. */
  | { kind: 'gap' }
  /** Shown twice in autumn. */
  | { kind: 'twice'; earlier: string; later: string };

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  clocks.set(zone, made);
  return made;
}

/** What a clock of the zone shows at an instant, read as if it were UTC. */
function shownAt(instant: number, zone: string): number {
  const at = { year: 0, month: 1, day: 1, hour: 0, minute: 0, second: 0 };
  for (const { type, value } of clockOf(zone).formatToParts(instant))
    if (type in at) at[type as keyof typeof at] = Number(value);
  const shown = new Date(0);
  // Not Date.UTC: it takes the years below 100, which are typed on the way to 2026, for those of 1900.
  shown.setUTCFullYear(at.year, at.month - 1, at.day);
  return shown.setUTCHours(at.hour, at.minute, at.second);
}

const DAY = 86_400_000;

/** What a wall time is in a zone: the offsets of the days around it are all that it can have. */
export function resolveWall(wall: Wall, zone: string): Resolved {
  const shown = Date.parse(`${wall}Z`);
  const instants = [shown - DAY, shown + DAY]
    .map((near) => shown - (shownAt(near, zone) - near))
    .filter((instant) => shownAt(instant, zone) === shown);
  const [first, second] = [...new Set(instants)].sort((a, b) => a - b).map((ms) => new Date(ms).toISOString());
  if (first === undefined) return { kind: 'gap' };
  return second === undefined ? { kind: 'once', instant: first } : { kind: 'twice', earlier: first, later: second };
}

/** What the API takes for a chosen hour: the wall time, or an instant where the wall time alone would not say. */
export function wallForApi(wall: Wall, zone: string, fold: Fold): string {
  const resolved = resolveWall(wall, zone);
  return resolved.kind === 'twice' ? resolved[fold] : wall;
}

export function isPast(wall: Wall, zone: string, fold: Fold, at: number): boolean {
  const resolved = resolveWall(wall, zone);
  if (resolved.kind === 'gap') return false;
  return Date.parse(resolved.kind === 'twice' ? resolved[fold] : resolved.instant) <= at;
}

/** A first proposal: the next quarter of an hour that leaves an hour to change one's mind. */
export function proposeWall(zone: string): Wall {
  const wall = wallOf(Date.now() + 75 * 60_000, zone);
  const minute = Number(wall.slice(14));
  return wall.slice(0, 14) + String(minute - (minute % 15)).padStart(2, '0');
}

const wallClocks = new Map<string, Intl.DateTimeFormat>();

/** Making a formatter costs a hundred times what using it does, and a calendar asks for thousands of hours. */
function wallClock(zone: string): Intl.DateTimeFormat {
  const known = wallClocks.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  wallClocks.set(zone, made);
  return made;
}

/** The wall time of an instant. */
export const wallOf = (instant: string | number, zone: string): Wall =>
  wallClock(zone).format(new Date(instant)).replace(' ', 'T');
