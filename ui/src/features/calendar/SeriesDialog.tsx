import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { $api, queryClient } from '../../api/client';
import { toProblem } from '../../api/problem';
import { wallOf } from '../../data/wall';
import { useDates } from '../../i18n/useDates';
import { Button, buttonLook } from '../../ui/Button';
import { Dialog, DialogBody, DialogFooter } from '../../ui/Dialog';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { say } from '../../ui/toast';
import { addDays, daysBetween } from './days';
import type { Item } from './plan';
import { useDays } from './words';

type Series = NonNullable<Item['entry']['series']>;

/** The date of a recurrence may be moved with the post that announces it, by as many days. */
function useOccurrence(item: Item, series: Series, to: string, zone: string, done: () => void) {
  const t = useTranslations('calendar');
  const days = useDays();
  const id = series.recurrence_id;
  const [day = '', hour = ''] = wallOf(to, zone).split('T');
  const shift = item.day === null ? 0 : daysBetween(item.day, day);
  const { data } = useQuery({
    ...$api.queryOptions('get', '/recurrences/{id}', { params: { path: { id: id ?? '' } } }),
    enabled: id !== null && shift !== 0 && hour === item.hour,
  });
  const occurrence = data?.occurrences?.find((o) => o.date === series.step);
  const move = $api.useMutation('post', '/recurrences/{id}/occurrences', {
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: ['get', '/calendar'] });
      done();
    },
  });
  if (!id || !occurrence) return null;
  const from = occurrence.moved_to ?? occurrence.date;
  const target = addDays(from, shift);
  const send = (date: string) =>
    move.mutateAsync({
      params: { path: { id } },
      body: { date: occurrence.date, to: date === occurrence.date ? '' : date },
    });
  return {
    label: t('moveDate', { from: days(from, 'dayMonth'), to: days(target, 'dayMonth') }),
    pending: move.isPending,
    problem: move.error ? toProblem(move.error) : null,
    run: () =>
      void send(target)
        .then(() =>
          say(t('dateMoved', { title: series.title, to: days(target, 'long') }), {
            action: { label: t('undo'), run: () => void send(from).catch(() => say(t('notUndone'))) },
          }),
        )
        // Shown in the dialog.
        .catch(() => {}),
  };
}

/** One post of a series moves alone, or everything with its event or its date. */
export function SeriesDialog({
  item,
  series,
  to,
  zone,
  onAlone,
  onClose,
}: {
  item: Item;
  series: Series;
  to: string;
  zone: string;
  onAlone: () => void;
  onClose: () => void;
}) {
  const t = useTranslations('calendar');
  const format = useDates();
  const occurrence = useOccurrence(item, series, to, zone, onClose);
  return (
    <Dialog title={t('seriesTitle')} isOpen onOpenChange={(open) => !open && onClose()}>
      <DialogBody>
        <p>{t('seriesWhat', { name: item.name, title: series.title, at: format(to, 'long') })}</p>
        <p className="text-sm text-ink-2">{series.event_id ? t('seriesEvent') : t('seriesRecurrence')}</p>
        {occurrence?.problem && <ProblemNotice problem={occurrence.problem} />}
      </DialogBody>
      <DialogFooter>
        <Button onPress={onClose}>{t('leave')}</Button>
        {series.event_id ? (
          <Link to="/events/$id" params={{ id: series.event_id }} className={buttonLook('secondary')} data-button>
            {t('wholeSeries')}
          </Link>
        ) : (
          <Link to="/recurrences" className={buttonLook('secondary')} data-button>
            {t('wholeSeries')}
          </Link>
        )}
        {occurrence && (
          <Button isPending={occurrence.pending} onPress={occurrence.run}>
            {occurrence.label}
          </Button>
        )}
        <Button variant="primary" autoFocus onPress={onAlone}>
          {t('onlyThis')}
        </Button>
      </DialogFooter>
    </Dialog>
  );
}
