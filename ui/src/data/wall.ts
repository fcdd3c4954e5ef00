import { type CalendarDateTime, now, parseDateTime, toZoned } from '@internationalized/date';

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

export const parseWall = (wall: Wall): CalendarDateTime => parseDateTime(wall);

export const formatWall = (time: CalendarDateTime): Wall => time.toString().slice(0, 16);

/** What a wall time is in a zone. Instants are RFC 3339 in UTC: old local offsets have seconds, which it cannot say. */
export function resolveWall(wall: Wall, zone: string): Resolved {
  const time = parseWall(wall);
  const earlier = toZoned(time, zone, 'earlier');
  const later = toZoned(time, zone, 'later');
  if (earlier.compare(later) === 0) return { kind: 'once', instant: earlier.toAbsoluteString() };
  const same = earlier.hour === time.hour && earlier.minute === time.minute;
  if (!same) return { kind: 'gap' };
  return { kind: 'twice', earlier: earlier.toAbsoluteString(), later: later.toAbsoluteString() };
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
  const time = now(zone).add({ hours: 1, minutes: 15 });
  return time
    .set({ minute: time.minute - (time.minute % 15), second: 0, millisecond: 0 })
    .toString()
    .slice(0, 16);
}

/** The wall time of an instant. */
export function wallOf(instant: string, zone: string): Wall {
  const parts = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).format(new Date(instant));
  return parts.replace(' ', 'T');
}
