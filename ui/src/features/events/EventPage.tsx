import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { CalendarClock, CircleSlash, ExternalLink } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { Form } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { type AgendaEvent, eventQuery } from '../../api/events';
import { fieldErrors, type Problem } from '../../api/problem';
import { useLanguage } from '../../i18n';
import { EventsMessages } from '../../i18n/events';
import { PageHead } from '../../shell/PageHead';
import { Button, buttonLook } from '../../ui/Button';
import { Notice } from '../../ui/ProblemNotice';
import { BackLink } from './BackLink';
import { Columns } from './Columns';
import { EventFields } from './EventFields';
import { EventTag } from './EventTag';
import { type EventForm, formOf, gapsOf, patchOf } from './form';
import { Gaps } from './Gaps';
import { LiveSeries } from './LiveSeries';
import { eventWords, spanWords } from './when';

const PostponeDialog = lazy(() => import('./PostponeDialog').then((m) => ({ default: m.PostponeDialog })));
const CancelDialog = lazy(() => import('./CancelDialog').then((m) => ({ default: m.CancelDialog })));
const SaveDialog = lazy(() => import('./SaveDialog').then((m) => ({ default: m.SaveDialog })));

const route = getRouteApi('/signed-in/events/$id');

export const EventPage = () => (
  <EventsMessages>
    <Page />
  </EventsMessages>
);

function Page() {
  const { id } = route.useParams();
  const { data: event } = useSuspenseQuery(eventQuery(id));
  // Another event is another form.
  return <Editor key={id} event={event} />;
}

function Editor({ event }: { event: AgendaEvent }) {
  const t = useTranslations('events');
  const { locale } = useLanguage();
  /** The event as it was when the form was filled in: what differs from that was typed here. */
  const [read, setRead] = useState(event);
  const [form, setForm] = useState<EventForm>(() => formOf(event));
  const [dialog, open] = useState<'postpone' | 'cancel' | 'save' | null>(null);
  const [asked, ask] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const set = (changed: Partial<EventForm> | ((form: EventForm) => Partial<EventForm>)) =>
    setForm((now) => ({ ...now, ...(typeof changed === 'function' ? changed(now) : changed) }));
  const fill = (from: AgendaEvent) => {
    setRead(from);
    setForm(formOf(from));
    setProblem(null);
    ask(false);
    open(null);
  };
  const patch = patchOf(form, read);
  const dirty = Object.keys(patch).length > 0;
  const foreign = event.version !== read.version;
  if (foreign && !dirty && dialog === null) fill(event);
  const cancelled = event.status === 'cancelled';
  const gaps = asked ? gapsOf(form) : [];
  const save = () => {
    ask(true);
    if (gapsOf(form).length === 0) open('save');
  };
  const former = event.previous_dates.at(-1);
  return (
    <div className="flex min-h-dvh flex-col lg:h-full lg:min-h-0">
      <PageHead
        title={event.title}
        sub={event.status === 'postponed' ? t('dateToCome') : eventWords(event, locale)}
        back={<BackLink to="/events" label={t('backToEvents')} />}
      />
      <Columns
        left={
          <>
            <div className="flex flex-wrap items-center gap-2">
              <EventTag status={event.status} />
              {former && (
                <span className="text-sm text-ink-2">
                  {t('formerly', { date: spanWords(former.starts_at, former.ends_at, locale) })}
                </span>
              )}
              {event.listed && (
                <a href={event.url} target="_blank" rel="noreferrer" className={buttonLook('ghost', 'sm', 'ml-auto')}>
                  {t('publicPage')}
                  <ExternalLink size={14} aria-label={t('newTab')} />
                </a>
              )}
            </div>
            {cancelled ? (
              <Notice tone="info">
                <p>{t('cancelledNote')}</p>
              </Notice>
            ) : (
              <div className="flex flex-wrap gap-2">
                <Button onPress={() => open('postpone')}>
                  <CalendarClock size={17} aria-hidden />
                  {t('postpone')}
                </Button>
                <Button onPress={() => open('cancel')}>
                  <CircleSlash size={17} aria-hidden />
                  {t('cancel')}
                </Button>
              </div>
            )}
            {foreign && dirty && (
              <Notice tone="pending" role="alert">
                <p className="font-semibold">{t('foreignChange')}</p>
                <p className="flex flex-wrap gap-2 pt-1">
                  <Button size="sm" onPress={() => fill(event)}>
                    {t('takeTheirs')}
                  </Button>
                  <Button size="sm" onPress={() => setRead(event)}>
                    {t('keepMine')}
                  </Button>
                </p>
              </Notice>
            )}
            {!cancelled && (
              <Form
                validationErrors={fieldErrors(problem)}
                onSubmit={(e) => {
                  e.preventDefault();
                  save();
                }}
              >
                <EventFields form={form} set={set} />
              </Form>
            )}
          </>
        }
        right={<LiveSeries event={event} form={form} set={set} />}
        foot={
          cancelled ? null : (
            <>
              <div className="mr-auto min-w-0 basis-full empty:hidden lg:basis-auto">
                {gaps.length > 0 ? (
                  <Gaps gaps={gaps} />
                ) : (
                  <p className="text-sm text-ink-2">{dirty ? t('unsaved') : t('allSaved')}</p>
                )}
              </div>
              {dirty && <Button onPress={() => fill(event)}>{t('discard')}</Button>}
              <Button
                variant="primary"
                isDisabled={!dirty || foreign}
                onPress={save}
                className="max-lg:h-11 max-lg:flex-1"
              >
                {t('save')}
              </Button>
            </>
          )
        }
      />
      <Suspense>
        {dialog === 'postpone' && <PostponeDialog event={event} onClose={() => open(null)} onDone={fill} />}
        {dialog === 'cancel' && <CancelDialog event={event} onClose={() => open(null)} onDone={fill} />}
        {dialog === 'save' && (
          <SaveDialog
            event={event}
            patch={patch}
            onClose={() => open(null)}
            onDone={fill}
            onProblem={(p) => setProblem(p)}
          />
        )}
      </Suspense>
    </div>
  );
}
