export const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** Which of its weekdays in the month; -1 is the last. */
export const PLACES = [1, 2, 3, 4, -1] as const;

/** A rule as people say it. */
export type RuleForm = {
  every: 'week' | 'twoWeeks' | 'monthDay' | 'monthWeekday' | 'year';
  /** Of weeks. */
  weekdays: Weekday[];
  /** Of a month: the first Tuesday. */
  place: (typeof PLACES)[number];
  weekday: Weekday;
  /** Of a month: the 15th. */
  monthDay: number;
  /** The last day, or none. */
  until: string;
};

export const usualRule = (): RuleForm => ({
  every: 'week',
  weekdays: ['TU'],
  place: 1,
  weekday: 'TU',
  monthDay: 1,
  until: '',
});

/** As RFC 5545 writes it. */
export function toRule(form: RuleForm): string {
  const until = form.until ? `;UNTIL=${form.until.replaceAll('-', '')}` : '';
  const weekdays = WEEKDAYS.filter((d) => form.weekdays.includes(d)).join(',');
  switch (form.every) {
    case 'week':
      return `FREQ=WEEKLY;BYDAY=${weekdays}${until}`;
    case 'twoWeeks':
      return `FREQ=WEEKLY;INTERVAL=2;BYDAY=${weekdays}${until}`;
    case 'monthDay':
      return `FREQ=MONTHLY;BYMONTHDAY=${form.monthDay}${until}`;
    case 'monthWeekday':
      return `FREQ=MONTHLY;BYDAY=${form.place}${form.weekday}${until}`;
    case 'year':
      return `FREQ=YEARLY${until}`;
  }
}

const isWeekday = (text: string): text is Weekday => (WEEKDAYS as readonly string[]).includes(text);

/** Null: a rule that these words cannot say; it is shown as it is written. */
export function fromRule(rule: string): RuleForm | null {
  const parts = new Map(
    rule
      .replace(/^RRULE:/, '')
      .split(';')
      .map((part) => part.split('=', 2) as [string, string]),
  );
  const { FREQ, INTERVAL = '1', BYDAY = '', BYMONTHDAY = '', UNTIL = '', ...others } = Object.fromEntries(parts);
  const foreign = Object.keys(others).some((name) => name !== 'WKST');
  const form = usualRule();
  const day = /^(\d{4})(\d{2})(\d{2})/.exec(UNTIL);
  if (UNTIL && !day) return null;
  if (day) form.until = `${day[1]}-${day[2]}-${day[3]}`;
  if (foreign) return null;
  const days = BYDAY ? BYDAY.split(',') : [];
  if (FREQ === 'WEEKLY' && !BYMONTHDAY && days.length > 0 && days.every(isWeekday)) {
    if (INTERVAL !== '1' && INTERVAL !== '2') return null;
    return { ...form, every: INTERVAL === '1' ? 'week' : 'twoWeeks', weekdays: days.filter(isWeekday) };
  }
  if (FREQ === 'MONTHLY' && INTERVAL === '1' && !BYDAY && /^([1-9]|[12]\d|3[01])$/.test(BYMONTHDAY))
    return { ...form, every: 'monthDay', monthDay: Number(BYMONTHDAY) };
  const [, place, weekday] = /^\+?(-?\d)(MO|TU|WE|TH|FR|SA|SU)$/.exec(BYDAY) ?? [];
  const known = PLACES.find((p) => p === Number(place));
  if (FREQ === 'MONTHLY' && INTERVAL === '1' && !BYMONTHDAY && known !== undefined && weekday && isWeekday(weekday))
    return { ...form, every: 'monthWeekday', place: known, weekday };
  if (FREQ === 'YEARLY' && INTERVAL === '1' && !BYDAY && !BYMONTHDAY) return { ...form, every: 'year' };
  return null;
}
