import { ChevronRight } from 'lucide-react';
import {
  Button as AriaButton,
  Checkbox,
  Disclosure,
  DisclosurePanel,
  Heading,
  ToggleButton,
} from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { changePictures, type PictureChange } from '../../pictures/picture';
import { Field } from '../../ui/Field';
import { Panel } from '../../ui/Panel';
import { Segmented } from '../../ui/Segmented';
import { ChannelsField } from './ChannelsField';
import { DatesField } from './DatesField';
import type { EventForm, PartyFields } from './form';
import { PicturesField } from './PicturesField';
import { parsePoint } from './point';
import { LinesField } from './TextField';
import { Tick } from './Tick';

const LANGUAGES = ['fr', 'nl', 'de', 'en', 'wa', 'lsfb'] as const;

type Set = (changed: Partial<EventForm> | ((form: EventForm) => Partial<EventForm>)) => void;

/** What an event is. What most events need is in sight; the rest opens. */
export function EventFields({ form, set }: { form: EventForm; set: Set }) {
  const t = useTranslations('events');
  const pictures = (c: PictureChange) => set((current) => ({ pictures: changePictures(current.pictures, c) }));
  return (
    <Panel title={t('theEvent')}>
      <div className="space-y-4 px-4 pb-4">
        <Field
          label={t('name')}
          name="title"
          isRequired
          maxLength={150}
          value={form.title}
          onChange={(title) => set({ title })}
        />
        <DatesField
          dates={form.dates}
          allDay={form.allDay}
          onDates={(dates) => set({ dates })}
          onAllDay={(allDay) => set({ allDay })}
        />
        <Field label={t('place')} name="place" value={form.place} onChange={(place) => set({ place })} />
        <LinesField
          label={t('description')}
          name="description"
          value={form.description}
          onChange={(description) => set({ description })}
        />
        <ChannelsField value={form.channels} onChange={(channels) => set({ channels })} />
        <PicturesField value={form.pictures} channels={form.channels} dispatch={pictures} />
        <Field
          label={t('link')}
          name="link"
          type="url"
          value={form.link}
          onChange={(link) => set({ link })}
          input={{ placeholder: 'https://' }}
        />
        <More form={form} set={set} />
      </div>
    </Panel>
  );
}

function More({ form, set }: { form: EventForm; set: Set }) {
  const t = useTranslations('events');
  const tongue = useTranslations('eventLanguage');
  const unreadable = form.point.trim() !== '' && !parsePoint(form.point);
  return (
    <Disclosure className="border-t border-line pt-3">
      <Heading level={3}>
        <AriaButton
          slot="trigger"
          className="group flex min-h-9 w-full cursor-pointer items-center gap-2 rounded-md text-sm font-semibold text-accent-ink"
        >
          <ChevronRight size={17} aria-hidden className="transition-transform group-aria-expanded:rotate-90" />
          {t('more')}
          <span className="truncate text-xs font-normal text-ink-3">{t('moreHint')}</span>
        </AriaButton>
      </Heading>
      <DisclosurePanel>
        <div className="space-y-4 pt-3">
          <Field label={t('address')} value={form.address} onChange={(address) => set({ address })} />
          <Field
            label={t('point')}
            name="point"
            value={form.point}
            onChange={(point) => set({ point })}
            isInvalid={unreadable}
            validationBehavior="aria"
            help={unreadable ? t('pointUnreadable') : t('pointHelp')}
            input={{ placeholder: '50.4674, 4.8720' }}
          />
          <div className="space-y-2">
            <span className="block text-sm font-semibold">{t('price')}</span>
            <Segmented
              label={t('price')}
              value={form.price}
              onChange={(price) => set({ price })}
              items={[
                { id: 'unsaid', label: t('priceUnsaid') },
                { id: 'free', label: t('priceFree') },
                { id: 'paid', label: t('pricePaid') },
              ]}
            />
            {form.price !== 'unsaid' && (
              <div className="grid gap-3 sm:grid-cols-[120px_1fr]">
                {form.price === 'paid' && (
                  <Field
                    label={t('amount')}
                    isRequired
                    value={form.amount}
                    onChange={(amount) => set({ amount })}
                    input={{ inputMode: 'decimal' }}
                  />
                )}
                <Field
                  label={t('priceNote')}
                  value={form.priceNote}
                  onChange={(priceNote) => set({ priceNote })}
                  className={form.price === 'free' ? 'sm:col-span-2' : ''}
                />
              </div>
            )}
          </div>
          <Party title={t('organizer')} value={form.organizer} onChange={(organizer) => set({ organizer })} />
          <Party title={t('contact')} value={form.contact} onChange={(contact) => set({ contact })} />
          <LinesField
            label={t('accessibility')}
            help={t('accessibilityHelp')}
            value={form.accessibility}
            onChange={(accessibility) => set({ accessibility })}
          />
          <fieldset>
            <legend className="mb-1.5 text-sm font-semibold">{t('languages')}</legend>
            <div className="flex flex-wrap gap-2">
              {LANGUAGES.map((id) => (
                <ToggleButton
                  key={id}
                  isSelected={form.languages.includes(id)}
                  onChange={(on) =>
                    set({ languages: on ? [...form.languages, id] : form.languages.filter((l) => l !== id) })
                  }
                  className="inline-flex h-9 cursor-pointer items-center rounded-full border border-line-strong bg-surface px-3 text-sm font-semibold text-ink-2 hover:bg-surface-2 selected:border-accent selected:bg-accent-soft selected:text-accent-ink max-lg:h-11"
                >
                  {tongue(id)}
                </ToggleButton>
              ))}
            </div>
          </fieldset>
          <Field
            label={t('category')}
            help={t('categoryHelp')}
            value={form.category}
            onChange={(category) => set({ category })}
          />
          <Checkbox
            isSelected={form.listed}
            onChange={(listed) => set({ listed })}
            className="group flex min-h-9 cursor-pointer items-center gap-2 text-sm"
          >
            <Tick />
            {t('listed')}
          </Checkbox>
        </div>
      </DisclosurePanel>
    </Disclosure>
  );
}

function Party({
  title,
  value,
  onChange,
}: {
  title: string;
  value: PartyFields;
  onChange: (value: PartyFields) => void;
}) {
  const t = useTranslations('events');
  return (
    <fieldset>
      <legend className="mb-1.5 text-sm font-semibold">{title}</legend>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={t('partyName')} value={value.name} onChange={(name) => onChange({ ...value, name })} />
        <Field
          label={t('partyPhone')}
          type="tel"
          value={value.phone}
          onChange={(phone) => onChange({ ...value, phone })}
        />
        <Field
          label={t('partyEmail')}
          type="email"
          value={value.email}
          onChange={(email) => onChange({ ...value, email })}
        />
        <Field label={t('partyUrl')} type="url" value={value.url} onChange={(url) => onChange({ ...value, url })} />
      </div>
    </fieldset>
  );
}
