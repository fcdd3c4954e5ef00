import type { NewRecurrence, Recurrence, RecurrenceTopic } from '../../api/events';
import { fromRule, type RuleForm, toRule, usualRule } from './rule';

/** What is typed of information that comes again. */
export type RecurrenceForm = {
  name: string;
  topic: RecurrenceTopic;
  startsOn: string;
  rule: RuleForm;
  /** A rule that the controls cannot say; it is edited as it is written. */
  written: string | null;
  exceptions: string[];
  before: number;
  at: string;
  title: string;
  texts: string[];
  link: string;
  channels: string[];
};

export const emptyRecurrence = (channels: string[], today: string): RecurrenceForm => ({
  name: '',
  topic: 'waste',
  startsOn: today,
  rule: usualRule(),
  written: null,
  exceptions: [],
  before: 1,
  at: '18:00',
  title: '',
  texts: [],
  link: '',
  channels,
});

export function recurrenceFormOf(r: Recurrence): RecurrenceForm {
  const rule = r.rule === null ? null : fromRule(r.rule);
  return {
    name: r.name,
    topic: r.topic,
    startsOn: r.starts_on,
    rule: rule ?? usualRule(),
    written: r.rule !== null && rule === null ? r.rule : null,
    exceptions: r.exceptions,
    before: r.before,
    at: r.at,
    title: r.title,
    texts: r.texts,
    link: r.link,
    channels: r.channels,
  };
}

/** How and where it is announced; what a file of dates needs too. */
export const announcing = (form: RecurrenceForm) => ({
  name: form.name.trim(),
  topic: form.topic,
  before: form.before,
  at: form.at,
  title: form.title.trim(),
  texts: form.texts.map((text) => text.trim()).filter(Boolean),
  link: form.link.trim(),
  channels: form.channels,
});

export const ruled = (form: RecurrenceForm) => ({
  rule: form.written ?? toRule(form.rule),
  starts_on: form.startsOn,
  exceptions: form.exceptions,
});

export const newRecurrence = (form: RecurrenceForm): NewRecurrence => ({ ...announcing(form), ...ruled(form) });
