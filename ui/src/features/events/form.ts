import { parseDate } from '@internationalized/date';
import type { AgendaEvent, EventPatch, NewEvent, SeriesStep } from '../../api/events';
import { randomKey } from '../../api/idempotency';
import { newImages, type Picture, savedPicture } from '../../pictures/picture';
import { parsePoint, writePoint } from './point';

/** One date as it is typed: a day, hours, and the last day where it lasts longer. */
export type DateRow = { key: string; day: string; from: string; to: string; until: string };

export type PartyFields = { name: string; email: string; phone: string; url: string };

/** What is typed of an event. */
export type EventForm = {
  title: string;
  description: string;
  dates: DateRow[];
  allDay: boolean;
  place: string;
  address: string;
  point: string;
  price: 'unsaid' | 'free' | 'paid';
  amount: string;
  priceNote: string;
  organizer: PartyFields;
  contact: PartyFields;
  /** One a line. */
  accessibility: string;
  languages: string[];
  link: string;
  category: string;
  listed: boolean;
  channels: string[];
  pictures: Picture[];
  /** Null: those of the recipe, as long as nobody touches one. */
  steps: SeriesStep[] | null;
  /** Keys of steps that are switched off. */
  off: string[];
};

export const emptyDate = (day = ''): DateRow => ({ key: randomKey(), day, from: '', to: '', until: '' });

export const emptyForm = (channels: string[], day = ''): EventForm => ({
  title: '',
  description: '',
  dates: [emptyDate(day)],
  allDay: false,
  place: '',
  address: '',
  point: '',
  price: 'unsaid',
  amount: '',
  priceNote: '',
  organizer: { name: '', email: '', phone: '', url: '' },
  contact: { name: '', email: '', phone: '', url: '' },
  accessibility: '',
  languages: [],
  link: '',
  category: '',
  listed: true,
  channels,
  pictures: [],
  steps: null,
  off: [],
});

const timeOf = (wall: string | null | undefined) => (wall && wall.length > 10 ? wall.slice(11, 16) : '');

function rowOf(start: string, end: string | null | undefined): DateRow {
  const row = { key: randomKey(), day: start.slice(0, 10), from: timeOf(start), to: timeOf(end), until: '' };
  const last = end?.slice(0, 10) ?? row.day;
  // A night out ends on the next morning: that goes without saying.
  const night = row.to !== '' && row.to <= row.from && last === nextDay(row.day);
  return last === row.day || night ? row : { ...row, until: last };
}

const nextDay = (day: string) => parseDate(day).add({ days: 1 }).toString();

const party = (p: AgendaEvent['contact']): PartyFields => ({
  name: p.name ?? '',
  email: p.email ?? '',
  phone: p.phone ?? '',
  url: p.url ?? '',
});

export function formOf(event: AgendaEvent): EventForm {
  return {
    title: event.title,
    description: event.description,
    dates: [rowOf(event.starts_at, event.ends_at), ...event.other_dates.map((d) => rowOf(d.starts_at, d.ends_at))],
    allDay: event.all_day,
    place: event.place,
    address: event.address,
    point: writePoint(event.point),
    price: event.price === null ? 'unsaid' : event.price.amount === 0 ? 'free' : 'paid',
    amount: event.price && event.price.amount > 0 ? String(event.price.amount).replace('.', ',') : '',
    priceNote: event.price?.note ?? '',
    organizer: party(event.organizer),
    contact: party(event.contact),
    accessibility: event.accessibility.join('\n'),
    languages: event.languages,
    link: event.link,
    category: event.category,
    listed: event.listed,
    channels: event.channels,
    pictures: event.images.map(savedPicture),
    steps: event.steps,
    off: [],
  };
}

function dateOf(row: DateRow, allDay: boolean): { starts_at: string; ends_at: string | null } {
  if (allDay) return { starts_at: row.day, ends_at: row.until || null };
  const last = row.until || (row.to !== '' && row.to <= row.from && row.day ? nextDay(row.day) : row.day);
  return { starts_at: `${row.day}T${row.from}`, ends_at: row.to ? `${last}T${row.to}` : null };
}

