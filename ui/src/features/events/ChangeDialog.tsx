import { type ReactNode, useState } from 'react';
import { Checkbox } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { queryClient } from '../../api/client';
import { type AgendaEvent, type EventChange, eventQuery } from '../../api/events';
import type { Problem } from '../../api/problem';
import { Button } from '../../ui/Button';
import { Dialog, DialogBody, DialogFooter } from '../../ui/Dialog';
import { Field } from '../../ui/Field';
import { Notice, ProblemNotice } from '../../ui/ProblemNotice';
import { CascadeView } from './CascadeView';
import { LinesField } from './TextField';
import { Tick } from './Tick';
import { useCascade } from './useCascade';
import { useChannelName } from './useChannelName';

/** What people are told of a change. */
export type Telling = { announce: boolean; reason: string; text: string };

/** Shows what a change would do and does it as one act, as shown or not at all. */
export function ChangeDialog({
  title,
  verb,
  event,
  danger = false,
  announced,
  changeOf,
  act,
  isPending,
  problem,
  onClose,
  children,
}: {
  title: string;
  verb: string;
  event: AgendaEvent;
  danger?: boolean;
  /** Whether people are told unless somebody says otherwise. */
  announced: boolean;
  /** Null while something is missing. */
  changeOf: (telling: Telling) => EventChange | null;
  act: (telling: Telling, version: number) => void;
  isPending: boolean;
  problem: Problem | null;
  onClose: () => void;
  children?: ReactNode;
}) {
  const t = useTranslations('cascade');
  const nameOf = useChannelName();
  const [telling, tell] = useState<Telling>({ announce: announced, reason: '', text: '' });
  const [rewording, reword] = useState(false);
  const change = changeOf(telling);
  const { cascade, fresh, problem: refused } = useCascade(event.id, event.version, change);
  const stale = problem?.code === 'version_changed';
  return (
    <Dialog title={title} isOpen onOpenChange={onClose} wide>
      <DialogBody>
        {children}
        <Checkbox
          isSelected={telling.announce}
          onChange={(announce) => tell({ ...telling, announce })}
          className="group flex min-h-9 cursor-pointer items-center gap-2 text-sm font-semibold"
        >
          <Tick />
          {t('announce')}
        </Checkbox>
        {telling.announce && (
          <div className="space-y-3">
            <Field
              label={t('reason')}
              help={t('reasonHelp')}
              maxLength={1000}
              value={telling.reason}
              onChange={(reason) => tell({ ...telling, reason })}
            />
            {rewording ? (
              <LinesField
                label={t('noticeText')}
                rows={5}
                value={telling.text}
                onChange={(text) => tell({ ...telling, text })}
              />
            ) : (
              <Button
                size="sm"
                variant="ghost"
                className="-ml-2.5"
                onPress={() => {
                  tell({ ...telling, text: cascade?.notice?.text ?? '' });
                  reword(true);
                }}
              >
                {t('reword')}
              </Button>
            )}
          </div>
        )}
        {refused && <ProblemNotice problem={refused} />}
        {cascade && !refused && (
          <div aria-busy={!fresh} className={fresh ? '' : 'opacity-60'}>
            <CascadeView cascade={cascade} nameOf={nameOf} />
          </div>
        )}
        {!change && <p className="text-sm text-ink-2">{t('incomplete')}</p>}
        {problem && !stale && <ProblemNotice problem={problem} />}
        {stale && (
          <Notice tone="pending" role="alert">
            <p className="font-semibold">{t('stale')}</p>
            <Button
              size="sm"
              onPress={() => void queryClient.invalidateQueries({ queryKey: eventQuery(event.id).queryKey })}
            >
              {t('readAgain')}
            </Button>
          </Notice>
        )}
      </DialogBody>
      <DialogFooter>
        <Button onPress={onClose}>{t('back')}</Button>
        <Button
          variant={danger ? 'danger' : 'primary'}
          isPending={isPending}
          isDisabled={!cascade || !fresh}
          onPress={() => cascade && act(telling, cascade.version)}
        >
          {verb}
        </Button>
      </DialogFooter>
    </Dialog>
  );
}

/** What of the telling the API is asked for. */
export const toldOf = ({ announce, reason, text }: Telling) => ({
  announce,
  ...(announce && reason.trim() ? { reason: reason.trim() } : {}),
  ...(announce && text.trim() ? { text: text.trim() } : {}),
});
