import { Link } from '@tanstack/react-router';
import clsx from 'clsx';
import { ArrowLeft, CloudCheck, HardDriveDownload } from 'lucide-react';
import { lazy, Suspense, useEffect, useReducer, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useSession } from '../../api/session';
import type { Channel, Kind, Post } from '../../api/types';
import { resolveWall } from '../../data/wall';
import { useDates } from '../../i18n/useDates';
import { PageHead } from '../../shell/PageHead';
import { Button } from '../../ui/Button';
import { Later } from '../../ui/Later';
import { Notice } from '../../ui/ProblemNotice';
import { Segmented } from '../../ui/Segmented';
import { say } from '../../ui/toast';
import { useWide } from '../../ui/useWide';
import { useImageDrop } from '../../uploads/useImageDrop';
import { ActionBar } from './ActionBar';
import { ChannelPicker } from './ChannelPicker';
import { CheckPanel } from './CheckPanel';
import { counters } from './counters';
import { findingsAt } from './findings';
import { useFixes } from './fixes';
import { ImagesPanel } from './ImagesPanel';
import { labelOf } from './labels';
import { SaveProblem } from './SaveProblem';
import { StartPoints } from './StartPoints';
import { type Change, change, draftOf, emptyDraft, isEmpty, newPost } from './state';
import { COMMON, TextPanel } from './TextPanel';
import { useFindings } from './useFindings';
import { useKeeping } from './useKeeping';
import { useKeys } from './useKeys';
import { usePictures } from './usePictures';
import { usePlan } from './usePlan';
import { usePostWriter } from './usePostWriter';
import { usePreviews } from './usePreviews';
import { type Saving, useSave } from './useSave';
import { useSecondThoughts } from './useSecondThoughts';
import { type Asked, useStart } from './useStart';
import { useTwoWriters } from './useTwoWriters';

// One can write before the networks' looks are there, and before anybody asks for the rest.
const PreviewPane = lazy(() => import('./PreviewPane').then((m) => ({ default: m.PreviewPane })));
const TemplateDialog = lazy(() => import('./TemplateDialog').then((m) => ({ default: m.TemplateDialog })));
const MediaPicker = lazy(() => import('../../pictures/MediaPicker').then((m) => ({ default: m.MediaPicker })));
const VersionDialog = lazy(() => import('./VersionDialog').then((m) => ({ default: m.VersionDialog })));

type Props = {
  editing: Post | null;
  channels: Channel[];
  kinds: Kind[];
  asked: Asked;
  /** A template to begin with, and what is filled in already. */
  begun: { id: string; values: Record<string, string> } | null;
  /** The text has become a draft on the server, and goes on being written. */
  onBorn: (id: string) => void;
};