const lines = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

const filled = (p: PartyFields) =>
  Object.fromEntries(Object.entries(p).flatMap(([k, v]) => (v.trim() ? [[k, v.trim()]] : [])));

function price(form: EventForm) {
  if (form.price === 'unsaid') return undefined;
  const amount = form.price === 'free' ? 0 : Number(form.amount.replace(',', '.'));
  return { amount: Number.isFinite(amount) ? amount : 0, currency: 'EUR', note: form.priceNote.trim() };
}

export const stepsOf = (form: EventForm) => form.steps?.filter((s) => !form.off.includes(s.key ?? ''));

/** What is common to a new event and to a change of one. */
function content(form: EventForm) {
  const [first, ...others] = form.dates.map((row) => dateOf(row, form.allDay));
  const point = parsePoint(form.point);
  const cost = price(form);
  const steps = stepsOf(form);
  return {
    title: form.title.trim(),
    description: form.description.trim(),
    place: form.place.trim(),
    address: form.address.trim(),
    ...(point ? { point } : {}),
    starts_at: first?.starts_at ?? '',
    ...(first?.ends_at ? { ends_at: first.ends_at } : {}),
    other_dates: others,
    all_day: form.allDay,
    ...(cost ? { price: cost } : {}),
    organizer: filled(form.organizer),
    contact: filled(form.contact),
    link: form.link.trim(),
    images: newImages(form.pictures),
    accessibility: lines(form.accessibility),
    languages: form.languages,
    category: form.category,
    listed: form.listed,
    channels: form.channels,
    ...(steps ? { announcements: steps } : {}),
  };
}

export const newEvent = (form: EventForm): NewEvent => content(form);

/** Everything that differs from the event as it was read. */
export function patchOf(form: EventForm, event: AgendaEvent): Omit<EventPatch, 'announce'> {
  const now = content(form);
  const before = content(formOf(event));
  const changed = (key: keyof typeof now) => JSON.stringify(now[key]) !== JSON.stringify(before[key]);
  const dates = ['starts_at', 'ends_at', 'other_dates', 'all_day'] as const;
  const patch: Record<string, unknown> = {};
  for (const key of Object.keys(now) as (keyof typeof now)[]) {
    const together = (dates as readonly string[]).includes(key) && dates.some(changed);
    if (changed(key) || together) patch[key] = now[key];
  }
  const clear: ('point' | 'price')[] = [];
  if (event.point && !now.point) clear.push('point');
  if (event.price && !now.price) clear.push('price');
  return { ...patch, ...(clear.length > 0 ? { clear } : {}) };
}

export type Gap = 'title' | 'day' | 'hour' | 'point' | 'alt' | 'sending' | 'channels' | 'amount';

/** What must be completed before the server is asked. */
export function gapsOf(form: EventForm): Gap[] {
  const gaps: Gap[] = [];
  if (form.title.trim() === '') gaps.push('title');
  if (form.dates.some((d) => d.day === '')) gaps.push('day');
  if (!form.allDay && form.dates.some((d) => d.from === '')) gaps.push('hour');
  if (form.point.trim() !== '' && !parsePoint(form.point)) gaps.push('point');
  if (form.price === 'paid' && !/^\d+([.,]\d{1,2})?$/.test(form.amount.trim())) gaps.push('amount');
  if (form.pictures.some((p) => p.upload.state === 'sending')) gaps.push('sending');
  if (form.pictures.some((p) => p.upload.state === 'stored' && !p.decorative && p.alt.trim() === '')) gaps.push('alt');
  if (form.channels.length === 0 && (form.steps === null || (stepsOf(form)?.length ?? 0) > 0)) gaps.push('channels');
  return gaps;
}

/** Enough is known for the server to plan the series. */
export const plannable = (form: EventForm) =>
  !gapsOf(form).some((g) => g === 'title' || g === 'day' || g === 'hour' || g === 'point');
