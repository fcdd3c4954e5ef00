import { useSuspenseQuery } from '@tanstack/react-query';
import { Moon, SlidersHorizontal } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslations } from 'use-intl';
import { type EventPlan, recipesQuery } from '../../api/events';
import { Button } from '../../ui/Button';

const RecipeDialog = lazy(() => import('./RecipeDialog').then((m) => ({ default: m.RecipeDialog })));

/** The quiet hours and the spacing that a series keeps, and the way to the recipe that says so. */
export function Rules({ category, plan }: { category: string; plan?: EventPlan | undefined }) {
  const t = useTranslations('events');
  const { recipes } = useSuspenseQuery(recipesQuery).data;
  const [open, setOpen] = useState(false);
  const recipe = recipes.find((r) => r.category === category) ?? recipes.find((r) => r.category === '');
  const rules = plan ?? recipe;
  return (
    <div className="flex flex-wrap items-center gap-x-3 text-xs text-ink-2">
      {rules && (
        <span className="inline-flex items-center gap-1.5">
          <Moon size={14} aria-hidden />
          {t('rules', { from: rules.quiet_from, to: rules.quiet_to, minutes: rules.spacing_minutes })}
        </span>
      )}
      <Button size="sm" onPress={() => setOpen(true)}>
        <SlidersHorizontal size={15} aria-hidden />
        {t('recipe')}
      </Button>
      {open && (
        <Suspense>
          <RecipeDialog category={category} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </div>
  );
}
