import { useTranslations } from 'use-intl';
import { Notice } from '../../ui/ProblemNotice';
import type { Gap } from './form';

/** What must be completed, said only once somebody wanted to go on. */
export function Gaps({ gaps }: { gaps: Gap[] }) {
  const t = useTranslations('eventGap');
  if (gaps.length === 0) return null;
  return (
    <Notice tone="failed" role="alert">
      <ul>
        {gaps.map((gap) => (
          <li key={gap} className="font-medium">
            {t(gap)}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
