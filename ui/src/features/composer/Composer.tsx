import { Link } from '@tanstack/react-router';
import clsx from 'clsx';
import { ArrowLeft, CloudCheck } from 'lucide-react';
import { lazy, Suspense, useEffect, useMemo, useReducer, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { IdempotencyKey } from '../../api/idempotency';
import { useSession } from '../../api/session';
import type { Channel, Kind, Post } from '../../api/types';
import { resolveWall } from '../../data/wall';
import { useDates } from '../../i18n/useDates';
import { PageHead } from '../../shell/PageHead';
import { Button } from '../../ui/Button';
import { Notice } from '../../ui/ProblemNotice';
import { Segmented } from '../../ui/Segmented';
import { say } from '../../ui/toast';
import { ActionBar } from './ActionBar';
import { ChannelPicker } from './ChannelPicker';
import { CheckPanel, type Fix } from './CheckPanel';
import { counters } from './counters';
import {
  blocksDraft,
  type Finding,
  findingsAt,
  localFindings,
  mergeFindings,
  passes,
  previewFindings,
  refusalFindings,
  sentKeys,
} from './findings';
import { altId } from './ImageCard';
import { ImagesPanel } from './ImagesPanel';
import { labelOf, titled } from './labels';
import { dropLocalCopy, readLocalCopy, useLocalCopy } from './localCopy';
import { SaveProblem } from './SaveProblem';
import { type Change, change, draftOf, emptyDraft, isEmpty, newPost } from './state';
import { COMMON, TextPanel } from './TextPanel';
import { useImageDrop } from './useImageDrop';
import { usePreviews } from './usePreviews';
import { type Saving, useSave } from './useSave';
import { useUploads } from './useUploads';

// One can write before the networks' looks are there.
const PreviewPane = lazy(() => import('./PreviewPane').then((m) => ({ default: m.PreviewPane })));

/** What the page starts with: the post to change, what this device kept, or nothing. */
function useStart(editing: Post | null, channels: Channel[], kinds: Kind[]) {
  const { user, commune } = useSession();
  return useState(() => {
    if (editing) return { draft: draftOf(editing, commune.zone), idempotency: IdempotencyKey.fresh(), resumed: false };
    const kept = readLocalCopy(user.id);
    if (!kept)
      return { draft: emptyDraft(channels, kinds, commune.zone), idempotency: IdempotencyKey.fresh(), resumed: false };
    return { draft: kept.draft, idempotency: IdempotencyKey.from(kept.idempotencyKey), resumed: true };
  })[0];
}

export function Composer({ editing, channels, kinds }: { editing: Post | null; channels: Channel[]; kinds: Kind[] }) {
  const t = useTranslations('compose');
  const format = useDates();
  const { user, commune } = useSession();
  const start = useStart(editing, channels, kinds);
  const [draft, apply] = useReducer(change, start.draft);
  const [waiting, setWaiting] = useState<Saving | null>(null);
  /** A change by hand; what was asked for before it is not meant any more. */
  const dispatch = (c: Change) => {
    setWaiting(null);
    apply(c);
  };
  const [resumed, setResumed] = useState(start.resumed);
  const [tab, setTab] = useState(COMMON);
  const [previewed, setPreviewed] = useState('');
  const [pane, setPane] = useState<'write' | 'preview'>('write');
  const check = useRef<HTMLHeadingElement>(null);
  const text = useRef<HTMLTextAreaElement>(null);

  const uploads = useUploads(apply);
  const hovering = useImageDrop(uploads.add);
  const previews = usePreviews(draft, channels);
  const idle = isEmpty(draft);
  const [saved, setSaved] = useState(false);
  const copy = useMemo(
    () => (editing || saved || isEmpty(draft) ? null : { draft, idempotencyKey: start.idempotency.value }),
    [editing, saved, draft, start],
  );
  const keptAt = useLocalCopy(user.id, copy);

  const chosen = channels.filter((c) => draft.channels.includes(c.id));
  const nameOf = (id: string) => {
    const channel = channels.find((c) => c.id === id);
    return channel ? labelOf(channel, channels, kinds) : id;
  };
  const shownTab = chosen.some((c) => c.id === tab) ? tab : COMMON;
  const shownPreview = chosen.some((c) => c.id === previewed) ? previewed : (chosen[0]?.id ?? '');
  const showTab = (id: string) => {
    setTab(id);
    if (id !== COMMON) setPreviewed(id);
  };

  const onSaved = (post: Post, as: Saving) => {
    setSaved(true);
    if (!editing) dropLocalCopy(user.id);
    if (as === 'draft') say(t('savedDraft'));
    else if (post.publish.mode === 'at' && post.publish.due_at)
      say(t('savedAt', { at: format(post.publish.due_at, 'long'), n: post.deliveries.length }));
    else say(t('savedNow', { n: post.deliveries.length }));
  };
  const { save, saving, problem, dismiss, keepMine } = useSave({ editing, idempotency: start.idempotency, onSaved });

  // A refusal is about what was sent; the next change makes it old.
  useEffect(() => {
    dismiss();
  }, [draft]);

  const sent = sentKeys(draft);
  const local = localFindings(draft, chosen, commune.zone, Date.now());
  const foreseen = previews.fresh ? previewFindings(previews.list, sent) : [];
  const findings = mergeFindings(local, [...foreseen, ...refusalFindings(problem?.fields ?? [], sent)]);

  const submit = (as: Saving) => {
    // What the server refused may be tried again: its reason may be gone.
    const known = mergeFindings(local, foreseen);
    const blocking = known.filter((f) => (as === 'draft' ? blocksDraft(f) : f.severity === 'error'));
    if (blocking.length === 0) {
      setWaiting(null);
      void save(newPost(draft, channels, commune.zone, as), as);
    } else if (blocking.every(passes)) {
      setWaiting(as);
    } else {
      setWaiting(null);
      setPane('write');
      requestAnimationFrame(() => check.current?.focus());
    }
  };

  // Asked for while pictures were on their way: done as soon as they are there.
  const arriving = draft.images.some((image) => image.upload.state === 'sending');
  useEffect(() => {
    if (waiting && !arriving) submit(waiting);
  }, [waiting, arriving]);

  useEffect(() => {
    const shortcut = (e: KeyboardEvent) => {
      if (!(e.ctrlKey || e.metaKey)) return;
      if (e.key === 'Enter') submit('publish');
      else if (e.key === 's') submit('draft');
      else return;
      e.preventDefault();
    };
    document.addEventListener('keydown', shortcut);
    return () => document.removeEventListener('keydown', shortcut);
  });

  const focusOn = (id: string) => document.getElementById(id)?.focus();
  const adapt = (channel: Channel) => {
    dispatch({ type: 'adapt', channel: channel.id, titled: titled(channel, kinds) });
    showTab(channel.id);
  };
  const fixesFor = (f: Finding): Fix[] => {
    if (typeof f.place === 'object') {
      const { image } = f.place;
      if ('local' in f.say && f.say.local === 'upload_failed')
        return [{ verb: t('fixRetry'), run: () => uploads.retry(image) }];
      if ('local' in f.say && f.say.local === 'upload_running') return [];
      if ('local' in f.say) return [{ verb: t('fixDescribe'), run: () => focusOn(altId(image)) }];
      return [];
    }
    if (f.place === 'text' && 'local' in f.say) return [{ verb: t('fixWrite'), run: () => text.current?.focus() }];
    const [channel] = chosen.filter((c) => f.channels.includes(c.id));
    if (!channel || f.channels.length !== 1) return [];
    const name = nameOf(channel.id);
    const rewrite: Fix = draft.overrides[channel.id]
      ? { verb: t('fixRewrite'), run: () => showTab(channel.id) }
      : { verb: t('adapt', { name }), run: () => adapt(channel) };
    const remove: Fix = {
      verb: t('fixRemove', { name }),
      run: () => dispatch({ type: 'toggle', channel: channel.id, chosen: false }),
    };
    const about = f.place === 'text' || f.place === 'title';
    return f.severity === 'error' ? (about ? [rewrite, remove] : [remove]) : about ? [rewrite] : [];
  };

  const costs = chosen.flatMap((channel) => {
    const cost = previews.list.find((p) => p.channel_id === channel.id)?.cost;
    return cost && cost.amount > 0 ? [{ channel, cost }] : [];
  });
  const at = resolveWall(draft.when.wall, commune.zone);
  const when =
    draft.when.mode === 'now' || at.kind === 'gap'
      ? t('whenNow')
      : format(at.kind === 'once' ? at.instant : at[draft.when.fold], 'short');
  const practice = chosen.filter((c) => c.practice);
  const startOver = () => {
    dropLocalCopy(user.id);
    dispatch({ type: 'replace', draft: emptyDraft(channels, kinds, commune.zone) });
    setResumed(false);
  };

  return (
    <div className="flex min-h-dvh flex-col lg:h-full lg:min-h-0">
      <PageHead
        title={editing ? t('editTitle') : t('title')}
        takesFocus={start.draft.text !== ''}
        sub={
          keptAt !== null && (
            <span className="inline-flex items-center gap-1.5">
              <CloudCheck size={15} aria-hidden />
              {t('kept', { at: format(keptAt, 'time') })}
            </span>
          )
        }
        back={
          <Link
            to="/posts"
            aria-label={t('back')}
            className="-ml-1 grid size-9 shrink-0 place-items-center rounded-md text-ink-2 hover:bg-sunken max-lg:size-11"
          >
            <ArrowLeft size={20} aria-hidden />
          </Link>
        }
      />
      <div className="border-b border-line bg-surface px-4 py-2 lg:hidden">
        <Segmented
          label={t('pane')}
          stretch
          value={pane}
          onChange={setPane}
          items={[
            { id: 'write', label: t('write') },
            { id: 'preview', label: t('preview') },
          ]}
        />
      </div>
      <div className="flex-1 lg:grid lg:min-h-0 lg:grid-cols-[minmax(0,1fr)_minmax(380px,472px)]">
        <div
          className={clsx(
            'scroll-slim relative space-y-4 p-4 pb-6 lg:overflow-y-auto lg:p-6',
            pane === 'preview' && 'max-lg:hidden',
          )}
        >
          {resumed && !idle && (
            <Notice tone="info" role="status">
              <div className="flex flex-wrap items-center justify-between gap-2">
                <span>{t('resumed')}</span>
                <Button size="sm" onPress={startOver}>
                  {t('startOver')}
                </Button>
              </div>
            </Notice>
          )}
          <ChannelPicker channels={channels} kinds={kinds} chosen={draft.channels} dispatch={dispatch} />
          <TextPanel
            draft={draft}
            dispatch={dispatch}
            chosen={chosen}
            kinds={kinds}
            nameOf={nameOf}
            counters={counters(draft, chosen, kinds, previews.fresh ? previews.list : [])}
            findings={findings}
            tab={shownTab}
            onTab={showTab}
            onFiles={uploads.add}
            textRef={text}
          />
          <ImagesPanel
            draft={draft}
            dispatch={dispatch}
            kinds={kinds}
            previews={previews.list}
            findings={findings}
            nameOf={nameOf}
            hovering={hovering}
            uploads={uploads}
          />
          <CheckPanel
            findings={findings}
            chosen={chosen}
            nameOf={nameOf}
            fixesFor={fixesFor}
            costs={costs}
            idle={idle}
            checking={!previews.fresh}
            waiting={waiting !== null}
            headingRef={check}
          />
          {problem && <SaveProblem problem={problem} editing={editing} onKeepMine={keepMine} />}
        </div>
        <Suspense fallback={<div />}>
          <PreviewPane
            draft={draft}
            chosen={chosen}
            kinds={kinds}
            nameOf={nameOf}
            previews={previews}
            when={when}
            shown={shownPreview}
            onShow={setPreviewed}
            className={pane === 'write' ? 'max-lg:hidden' : undefined}
          />
        </Suspense>
      </div>
      <ActionBar
        when={draft.when}
        zone={commune.zone}
        dispatch={dispatch}
        findings={findingsAt(findings, 'when')}
        count={chosen.length}
        practising={practice.length > 0}
        real={chosen.filter((c) => !c.practice).map((c) => nameOf(c.id))}
        saving={saving ?? waiting}
        onPublish={() => submit('publish')}
        onDraft={() => submit('draft')}
      />
    </div>
  );
}
