import { type ReactNode, useEffect } from 'react';
import { useTranslations } from 'use-intl';
import { LanguageToggle, ThemeToggle } from '../../shell/Preferences';
import { Mark } from '../../shell/Wordmark';
import { Later } from '../../ui/Later';

/** Around the pages before signing in. */
export function FrontPage({ title, intro, children }: { title: string; intro?: string; children: ReactNode }) {
  const t = useTranslations('app');
  useEffect(() => {
    document.title = `${title} · Crieur`;
  }, [title]);
  return (
    <div className="grid min-h-dvh grid-rows-[auto_1fr] lg:grid-rows-1 lg:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
      <header className="flex items-center gap-3 bg-nav p-5 lg:flex-col lg:items-start lg:justify-between lg:p-10">
        <div className="flex items-center gap-3">
          <Mark size={44} />
          <p className="text-xl font-bold text-white">Crieur</p>
        </div>
        <p className="max-w-md text-[2rem] leading-tight font-bold tracking-[-.02em] text-balance text-white max-lg:hidden">
          {t('tagline')}
        </p>
        <div className="ml-auto flex lg:ml-0">
          <LanguageToggle className="text-nav-ink hover:bg-white/10 hover:text-white" />
          <ThemeToggle className="text-nav-ink hover:bg-white/10 hover:text-white" />
        </div>
      </header>
      <main className="flex flex-col justify-center px-5 py-8 lg:px-16">
        <Later>
          <div className="w-full max-w-[440px]">
            <h1 className="text-2xl font-bold tracking-[-.01em]">{title}</h1>
            {intro && <p className="mt-2 text-ink-2">{intro}</p>}
            <div className="mt-6">{children}</div>
          </div>
        </Later>
      </main>
    </div>
  );
}
