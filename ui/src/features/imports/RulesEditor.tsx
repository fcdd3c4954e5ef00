import { useSuspenseQuery } from '@tanstack/react-query';
import { ArrowUp, Plus, Trash2 } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { channelsQuery, kindsQuery } from '../../api/channels';
import type { ImportAction, ImportRule, Source } from '../../api/imports';
import { Button, IconButton } from '../../ui/Button';
import { Field } from '../../ui/Field';
import { defaultChannels } from '../composer/state';
import { ChannelChoice } from './ChannelChoice';
import { Choice } from './Choice';
import { channelsFor } from './channelsFor';

const ACTIONS: ImportAction[] = ['proposal', 'draft', 'schedule', 'ignore'];

/** What becomes of the items of a source: the first rule that matches counts. */
export function RulesEditor({
  rules,
  categories,
  source,
  errors,
  onChange,
}: {
  rules: ImportRule[];
  categories: string[];
  source: Pick<Source, 'url' | 'public_url'>;
  errors: Record<string, string[]>;
  onChange: (rules: ImportRule[]) => void;
}) {
  const t = useTranslations('sources');
  const actions = useTranslations('importAction');
  const { data } = useSuspenseQuery(channelsQuery);
  const { data: kinds } = useSuspenseQuery(kindsQuery);
  const usable = channelsFor(data.channels, kinds.kinds, source);
  const change = (at: number, changed: Partial<ImportRule>) =>
    onChange(rules.map((rule, i) => (i === at ? { ...rule, ...changed } : rule)));
  const act = (at: number, action: ImportAction) => {
    const rule = rules[at];
    const channels = rule?.channels?.length ? rule.channels : defaultChannels(usable, kinds.kinds);
    change(at, {
      action,
      ...(action === 'draft' || action === 'schedule' ? { channels } : { channels: [] }),
      at: action === 'schedule' ? rule?.at || '09:00' : '',
    });
  };
  const raise = (at: number) => {
    const before = rules[at - 1];
    const rule = rules[at];
    if (before && rule) onChange(rules.map((r, i) => (i === at ? before : i === at - 1 ? rule : r)));
  };

  return (
    <fieldset className="space-y-3">
      <legend className="text-sm font-bold">{t('rules')}</legend>
      <p className="text-sm text-ink-2">{t('rulesHint')}</p>
      {categories.length > 0 && (
        <p className="text-sm text-ink-2">{t('categoriesSeen', { list: categories.slice(0, 12).join(', ') })}</p>
      )}
      <ol className="space-y-3">
        {rules.map((rule, i) => (
          <li key={i} className="space-y-3 rounded-md border border-line bg-surface-2 p-3">
            <div className="flex flex-wrap items-start gap-3">
              <Field
                label={t('category')}
                help={t('categoryHelp')}
                note={<span />}
                className="min-w-0 flex-1 basis-44"
                maxLength={60}
                value={rule.category ?? ''}
                onChange={(category) => change(i, { category })}
              />
              <Choice
                label={t('action')}
                className="flex-1 basis-44"
                value={rule.action}
                items={ACTIONS.map((id) => ({ id, label: actions(id) }))}
                onChange={(action) => act(i, action)}
              />
              {rule.action === 'schedule' && (
                <Field
                  label={t('hour')}
                  note={<span />}
                  isRequired
                  className="w-32"
                  input={{ type: 'time' }}
                  value={rule.at ?? ''}
                  onChange={(at) => change(i, { at })}
                />
              )}
              <div className="flex gap-1 pt-6">
                {i > 0 && <IconButton label={t('raise', { n: i + 1 })} icon={ArrowUp} onPress={() => raise(i)} />}
                <IconButton
                  label={t('dropRule', { n: i + 1 })}
                  icon={Trash2}
                  onPress={() => onChange(rules.filter((_, other) => other !== i))}
                />
              </div>
            </div>
            {(rule.action === 'draft' || rule.action === 'schedule') && (
              <ChannelChoice
                channels={usable}
                chosen={rule.channels ?? []}
                label={t('ruleChannels')}
                problem={errors[`rules[${i}].channels`]?.join(' ')}
                onChange={(channels) => change(i, { channels })}
              />
            )}
            {errors[`rules[${i}].at`] && (
              <p className="text-sm font-medium text-failed">{errors[`rules[${i}].at`]?.join(' ')}</p>
            )}
          </li>
        ))}
      </ol>
      <Button
        size="sm"
        isDisabled={rules.length >= 30}
        onPress={() => onChange([...rules, { category: '', action: 'proposal', channels: [], at: '' }])}
      >
        <Plus size={16} aria-hidden />
        {t('addRule')}
      </Button>
    </fieldset>
  );
}
