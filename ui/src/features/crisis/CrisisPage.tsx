import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { crisisQuery, templatesQuery } from '../../api/crisis';
import { mayAlert, useSession } from '../../api/session';
import { CrisisMessages } from '../../i18n/crisis';
import { buttonLook } from '../../ui/Button';
import { Later } from '../../ui/Later';
import { AlertForm } from './AlertForm';
import { Contacts } from './Contacts';
import { Card, Frame } from './Frame';
import { lastKnown, remember } from './lastKnown';
import { ModeSwitch } from './ModeSwitch';
import { Running } from './Running';
import { useSkin } from './useSkin';

const route = getRouteApi('/signed-in/crisis');

/** From here an alert leaves in three acts: this page, what happens, hold. */
export const CrisisPage = () => (
  <CrisisMessages>
    <Alert />
  </CrisisMessages>
);

function Alert() {
  const t = useTranslations('alert');
  const { exercise = false } = route.useSearch();
  const session = useSession();
  const navigate = useNavigate();
  const state = useQuery(crisisQuery).data;
  const templates = useQuery(templatesQuery).data?.templates;
  const [known] = useState(lastKnown);
  const [alongside, setAlongside] = useState(false);
  // What is being sent is followed to its end, although the alert may be known before the answer to it.
  const [busy, setBusy] = useState(false);
  useSkin(exercise);
  useEffect(() => {
    if (state && templates) remember({ contacts: state.contacts, templates });
  }, [state, templates]);
  const contacts = state?.contacts ?? known.contacts;
  // A real alert comes before everything, exercises too.
  const running = (state?.broadcasts ?? []).filter((b) => exercise || !b.exercise);
  const frame = (children: ReactNode) => (
    <Frame
      title={exercise ? t('exerciseTitle') : t('pageTitle')}
      sub={t('commune', { name: session.commune.name })}
      side={
        <ModeSwitch
          exercise={exercise}
          onChange={(on) => void navigate({ to: '/crisis', search: on ? { exercise: true } : {}, replace: true })}
        />
      }
    >
      <Later>{children}</Later>
    </Frame>
  );
  if (!mayAlert(session))
    return frame(
      <div className="mx-auto max-w-[760px] space-y-5 px-4 py-4 lg:px-8">
        <Card title={t('noRight')}>
          <p className="text-ink-2">{t('noRightStep')}</p>
          <Link to="/posts" className={buttonLook('secondary', 'lg', 'mt-4')}>
            {t('back')}
          </Link>
        </Card>
        <Contacts contacts={contacts} />
      </div>,
    );
  if (running.length > 0 && !busy && !(alongside && !exercise))
    return frame(
      <Running running={running} exercise={exercise} contacts={contacts} onAlongside={() => setAlongside(true)} />,
    );
  return frame(
    <AlertForm
      key={String(exercise)}
      exercise={exercise}
      alongside={alongside}
      state={state}
      contacts={contacts}
      templates={templates ?? known.templates}
      onBusy={setBusy}
    />,
  );
}