export function Composer({ editing, channels, kinds, asked, begun, onBorn }: Props) {
  const t = useTranslations('compose');
  const keeping = useTranslations('keeping');
  const format = useDates();
  const {
    user,
    commune: { zone },
  } = useSession();
  const start = useStart(editing, channels, kinds, asked);
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
  const [dialog, setDialog] = useState<'template' | 'library' | null>(begun && !editing ? 'template' : null);
  const check = useRef<HTMLHeadingElement>(null);
  const text = useRef<HTMLTextAreaElement>(null);

  const uploads = usePictures(draft, apply, start.resumed);
  const hovering = useImageDrop(uploads.add);
  const previews = usePreviews(draft, channels);
  const idle = isEmpty(draft);

  const [first] = useState(editing);
  const { idempotency } = start;
  const writer = usePostWriter(
    first && { id: first.id, version: start.version, draft: first.publish.mode === 'draft' },
    idempotency,
  );
  const planned = writer.place !== null && !writer.place.draft;
  const secondThoughts = useSecondThoughts();

  const onSaved = (post: Post, as: Saving) => {
    kept.settled(draft, as !== 'stay');
    if (as === 'stay') {
      setResumed(false);
      onBorn(post.id);
      say(t('savedDraft'));
    } else if (as === 'draft') say(t('savedDraft'));
    else if (draft.when.mode === 'now' && post.deliveries.some((d) => d.status === 'scheduled')) secondThoughts(post);
    else if (post.publish.due_at && draft.when.mode !== 'now')
      say(t('savedAt', { at: format(post.publish.due_at, 'long'), n: post.deliveries.length }));
    else say(t('savedNow', { n: post.deliveries.length }));
  };
  const { save, saving, problem, dismiss } = useSave({
    writer,
    idempotency,
    zone,
    onSaved,
    onStale: (as) => void versions.ask(as),
  });
  const versions = useTwoWriters({
    writer,
    mine: () => newPost(draft, channels, zone, 'draft'),
    onTheirs: (post) => {
      const theirs = draftOf(post, zone);
      apply({ type: 'replace', draft: theirs });
      kept.settled(theirs, false);
    },
    onMine: (as) => as && void save(newPost(draft, channels, zone, as === 'publish' ? 'publish' : 'draft'), as),
  });
  const kept = useKeeping({
    start,
    saved: first && draftOf(first, zone),
    draft,
    channels,
    zone,
    userId: user.id,
    writer,
    paused: versions.conflict !== null || saving !== null,
    onStale: () => void versions.ask(null),
  });

  // A refusal is about what was sent; the next change makes it old.
  useEffect(() => {
    dismiss();
  }, [draft]);

  const wide = useWide();
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

  const { findings, blocking, settle } = useFindings({ draft, chosen, zone, previews, problem });
  const submit = (as: Saving) => {
    const inTheWay = blocking(as);
    if (inTheWay.length === 0) {
      setWaiting(null);
      void save(newPost(draft, channels, zone, as === 'publish' ? 'publish' : 'draft'), as);
    } else if (inTheWay.every(settle)) {
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

  useKeys({
    // What is to leave at its hour keeps it: only its words change.
    onSave: () => submit(planned && draft.when.mode !== 'now' ? 'publish' : 'stay'),
    onPublish: () => submit('publish'),
    onTab: (n) => {
      const id = n === 0 ? COMMON : chosen[n - 1]?.id;
      if (id) showTab(id);
    },
    off: dialog !== null || versions.conflict !== null,
  });

  const fixesFor = useFixes({
    draft,
    chosen,
    kinds,
    nameOf,
    dispatch,
    retry: uploads.retry,
    write: () => {
      setTab(COMMON);
      requestAnimationFrame(() => text.current?.focus());
    },
    showTab,
  });

  const costs = chosen.flatMap((channel) => {
    const cost = previews.list.find((p) => p.channel_id === channel.id)?.cost;
    return cost && cost.amount > 0 ? [{ channel, cost }] : [];
  });
  const at = resolveWall(draft.when.wall, zone);
  const instant =
    draft.when.mode === 'now' || at.kind === 'gap' ? null : at.kind === 'once' ? at.instant : at[draft.when.fold];
  const [opened] = useState(() => Date.now());
  const plan = usePlan({
    zone,
    // Nothing is written: nothing is close to anything.
    at: idle ? null : instant ? Date.parse(instant) : draft.when.mode === 'now' ? opened : null,
    channels: draft.channels,
    self: writer.place?.id,
  });
  const practice = chosen.filter((c) => c.practice);
  const startOver = () => {
    const fresh = first ? draftOf(first, zone) : emptyDraft(channels, kinds, zone);
    dispatch({ type: 'replace', draft: fresh });
    setResumed(false);
  };
  const useTemplate = ({ title, text: words, after }: { title: string; text: string; after: boolean }) => {
    const before = draft;
    dispatch({ type: 'say', title, text: words, after });
    setTab(COMMON);
    if (before.text.trim() !== '' && !after)
      say(keeping('replaced'), {
        action: { label: keeping('undo'), run: () => dispatch({ type: 'replace', draft: before }) },
      });
    requestAnimationFrame(() => text.current?.focus());
  };

  return (
    <div className="flex min-h-dvh flex-col lg:h-full lg:min-h-0">
      <PageHead
        title={editing ? t('editTitle') : t('title')}
        takesFocus={start.draft.text !== ''}
        sub={
          kept.kept && (
            <span role="status" className="inline-flex items-center gap-1.5">
              {kept.kept.where === 'server' ? (
                <CloudCheck size={15} aria-hidden />
              ) : (
                <HardDriveDownload size={15} aria-hidden />
              )}
              {kept.kept.where === 'server'
                ? keeping('onServer', { at: format(kept.kept.at, 'time') })
                : t('kept', { at: format(kept.kept.at, 'time') })}
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
      >
        {!editing && <StartPoints onTemplate={() => setDialog('template')} className="hidden lg:flex" />}
      </PageHead>
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
                  {first ? keeping('discard') : t('startOver')}
                </Button>
              </div>
            </Notice>
          )}
          {!editing && idle && (
            <StartPoints onTemplate={() => setDialog('template')} className="-mx-2.5 -my-1 flex flex-wrap lg:hidden" />
          )}
          <ChannelPicker channels={channels} kinds={kinds} chosen={draft.channels} dispatch={dispatch} />
          <Later>
            <TextPanel
              draft={draft}
              dispatch={dispatch}
              chosen={chosen}
              kinds={kinds}
              nameOf={nameOf}
              counters={counters(draft, chosen, kinds, previews.fresh ? previews.list : [])}
              findings={findings}
              fixesFor={fixesFor}
              tab={shownTab}
              onTab={showTab}
              onFiles={uploads.add}
              onLibrary={() => setDialog('library')}
              textRef={text}
            />
            <Later>
              <ImagesPanel
                draft={draft}
                dispatch={dispatch}
                kinds={kinds}
                previews={previews.list}
                findings={findings}
                fixesFor={fixesFor}
                nameOf={nameOf}
                hovering={hovering}
                uploads={uploads}
                onLibrary={() => setDialog('library')}
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
            </Later>
          </Later>
          {problem && <SaveProblem problem={problem} isNew={writer.place === null} />}
        </div>
        <Suspense fallback={<div />}>
          {(wide || pane === 'preview') && (
            <PreviewPane
              draft={draft}
              chosen={chosen}
              kinds={kinds}
              nameOf={nameOf}
              previews={previews}
              when={instant ? format(instant, 'short') : t('whenNow')}
              shown={shownPreview}
              onShow={setPreviewed}
            />
          )}
        </Suspense>
      </div>
      <Later>
        <ActionBar
          when={draft.when}
          zone={zone}
          plan={plan}
          dispatch={dispatch}
          findings={findingsAt(findings, 'when')}
          count={chosen.length}
          practising={practice.length > 0}
          real={chosen.filter((c) => !c.practice).map((c) => nameOf(c.id))}
          planned={planned}
          saving={saving ?? waiting}
          onPublish={() => submit('publish')}
          onDraft={() => submit('draft')}
        />
      </Later>
      <Suspense>
        {dialog === 'template' && (
          <TemplateDialog
            begun={begun}
            hasText={draft.text.trim() !== ''}
            onUse={useTemplate}
            onClose={() => setDialog(null)}
          />
        )}
        {dialog === 'library' && (
          <MediaPicker onPick={(media) => dispatch({ type: 'take', media })} onClose={() => setDialog(null)} />
        )}
        {versions.conflict && (
          <VersionDialog
            theirs={versions.conflict.theirs}
            mine={draft.text || draft.title}
            onTheirs={versions.takeTheirs}
            onMine={versions.keepMine}
          />
        )}
      </Suspense>
    </div>
  );
}
