import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { api, queryClient } from '../../api/client';
import { crisisQuery, heldQuery } from '../../api/crisis';
import { toProblem } from '../../api/problem';
import { useSession } from '../../api/session';
import type { HeldPost } from '../../api/types';
import { isPast, proposeWall, resolveWall, wallForApi } from '../../data/wall';
import { parseWall } from '../../data/wallFields';
import { useDates } from '../../i18n/useDates';
import { Button } from '../../ui/Button';
import { Dialog, DialogBody, DialogFooter } from '../../ui/Dialog';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { say } from '../../ui/toast';
import type { When } from '../composer/state';
import { WhenField } from '../composer/WhenField';

/** Another hour for a held post. Once the alert is over, that is also the word to let it leave then. */
export function MoveDialog({ post, active, onClose }: { post: HeldPost; active: boolean; onClose: () => void }) {
  const t = useTranslations('heldPosts');
  const format = useDates();
  const { zone } = useSession().commune;
  const [when, setWhen] = useState<When>(() => ({ mode: 'at', wall: proposeWall(zone), fold: 'earlier' }) as When);
  const gap = resolveWall(when.wall, zone).kind === 'gap';
  const past = !gap && isPast(when.wall, zone, when.fold, Date.now());
  const move = useMutation({
    mutationFn: async () => {
      const changed = await api.PATCH('/posts/{id}', {
        params: { path: { id: post.post_id }, header: { 'If-Match': `"${post.version}"` } },
        body: { publish: { mode: 'at', at: wallForApi(when.wall, zone, when.fold), zone } },
      });
      if (changed.error) throw changed.error;
      const left = await queryClient.fetchQuery({ ...heldQuery, staleTime: 0 });
      if (!active && left.posts.some((p) => p.post_id === post.post_id)) {
        const released = await api.POST('/crisis/release', { body: { release: [post.post_id], cancel: [] } });
        if (released.error) throw released.error;
        queryClient.setQueryData(heldQuery.queryKey, released.data);
      }
      return changed.data;
    },
    onSuccess: (moved) => {
      if (moved.publish.due_at) say(t('moved', { at: format(moved.publish.due_at) }));
      onClose();
    },
    onSettled: () => {
      for (const { queryKey } of [heldQuery, crisisQuery]) void queryClient.invalidateQueries({ queryKey });
      void queryClient.invalidateQueries({ queryKey: ['get', '/posts'] });
    },
  });
  return (
    <Dialog title={t('moveTitle')} isOpen onOpenChange={onClose}>
      <DialogBody>
        <p className="font-semibold break-words">{post.title || t('untitled')}</p>
        <WhenField
          when={when}
          zone={zone}
          invalid={gap || past}
          onChange={(changed) => {
            if (!changed.wall || parseWall(changed.wall)) setWhen({ ...when, ...changed });
          }}
        />
        {(gap || past) && <p className="text-sm font-semibold text-failed">{gap ? t('hourSkipped') : t('hourPast')}</p>}
        <p className="text-sm text-ink-2">{active ? t('moveHeld') : t('moveLeaves')}</p>
        {move.error && <ProblemNotice problem={toProblem(move.error)} />}
      </DialogBody>
      <DialogFooter>
        <Button onPress={onClose}>{t('back')}</Button>
        <Button variant="primary" isDisabled={gap || past} isPending={move.isPending} onPress={() => move.mutate()}>
          {t('moveVerb')}
        </Button>
      </DialogFooter>
    </Dialog>
  );
}
