import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Send, Trash2 } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import { Form, Label, TextArea, TextField } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { $api, queryClient } from '../../api/client';
import { type Consent, mediaQuery, refreshLibrary } from '../../api/media';
import { fieldErrors, toProblem } from '../../api/problem';
import type { Media } from '../../api/types';
import { useLanguage } from '../../i18n';
import { useDates } from '../../i18n/useDates';
import { Button, buttonLook } from '../../ui/Button';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { Dialog, DialogBody, DialogFooter } from '../../ui/Dialog';
import { Field, inputLook } from '../../ui/Field';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { Segmented } from '../../ui/Segmented';
import { say } from '../../ui/toast';
import { FlagTag } from './Picture';
import { flagsOf, LICENCES } from './rights';
import { Uses } from './Uses';

const MEGABYTE = 1_000_000;

/** What is known of a picture, read anew if only its id is. */
export function PictureDialog({
  id,
  known,
  today,
  onClose,
}: {
  id: string;
  known: Media | undefined;
  today: string;
  onClose: () => void;
}) {
  const t = useTranslations('library');
  const { data = known, error } = useQuery({ ...mediaQuery(id), enabled: known === undefined });
  return (
    <Dialog title={data?.name || t('unnamed')} wide isOpen onOpenChange={(open) => !open && onClose()}>
      {data ? (
        <Known key={data.id} media={data} today={today} onClose={onClose} />
      ) : (
        <DialogBody>
          {error ? <ProblemNotice problem={toProblem(error)} /> : <p role="status">{t('loading')}</p>}
        </DialogBody>
      )}
    </Dialog>
  );
}

function Known({ media, today, onClose }: { media: Media; today: string; onClose: () => void }) {
  const t = useTranslations('library');
  const format = useDates();
  const { locale } = useLanguage();
  const licences = useId();
  const [alt, setAlt] = useState(media.alt);
  const [credit, setCredit] = useState(media.credit);
  const [licence, setLicence] = useState(media.licence);
  const [consent, setConsent] = useState<Consent>(media.consent);
  const [note, setNote] = useState(media.consent_note);
  const [lastDay, setLastDay] = useState(media.expires_on ?? '');
  const [deleting, ask] = useState(false);
  const path = { id: media.id };
  const save = $api.useMutation('patch', '/media/{id}', {
    onSuccess: (saved) => {
      queryClient.setQueryData(mediaQuery(media.id).queryKey, saved);
      void refreshLibrary();
      say(t('saved'));
      onClose();
    },
  });
  const remove = $api.useMutation('delete', '/media/{id}', {
    onSuccess: async () => {
      // Closed before, it would hand the focus to a picture that is about to go.
      await refreshLibrary();
      say(t('deleted'));
      onClose();
    },
  });
  const problem = save.error ? toProblem(save.error) : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({
      params: { path },
      body: { alt, credit, licence, consent, consent_note: note, expires_on: lastDay || null },
    });
  };
  return (
    <Form onSubmit={submit} validationErrors={fieldErrors(problem)} validationBehavior="aria">
      <DialogBody>
        <div className="grid gap-5 md:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
          <div className="min-w-0 space-y-3">
            <img src={media.url} alt={media.alt} className="max-h-80 w-full rounded-md bg-sunken object-contain" />
            <p className="text-xs text-ink-2">
              {t('facts', {
                width: media.width,
                height: media.height,
                size: new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(media.bytes / MEGABYTE),
                at: format(media.created_at, 'day'),
              })}
            </p>
            <div className="flex flex-wrap gap-1">
              {flagsOf(media, today).map((flag) => (
                <FlagTag key={flag} flag={flag} />
              ))}
            </div>
            <div>
              <h3 className="mb-1.5 text-sm font-bold">{t('whereUsed')}</h3>
              <Uses id={media.id} />
            </div>
          </div>
          <div className="min-w-0 space-y-4">
            <TextField value={alt} onChange={setAlt} name="alt" maxLength={1500}>
              <Label className="mb-1 block text-sm font-semibold">{t('alt')}</Label>
              <TextArea rows={3} placeholder={t('altPlaceholder')} className={`${inputLook} py-2`} />
            </TextField>
            <Field label={t('credit')} name="credit" value={credit} onChange={setCredit} maxLength={200} />
            <Field
              label={t('licence')}
              name="licence"
              value={licence}
              onChange={setLicence}
              maxLength={200}
              input={{ list: licences }}
            />
            <datalist id={licences}>
              {[...LICENCES, t('ownLicence'), t('allRights')].map((name) => (
                <option key={name} value={name} />
              ))}
            </datalist>
            <div>
              <p className="mb-1 text-sm font-semibold">{t('consent')}</p>
              <div className="scroll-none overflow-x-auto">
                <Segmented<Consent>
                  label={t('consent')}
                  value={consent}
                  onChange={setConsent}
                  items={[
                    { id: 'unknown', label: t('consentUnknown') },
                    { id: 'not_needed', label: t('consentNotNeeded') },
                    { id: 'given', label: t('consentGiven') },
                    { id: 'refused', label: t('consentRefused') },
                  ]}
                />
              </div>
            </div>
            {consent === 'given' && (
              <Field
                label={t('consentNote')}
                help={t('consentNoteHelp')}
                name="consent_note"
                value={note}
                onChange={setNote}
                maxLength={500}
              />
            )}
            <Field
              label={t('lastDay')}
              help={t('lastDayHelp')}
              name="expires_on"
              type="date"
              value={lastDay}
              onChange={setLastDay}
            />
          </div>
        </div>
        {problem && <ProblemNotice problem={problem} />}
      </DialogBody>
      <DialogFooter>
        <Button variant="ghost" className="mr-auto" onPress={() => ask(true)}>
          <Trash2 size={16} aria-hidden />
          {t('delete')}
        </Button>
        <Link to="/compose" search={{ media: media.id }} preload={false} className={buttonLook()} data-button>
          <Send size={16} aria-hidden />
          {t('publishWith')}
        </Link>
        <Button type="submit" variant="primary" isPending={save.isPending}>
          {t('save')}
        </Button>
      </DialogFooter>
      <ConfirmDialog
        title={t('deleteTitle')}
        verb={t('delete')}
        danger
        isOpen={deleting}
        onOpenChange={ask}
        isPending={remove.isPending}
        problem={remove.error ? toProblem(remove.error) : null}
        onConfirm={() => remove.mutate({ params: { path } })}
      >
        <p>{t('deleteWhat')}</p>
      </ConfirmDialog>
    </Form>
  );
}
