import clsx from 'clsx';
import { OctagonAlert, Pencil, Undo2 } from 'lucide-react';
import { type Dispatch, type RefObject, useEffect, useState } from 'react';
import { Input, Label, Tab, TabList, TabPanel, Tabs, Text, TextArea, TextField } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import type { Channel, Kind } from '../../api/types';
import { Button } from '../../ui/Button';
import { NetworkGlyph } from '../../ui/Network';
import { Panel } from '../../ui/Panel';
import { Counters } from './Counters';
import type { Counter } from './counters';
import { FindingList } from './FindingList';
import { type Finding, findingsAt } from './findings';
import type { Fix } from './fixes';
import { titled } from './labels';
import type { Change, Draft, Scope } from './state';
import { TextTools } from './TextTools';

export const COMMON = 'common';

type Props = {
  draft: Draft;
  dispatch: Dispatch<Change>;
  chosen: Channel[];
  kinds: Kind[];
  nameOf: (id: string) => string;
  counters: Counter[];
  findings: Finding[];
  fixesFor: (finding: Finding) => Fix[];
  tab: string;
  onTab: (tab: string) => void;
  onFiles: (files: Iterable<File>) => void;
  onLibrary: () => void;
  textRef: RefObject<HTMLTextAreaElement | null>;
};

/** The text, once for all, and once more for each channel that says it otherwise. */
export function TextPanel(props: Props) {
  const {
    draft,
    dispatch,
    chosen,
    kinds,
    nameOf,
    counters,
    findings,
    fixesFor,
    tab,
    onTab,
    onFiles,
    onLibrary,
    textRef,
  } = props;
  const t = useTranslations('compose');
  const [linkOpen, setLinkOpen] = useState(false);
  const [begins] = useState(draft.text === '');
  // Not with the first drawing: the page would have to be laid out before it is whole.
  useEffect(() => {
    if (!begins) return;
    const id = requestAnimationFrame(() => textRef.current?.focus());
    return () => cancelAnimationFrame(id);
  }, [begins, textRef]);
  const linkShown = linkOpen || draft.link !== '';
  const broken = (id: string) =>
    counters.some((c) => c.channel.id === id && c.state === 'over') ||
    findings.some(
      (f) => f.severity === 'error' && f.channels.includes(id) && (f.place === 'text' || f.place === 'title'),
    );

  return (
    <Panel>
      <Tabs selectedKey={tab} onSelectionChange={(key) => onTab(String(key))}>
        <TabList aria-label={t('textFor')} className="scroll-none flex gap-1 overflow-x-auto border-b border-line px-2">
          <TextTab id={COMMON} selected={tab === COMMON}>
            {t('common')}
          </TextTab>
          {chosen.map((c) => (
            <TextTab key={c.id} id={c.id} selected={tab === c.id}>
              <NetworkGlyph kind={c.kind} size={16} />
              <span className={clsx(tab !== c.id && 'sr-only')}>{nameOf(c.id)}</span>
              {broken(c.id) ? (
                <OctagonAlert size={15} className="text-failed" aria-label={t('toCorrect')} />
              ) : (
                draft.overrides[c.id] && (
                  <span className="size-1.5 rounded-full bg-brass">
                    <span className="sr-only">{t('adapted')}</span>
                  </span>
                )
              )}
            </TextTab>
          ))}
        </TabList>
        <TabPanel id={COMMON} className="outline-none">
          <TextFields {...props} scope="common" channels={chosen.filter((c) => titled(c, kinds))} />
        </TabPanel>
        {chosen.map((c) => (
          <TabPanel key={c.id} id={c.id} className="outline-none">
            <OwnTextBanner
              name={nameOf(c.id)}
              own={draft.overrides[c.id] !== undefined}
              onAdapt={() => dispatch({ type: 'adapt', channel: c.id, titled: titled(c, kinds) })}
              onFollow={() => dispatch({ type: 'follow', channel: c.id })}
            />
            <TextFields {...props} scope={{ channel: c.id }} channels={titled(c, kinds) ? [c] : []} />
          </TabPanel>
        ))}
      </Tabs>
      {linkShown && (
        <div className="border-t border-line px-4 py-3">
          <TextField type="url" value={draft.link} onChange={(value) => dispatch({ type: 'link', value })}>
            <Label className="text-sm font-semibold">{t('link')}</Label>
            <Input
              placeholder={t('linkPlaceholder')}
              className="mt-1 block h-10 w-full rounded-md border border-line-strong bg-surface px-3 text-base placeholder:text-ink-3 max-lg:h-11"
            />
          </TextField>
          <div className="mt-1.5">
            <FindingList findings={findingsAt(findings, 'link')} nameOf={nameOf} fixesFor={fixesFor} />
          </div>
        </div>
      )}
      <div className="flex flex-wrap items-center gap-x-1 gap-y-2 border-t border-line px-2 py-1.5">
        <TextTools
          textRef={textRef}
          locked={tab !== COMMON && draft.overrides[tab]?.text === undefined}
          onInsert={(at, until, words) =>
            dispatch({ type: 'insert', scope: tab === COMMON ? 'common' : { channel: tab }, at, until, words })
          }
          onFiles={onFiles}
          onLibrary={onLibrary}
          onLink={linkShown ? undefined : () => setLinkOpen(true)}
        />
        <div className="ml-auto pr-2">
          <Counters counters={counters} nameOf={nameOf} />
        </div>
      </div>
    </Panel>
  );
}

