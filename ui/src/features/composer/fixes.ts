import type { Dispatch } from 'react';
import { useTranslations } from 'use-intl';
import type { Channel, Kind } from '../../api/types';
import type { Finding } from './findings';
import { titled } from './labels';
import { altId } from './pictureIds';
import type { Change, Draft } from './state';

/** The next step out of a finding. */
export type Fix = { verb: string; run: () => void };

const focusOn = (id: string) => document.getElementById(id)?.focus();

/** What can be done about each finding. Leaving a channel out is always offered where only it is in the way. */
export function useFixes({
  draft,
  chosen,
  kinds,
  nameOf,
  dispatch,
  retry,
  write,
  showTab,
}: {
  draft: Draft;
  chosen: Channel[];
  kinds: Kind[];
  nameOf: (id: string) => string;
  dispatch: Dispatch<Change>;
  retry: (image: string) => void;
  /** Goes to the common text. */
  write: () => void;
  showTab: (id: string) => void;
}): (finding: Finding) => Fix[] {
  const t = useTranslations('compose');
  const forImage = (f: Finding, image: string): Fix[] => {
    if (!('local' in f.say)) return [];
    if (f.say.local === 'upload_failed') return [{ verb: t('fixRetry'), run: () => retry(image) }];
    if (f.say.local === 'upload_running') return [];
    return [{ verb: t('fixDescribe'), run: () => focusOn(altId(image)) }];
  };
  return (f) => {
    const own = typeof f.place === 'object' ? forImage(f, f.place.image) : [];
    if (f.place === 'text' && 'local' in f.say) return [{ verb: t('fixWrite'), run: write }];
    const [channel] = chosen.filter((c) => f.channels.includes(c.id));
    if (!channel || f.channels.length !== 1) return own;
    const name = nameOf(channel.id);
    const remove: Fix = {
      verb: t('fixRemove', { name }),
      run: () => dispatch({ type: 'toggle', channel: channel.id, chosen: false }),
    };
    const adapt: Fix = draft.overrides[channel.id]
      ? { verb: t('fixRewrite'), run: () => showTab(channel.id) }
      : {
          verb: t('adapt', { name }),
          run: () => {
            dispatch({ type: 'adapt', channel: channel.id, titled: titled(channel, kinds) });
            showTab(channel.id);
          },
        };
    const words = f.place === 'text' || f.place === 'title' ? [adapt] : own;
    return f.severity === 'error' ? [...words, remove] : words;
  };
}
