import { useSuspenseQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { channelsQuery } from '../../api/channels';
import type { ImportRule } from '../../api/imports';
import { useLanguage } from '../../i18n';

/** Says what a rule does, in one sentence. */
export function useRuleWords(): (rule: ImportRule) => string {
  const t = useTranslations('sources');
  const { locale } = useLanguage();
  const { data } = useSuspenseQuery(channelsQuery);
  const list = new Intl.ListFormat(locale, { type: 'conjunction' });
  return (rule) => {
    const names = (rule.channels ?? []).flatMap((id) => data.channels.find((c) => c.id === id)?.name ?? []);
    return t('rule', {
      all: rule.category ? 'no' : 'yes',
      category: rule.category ?? '',
      action: rule.action,
      at: rule.at ?? '',
      channels: names.length > 0 ? list.format(names) : 'none',
    });
  };
}
