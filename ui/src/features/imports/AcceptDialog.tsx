import { useMutation, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { channelsQuery, kindsQuery } from '../../api/channels';
import { type Import, refreshImports, type Source } from '../../api/imports';
import { toProblem } from '../../api/problem';
import { useSession } from '../../api/session';
import { type Fold, isPast, proposeWall, resolveWall, type Wall, wallForApi } from '../../data/wall';
import { useDates } from '../../i18n/useDates';
import { Button, buttonLook } from '../../ui/Button';
import { Dialog, DialogBody, DialogFooter } from '../../ui/Dialog';
import { Field } from '../../ui/Field';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { Segmented } from '../../ui/Segmented';
import { say } from '../../ui/toast';
import { defaultChannels, type When } from '../composer/state';
import { WhenField } from '../composer/WhenField';
import { ChannelChoice } from './ChannelChoice';
import { channelsFor } from './channelsFor';
import { pictureAddress } from './pictures';
import { takeItem } from './takeItem';
import { useFreeSlot } from './useFreeSlot';

type Way = 'draft' | 'slot' | 'at';

/** Makes a publication of an item: where, when, and what its pictures show. */
export function AcceptDialog({
  item,
  source,
  onClose,
}: {
  item: Import;
  source: Source | undefined;
  onClose: () => void;
}) {
  const t = useTranslations('imports');
  const format = useDates();
  const navigate = useNavigate();
  const { zone } = useSession().commune;
  const { data: channels } = useSuspenseQuery(channelsQuery);
  const { data: kinds } = useSuspenseQuery(kindsQuery);
  const usable = channelsFor(channels.channels, kinds.kinds, source);
  const [chosen, choose] = useState(() => defaultChannels(usable, kinds.kinds));
  const [way, setWay] = useState<Way>('draft');
  const [when, setWhen] = useState<{ wall: Wall; fold: Fold }>(() => ({ wall: proposeWall(zone), fold: 'earlier' }));
  const [descriptions, describe] = useState<Record<string, string>>(() =>
    Object.fromEntries(item.pictures.flatMap((p) => (p.media_id ? [[p.media_id, p.alt]] : []))),
  );
  const slot = useFreeSlot();

  const wall = way === 'slot' ? slot?.wall : when.wall;
  const gap = way === 'at' && resolveWall(when.wall, zone).kind === 'gap';
  const past = way === 'at' && !gap && isPast(when.wall, zone, when.fold, Date.now());
  const pictures = item.pictures.filter((p) => p.media_id);
  const bare = pictures.filter((p) => p.media_id && !descriptions[p.media_id]?.trim());
  const noChannel = way !== 'draft' && chosen.length === 0;

  const take = useMutation({
    mutationFn: () =>
      takeItem(item, {
        channels: chosen,
        descriptions,
        publish:
          way === 'draft' || !wall
            ? { mode: 'draft' }
            : { mode: 'at', at: wallForApi(wall, zone, way === 'slot' ? 'earlier' : when.fold), zone },
      }),
    onSuccess: ({ post, refused }) => {
      if (refused) return;
      const open = { label: t('open'), run: () => void navigate({ to: '/posts/$id', params: { id: post.id } }) };
      say(post.publish.due_at ? t('scheduled', { at: format(post.publish.due_at, 'long') }) : t('drafted'), {
        action: open,
      });
      onClose();
    },
    onSettled: refreshImports,
  });
  const half = take.data?.refused ? take.data : null;

  return (
    <Dialog title={t('takeTitle')} isOpen onOpenChange={onClose} wide>
      <DialogBody>
        <p className="font-semibold break-words">{item.title || t('untitled')}</p>
        <ChannelChoice channels={usable} chosen={chosen} label={t('channels')} onChange={choose} />
        <div className="space-y-2">
          <Segmented<Way>
            label={t('when')}
            value={way}
            onChange={setWay}
            items={[
              { id: 'draft', label: t('asDraft') },
              ...(slot ? [{ id: 'slot' as const, label: t('nextSlot') }] : []),
              { id: 'at', label: t('atHour') },
            ]}
          />
          {way === 'draft' && <p className="text-sm text-ink-2">{t('asDraftHint')}</p>}
          {way === 'slot' && slot && <p className="text-sm first-letter:uppercase">{format(slot.at, 'long')}</p>}
          {way === 'at' && (
            <WhenField
              when={{ mode: 'at', ...when } as When}
              zone={zone}
              invalid={gap || past}
              onChange={(changed) => setWhen({ ...when, ...changed })}
            />
          )}
          {gap && <p className="text-sm font-medium text-failed">{t('hourSkipped')}</p>}
          {past && <p className="text-sm font-medium text-failed">{t('hourPast')}</p>}
          {noChannel && <p className="text-sm font-medium text-failed">{t('chooseChannel')}</p>}
        </div>
        {pictures.length > 0 && (
          <ul className="space-y-3">
            {pictures.map((p, i) => {
              const id = p.media_id ?? '';
              return (
                <li key={id} className="flex gap-3">
                  <img src={pictureAddress(id)} alt="" className="size-16 shrink-0 rounded-md bg-sunken object-cover" />
                  <Field
                    label={t('altOf', { n: i + 1 })}
                    help={t('altHelp')}
                    className="min-w-0 flex-1"
                    maxLength={1000}
                    isRequired={way !== 'draft'}
                    note={<span />}
                    value={descriptions[id] ?? ''}
                    onChange={(alt) => describe({ ...descriptions, [id]: alt })}
                  />
                </li>
              );
            })}
          </ul>
        )}
        {half?.refused && (
          <ProblemNotice problem={half.refused}>
            <ul className="list-disc pl-5">
              {half.refused.fields.map((f) => (
                <li key={f.field + f.code}>{f.message}</li>
              ))}
            </ul>
            <p>{t('keptAsDraft')}</p>
            <Link to="/compose" search={{ post: half.post.id }} className={buttonLook('secondary', 'sm', 'mt-1')}>
              {t('openDraft')}
            </Link>
          </ProblemNotice>
        )}
        {take.error && <ProblemNotice problem={toProblem(take.error)} />}
      </DialogBody>
      <DialogFooter>
        <Button onPress={onClose}>{t('cancel')}</Button>
        <Button
          variant="primary"
          isPending={take.isPending}
          isDisabled={gap || past || noChannel || (way !== 'draft' && bare.length > 0)}
          onPress={() => take.mutate()}
        >
          {way === 'draft' ? t('saveDraft') : t('schedule', { n: chosen.length })}
        </Button>
      </DialogFooter>
    </Dialog>
  );
}