function TextTab({ id, selected, children }: { id: string; selected: boolean; children: React.ReactNode }) {
  return (
    <Tab
      id={id}
      className={clsx(
        '-mb-px inline-flex h-11 shrink-0 cursor-pointer items-center gap-1.5 border-b-2 px-3 text-sm hover:text-ink',
        selected ? 'border-accent font-bold text-accent-ink' : 'border-transparent font-medium text-ink-2',
      )}
    >
      {children}
    </Tab>
  );
}

function OwnTextBanner({
  name,
  own,
  onAdapt,
  onFollow,
}: {
  name: string;
  own: boolean;
  onAdapt: () => void;
  onFollow: () => void;
}) {
  const t = useTranslations('compose');
  return (
    <div
      className={clsx(
        'flex flex-wrap items-center justify-between gap-2 border-b border-line px-4 py-2 text-sm',
        own ? 'bg-brass-soft text-brass-ink' : 'bg-surface-2 text-ink-2',
      )}
    >
      <span>{own ? t('ownText', { name }) : t('followsCommon', { name })}</span>
      {own ? (
        <Button size="sm" variant="brass" onPress={onFollow}>
          <Undo2 size={15} aria-hidden />
          {t('follow')}
        </Button>
      ) : (
        <Button size="sm" onPress={onAdapt}>
          <Pencil size={15} aria-hidden />
          {t('adapt', { name })}
        </Button>
      )}
    </div>
  );
}

function TextFields({
  draft,
  dispatch,
  scope,
  channels,
  findings,
  fixesFor,
  nameOf,
  textRef,
}: Props & { scope: Scope; channels: Channel[] }) {
  const t = useTranslations('compose');
  const common = scope === 'common';
  const override = common ? undefined : draft.overrides[scope.channel];
  const own = common || override !== undefined;
  // What is wrong with a channel's own text is said beside that text.
  const about = ({ channels: ids }: Finding) =>
    ids.length === 0 || (common ? ids.some((id) => !draft.overrides[id]) : ids.includes(scope.channel));
  const titleFindings = findingsAt(findings, 'title').filter(about);
  const textFindings = findingsAt(findings, 'text').filter((f) => about(f) && !('local' in f.say));
  const invalid = (list: Finding[]) => !common && list.some((f) => f.severity === 'error');
  const write = (field: 'title' | 'text') => (value: string) => dispatch({ type: 'write', scope, field, value });

  return (
    <>
      {channels.length > 0 && (
        <TextField
          value={override?.title ?? draft.title}
          onChange={write('title')}
          isReadOnly={!own}
          isInvalid={invalid(titleFindings)}
          className="block border-b border-line px-4 py-1"
        >
          <span className="flex items-center gap-3">
            <Label className="text-sm font-semibold text-ink-2">{t('titleField')}</Label>
            <Input
              maxLength={1000}
              className={clsx(
                'h-10 min-w-0 flex-1 bg-transparent text-base font-bold outline-none focus-visible:outline-2 focus-visible:-outline-offset-2 max-lg:text-[1rem]',
                !own && 'text-ink-3',
              )}
            />
            {common && (
              <Text slot="description" className="max-w-2/5 truncate text-xs text-ink-3">
                {t('titleFor', { names: channels.map((c) => nameOf(c.id)).join(', ') })}
              </Text>
            )}
          </span>
          <FindingList findings={titleFindings} nameOf={nameOf} fixesFor={fixesFor} />
        </TextField>
      )}
      <TextField
        value={override?.text ?? draft.text}
        onChange={write('text')}
        isReadOnly={!own}
        isInvalid={invalid(textFindings)}
      >
        <Label className="sr-only">{common ? t('text') : t('textOf', { name: nameOf(scope.channel) })}</Label>
        <TextArea
          ref={textRef}
          placeholder={t('placeholder')}
          className={clsx(
            'block field-sizing-content min-h-[200px] w-full resize-none bg-transparent px-4 py-3.5 text-[1rem] leading-[1.55] outline-none placeholder:text-ink-3',
            'focus-visible:outline-2 focus-visible:-outline-offset-2',
            !own && 'text-ink-3',
          )}
        />
      </TextField>
      {textFindings.length > 0 && (
        <div className="px-4 pb-3">
          <FindingList findings={textFindings} nameOf={nameOf} fixesFor={fixesFor} />
        </div>
      )}
    </>
  );
}
