// Apart from wall.ts: a field for dates brings the calendars with it, and few pages have one at first.
import { type CalendarDateTime, parseDateTime } from '@internationalized/date';
import type { Wall } from './wall';

export const parseWall = (wall: Wall): CalendarDateTime => parseDateTime(wall);

export const formatWall = (time: CalendarDateTime): Wall => time.toString().slice(0, 16);
