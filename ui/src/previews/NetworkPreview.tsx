import './previews.css';
import clsx from 'clsx';
import {
  ChartNoAxesColumn,
  Earth,
  Ellipsis,
  Forward,
  Globe,
  Heart,
  MessageCircle,
  Repeat2,
  ThumbsUp,
  Upload,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { Preview } from '../api/types';
import { Initial } from '../shell/Wordmark';
import { Album, Picture } from './Pictures';
import { RichText } from './RichText';

export type PreviewProps = {
  preview: Preview;
  /** The network's name, for screen readers. */
  network: string;
  /** The account that publishes. */
  account: string;
  handle?: string;
  /** When, in words. */
  when: string;
};

/** A post drawn as its network draws it. Counts of likes are not invented. */
export function NetworkPreview(props: PreviewProps) {
  const t = useTranslations('preview');
  const label = t('of', { network: props.network });
  switch (props.preview.kind) {
    case 'facebook':
      return (
        <Card label={label} className="look-facebook">
          <Facebook {...props} />
        </Card>
      );
    case 'x':
      return (
        <Card label={label} className="look-x">
          <X {...props} />
        </Card>
      );
    case 'site':
    case 'wordpress':
      return (
        <Card label={label} className={`look-${props.preview.kind}`}>
          <Article {...props} />
        </Card>
      );
    default:
      return (
        <Card label={label}>
          <Plain {...props} />
        </Card>
      );
  }
}

function Card({ label, className, children }: { label: string; className?: string; children: ReactNode }) {
  return (
    <article
      aria-label={label}
      className={clsx('look overflow-hidden rounded-lg shadow-1 [&_svg]:shrink-0', className)}
    >
      {children}
    </article>
  );
}

function LinkCard({ link }: { link: string }) {
  const host = URL.canParse(link) ? new URL(link).host : link;
  return (
    <p className="border-t border-(--look-line) bg-black/4 px-4 py-2.5 text-[13px] text-(--look-2)">
      <span className="block truncate font-semibold text-(--look-ink)">{host}</span>
      <span className="block truncate">{link}</span>
    </p>
  );
}

function Facebook({ preview, account, when }: PreviewProps) {
  const t = useTranslations('preview');
  const actions = [
    { icon: ThumbsUp, word: t('like') },
    { icon: MessageCircle, word: t('comment') },
    { icon: Forward, word: t('share') },
  ];
  return (
    <div className="text-[15px] leading-5">
      <div className="flex gap-2 px-4 pt-3">
        <Initial name={account} />
        <div className="min-w-0 leading-tight">
          <p className="truncate font-semibold">{account}</p>
          <p className="flex items-center gap-1 text-[13px] text-(--look-2)">
            {when} · <Earth size={12} aria-hidden />
          </p>
        </div>
        <Ellipsis size={20} aria-hidden className="ml-auto text-(--look-2)" />
      </div>
      <p className="px-4 pt-2 pb-3">
        <RichText text={preview.text} foldAfter={477} />
      </p>
      <Album images={preview.images} />
      {preview.images.length === 0 && preview.link && <LinkCard link={preview.link} />}
      <div
        aria-hidden
        className="mx-4 flex justify-around border-t border-(--look-line) py-1 font-semibold text-(--look-2) max-sm:text-[13px]"
      >
        {actions.map(({ icon: Icon, word }) => (
          <span key={word} className="flex items-center justify-center gap-1.5 py-1.5">
            <Icon size={19} />
            {word}
          </span>
        ))}
      </div>
    </div>
  );
}

function X({ preview, account, handle, when }: PreviewProps) {
  return (
    <div className="flex gap-3 px-4 py-3 text-[15px] leading-5">
      <Initial name={account} />
      <div className="min-w-0 flex-1">
        <p className="flex items-center gap-1">
          <span className="truncate font-bold">{account}</span>
          <span className="truncate text-(--look-2)">
            {handle ? `${handle} · ` : ''}
            {when}
          </span>
          <Ellipsis size={18} aria-hidden className="ml-auto text-(--look-2)" />
        </p>
        <p className="mt-0.5">
          <RichText text={preview.text} />
        </p>
        <Album images={preview.images} className="mt-3 rounded-2xl border border-(--look-line)" />
        {preview.images.length === 0 && preview.link && !preview.text.includes(preview.link) && (
          <div className="mt-3 overflow-hidden rounded-2xl border border-(--look-line)">
            <LinkCard link={preview.link} />
          </div>
        )}
        <div aria-hidden className="mt-3 flex justify-between pr-2 text-(--look-2)">
          {[MessageCircle, Repeat2, Heart, ChartNoAxesColumn, Upload].map((Icon) => (
            <Icon key={Icon.displayName} size={18} />
          ))}
        </div>
      </div>
    </div>
  );
}

function Article({ preview, account, when }: PreviewProps) {
  const t = useTranslations('preview');
  const [cover, ...others] = preview.images;
  return (
    <>
      <div className="flex items-center gap-2 border-b border-(--look-line) px-4 py-2.5 text-[13px] text-(--look-2)">
        <Globe size={16} aria-hidden />
        <b className="truncate text-(--look-ink)">{account}</b>
        <span>/ {t('news')}</span>
      </div>
      {cover && <Picture image={cover} className="w-full" />}
      <div className="p-4">
        <p className="text-xs font-semibold text-(--look-link)">{when}</p>
        {preview.title && <h3 className="mt-1 text-[21px] leading-tight font-bold">{preview.title}</h3>}
        <p className="mt-2 text-[15px] leading-6">
          <RichText text={preview.text} />
        </p>
        {preview.link && !preview.text.includes(preview.link) && (
          <p className="mt-3 truncate text-[15px] text-(--look-link) underline">{preview.link}</p>
        )}
        {others.length > 0 && (
          <div className="mt-4 grid grid-cols-2 gap-2">
            {others.map((image) => (
              <Picture key={image.media_id} image={image} ratio={4 / 3} className="rounded" />
            ))}
          </div>
        )}
      </div>
    </>
  );
}

/** Networks whose look is not drawn yet. */
function Plain({ preview, account, when }: PreviewProps) {
  return (
    <div className="space-y-3 px-4 py-3 text-[15px] leading-6">
      <p className="flex items-center gap-2">
        <Initial name={account} size={32} />
        <b className="truncate">{account}</b>
        <span className="text-(--look-2)">{when}</span>
      </p>
      {preview.title && <h3 className="text-lg font-bold">{preview.title}</h3>}
      <p>
        <RichText text={preview.text} />
      </p>
      <Album images={preview.images} />
      {preview.link && <LinkCard link={preview.link} />}
    </div>
  );
}
