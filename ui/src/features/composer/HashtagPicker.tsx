import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { $api } from '../../api/client';
import { toProblem } from '../../api/problem';
import { Button } from '../../ui/Button';
import { ProblemNotice } from '../../ui/ProblemNotice';

/** The commune's prepared hashtags, by group, and its signature. */
export function HashtagPicker({
  onTags,
  onSignature,
}: {
  onTags: (tags: string[]) => void;
  onSignature: (signature: string) => void;
}) {
  const t = useTranslations('insert');
  const { data, error } = $api.useQuery('get', '/publishing-settings', {}, { staleTime: 60_000 });
  if (error) return <ProblemNotice problem={toProblem(error)} />;
  if (!data) return <p className="p-1 text-sm text-ink-2">{t('loading')}</p>;
  return (
    <div className="w-[320px] max-w-full space-y-3">
      {data.hashtag_groups.length === 0 && (
        <p className="text-sm text-ink-2">
          {t('noGroups')}{' '}
          <Link to="/settings" className="rounded font-semibold text-accent-ink underline underline-offset-2">
            {t('toSettings')}
          </Link>
        </p>
      )}
      {data.hashtag_groups.map((group) => (
        <section key={group.name}>
          <div className="flex items-center justify-between gap-2">
            <h3 className="text-sm font-bold">{group.name}</h3>
            <Button
              size="sm"
              variant="ghost"
              aria-label={t('allOf', { name: group.name })}
              onPress={() => onTags(group.tags)}
            >
              {t('all')}
            </Button>
          </div>
          <div className="mt-1 flex flex-wrap gap-1.5">
            {group.tags.map((tag) => (
              <Button key={tag} size="sm" className="max-w-full truncate rounded-full" onPress={() => onTags([tag])}>
                {tag}
              </Button>
            ))}
          </div>
        </section>
      ))}
      {data.signature !== '' && (
        <section className="border-t border-line pt-3">
          <h3 className="text-sm font-bold">{t('signature')}</h3>
          <p className="mt-1 text-sm break-words whitespace-pre-wrap text-ink-2">{data.signature}</p>
          <Button size="sm" className="mt-2" onPress={() => onSignature(data.signature)}>
            {t('sign')}
          </Button>
        </section>
      )}
    </div>
  );
}
