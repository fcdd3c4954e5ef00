// The part of the development fake that stands in for alerts, with state: what is open, what it holds, who must
// confirm. Like the rest of the fake it proves nothing about Crieur.
import { randomUUID } from 'node:crypto';

const instant = () => new Date().toISOString();
const PLACES = ['toute la commune', 'Quais de Meuse', 'rue du Moulin', 'Centre'];
const place = {
  key: 'lieu',
  label: 'Lieu',
  example: 'rue du Moulin, côté pair',
  suggestions: PLACES,
  required: true,
};
const until = { key: 'fin', label: 'Jusqu’à quand', example: '18 h', suggestions: [], required: false };
const END = 'Urgence vitale : 112.';
const template = (hazard, name, icon, severity, what, advice, blanks = [place]) => ({
  hazard,
  name,
  icon,
  severity,
  title: `${what} – {lieu}`,
  message: `${advice}${blanks.includes(until) ? ' Fin prévue : {fin}.' : ''}\n\n${END}`,
  update: `La situation évolue : {lieu}. Restez à l’écart et suivez les consignes.\n\n${END}`,
  end: `L’alerte « ${name} » est terminée : {lieu}. Merci de votre vigilance.`,
  correction: `Fausse alerte : notre message « ${name} » ({lieu}) a été envoyé par erreur. Il n’y a aucun danger.`,
  blanks,
  own: false,
  reviewed_at: null,
  reviewed_by: null,
});
const TEMPLATES = [
  template(
    'flood',
    'Inondation',
    'waves',
    'severe',
    'Inondation',
    'L’eau monte rapidement. Quittez les caves et les rez-de-chaussée, gagnez un étage. Ne prenez pas votre voiture.',
  ),
  template(
    'storm',
    'Tempête',
    'cloud-lightning',
    'severe',
    'Tempête',
    'Rentrez, fermez portes et volets, éloignez-vous des arbres.',
    [place, until],
  ),
  template(
    'water',
    'Eau non potable',
    'droplets',
    'severe',
    'Eau non potable',
    'Ne buvez pas l’eau du robinet, même bouillie.',
    [place, until],
  ),
  template(
    'smoke',
    'Incendie, fumée',
    'flame',
    'extreme',
    'Fumée toxique',
    'Rentrez, fermez portes et fenêtres, coupez la ventilation.',
  ),
  template(
    'power',
    'Panne électrique',
    'zap',
    'moderate',
    'Panne électrique',
    'Coupure en cours. Prenez des nouvelles de vos voisins.',
    [place, until],
  ),
  template('road', 'Route coupée', 'route', 'minor', 'Route coupée', 'Ne forcez pas le passage, suivez la déviation.', [
    { ...place, suggestions: [] },
    until,
  ]),
  template('snow', 'Neige, verglas', 'cloud-snow', 'moderate', 'Neige et verglas', 'Évitez de vous déplacer.'),
];

export function crisisRoutes({ s, emit, later, send, Refusal, render, find, crisis: options = {} }) {
  const c = {
    alerts: [],
    settings: {
      second_person: Boolean(options.secondPerson),
      contacts: [
        { name: 'Coordination Planu', role: 'Fonctionnaire PLANU', phone: '0470 00 00 01' },
        { name: 'Zone de police', role: '', phone: '081 00 00 02' },
        { name: 'Zone de secours', role: '', phone: '081 00 00 03' },
        { name: 'Gouverneur', role: 'BE-Alert', phone: '081 00 00 04' },
      ],
      exercise_every: 180,
    },
    templates: structuredClone(TEMPLATES),
    // Who signed in a moment ago has just said who they are.
    unproved: Boolean(options.proof),
    keys: new Map(),
    users: [
      { id: 'u1', email: 'sophie@valmeuse.example', name: 'Sophie Lambert', role: 'administrator', crisis: true },
      { id: 'u2', email: 'm.delvaux@valmeuse.example', name: 'Michel Delvaux', role: 'author', crisis: true },
    ],
  };
  const open = (a) => a.status === 'active' || a.status === 'awaiting_confirmation';
  const holding = () => c.alerts.some((a) => !a.exercise && open(a));
  const hm = (at = new Date()) =>
    at
      .toLocaleTimeString('fr-BE', { hour: '2-digit', minute: '2-digit', timeZone: 'Europe/Brussels' })
      .replace(':', ' h ');
  const say = (alert, title, text, number, next) => {
    const mark = alert.exercise ? '[EXERCICE] ' : '';
    const point = next ? `\n\nProchain point à ${hm(new Date(next))}.` : '';
    return `${mark}Message n° ${number} – ${hm()}\n${title}\n\n${text}${point}\n\nhttps://valmeuse.example/c/valmeuse/alerts/${alert.id ?? '…'}${alert.exercise ? '\nEXERCICE' : ''}`;
  };
  const companion = (title, text) => {
    const sms = `Valmeuse : ${title}. ${text.split('\n')[0]}`;
    return {
      sms,
      sms_encoding: 'gsm7',
      sms_length: sms.length,
      sms_segments: Math.ceil(sms.length / 153),
      voice: `Ceci est un message de la commune de Valmeuse. ${title}. ${text}`,
      voice_seconds: Math.ceil(`${title} ${text}`.split(/\s+/).length / 2.5),
    };
  };
  const waiting = () =>
    s.posts.flatMap((p) => p.deliveries).filter((d) => ['scheduled', 'retrying'].includes(d.status) && !d.alert);
  const heldPosts = () =>
    s.posts
      .filter((p) => p.deliveries.some((d) => d.status === 'held' && d.hold_reason === 'crisis'))
      .map((p) => ({
        post_id: p.id,
        version: p.version,
        title: p.title || p.text.slice(0, 80),
        due_at: p.publish.due_at,
        overdue: Date.parse(p.publish.due_at) < Date.now(),
        deliveries: p.deliveries.filter((d) => d.status === 'held'),
      }));

  function leave(message) {
    for (const d of message.deliveries) Object.assign(d, { status: 'scheduled', next_at: instant() });
    for (const d of message.deliveries)
      later(150 + Math.random() * 250, () => d.status === 'scheduled' && send(d, message.post));
  }
  function addMessage(alert, kind, title, text, next, by) {
    const number = alert.messages.length + 1;
    const words = say(alert, title, text, number, next);
    const post = {
      id: randomUUID(),
      version: 1,
      author_id: 'u1',
      created_at: instant(),
      updated_at: instant(),
      title,
      text: words,
      link: '',
      category: '',
      images: [],
      channels: alert.channels,
      overrides: {},
      publish: { mode: 'now', at: null, zone: null, due_at: instant() },
      alert: alert.id,
    };
    post.deliveries = s.channels
      .filter((x) => alert.channels.includes(x.id))
      .map((x) => ({
        id: randomUUID(),
        post_id: post.id,
        channel_id: x.id,
        channel_name: x.name,
        kind: x.kind,
        status: 'awaiting_approval',
        hold_reason: null,
        needs_person: false,
        due_at: instant(),
        next_at: null,
        sent_at: null,
        remote_id: null,
        remote_url: null,
        attempts: 0,
        error: null,
        updated_at: instant(),
      }));
    for (const d of post.deliveries) Object.defineProperty(d, 'alert', { value: alert.id, enumerable: false });
    for (const m of alert.messages)
      for (const d of m.deliveries) if (['scheduled', 'failed', 'retrying'].includes(d.status)) d.status = 'cancelled';
    s.posts.push(post);
    const message = {
      number,
      kind,
      title,
      text,
      created_at: instant(),
      created_by: by,
      next_update_at: next ?? null,
      deliveries: post.deliveries,
      ticks: [],
    };
    Object.defineProperty(message, 'post', { value: post, enumerable: false });
    alert.messages.push(message);
    alert.lines.push([instant(), by, `Message n° ${number} : ${title}`, null]);
    if (alert.status === 'active') leave(message);
    emit('broadcast', alert.id, null, alert.status);
    return message;
  }
  const shown = (a) => {
    const last = a.messages.at(-1);
    const { channels: _, lines: __, key: ___, ...rest } = a;
    return {
      ...rest,
      number: last.number,
      title: last.title,
      message: last.text,
      next_update_at: last.next_update_at,
      deliveries: last.deliveries,
      companion: companion(last.title, last.text),
    };
  };
  const summary = (a) => {
    const last = a.messages.at(-1);
    return {
      id: a.id,
      reference: a.reference,
      exercise: a.exercise,
      status: a.status,
      title: last.title,
      severity: a.severity,
      opened_at: a.opened_at,
      opened_by: a.opened_by,
      ended_at: a.ended_at,
      sent: last.deliveries.filter((d) => d.status === 'sent').length,
      total: last.deliveries.length,
    };
  };
  const once = (key, run) => {
    const known = c.keys.get(key);
    if (known) return known;
    const answer = run();
    if (key) c.keys.set(key, answer);
    return answer;
  };
  const needProof = () => {
    if (c.unproved)
      throw new Refusal(403, 'step_up_needed', 'Confirmez d’abord que c’est bien vous : donnez votre mot de passe.');
  };

  function raise({ json, session }) {
    needProof();
    const other = c.alerts.find((a) => !a.exercise && open(a));
    if (other && !json.alongside)
      throw new Refusal(409, 'crisis_running', `${other.opened_by} a déjà lancé l’alerte « ${other.title} ».`);
    const chosen = json.channels?.length ? json.channels : s.channels.map((x) => x.id);
    const waits = c.settings.second_person;
    const alert = {
      id: randomUUID(),
      reference: `2026-${json.exercise ? 'E' : ''}${String(c.alerts.length + 1).padStart(4, '0')}`,
      exercise: Boolean(json.exercise),
      status: waits ? 'awaiting_confirmation' : 'active',
      hazard: json.hazard ?? '',
      title: json.title,
      severity: json.severity,
      area: json.area ?? { description: '' },
      correction: json.correction || `Fausse alerte : notre message « ${json.title} » a été envoyé par erreur.`,
      end_text: `L’alerte « ${json.title} » est terminée. Merci de votre vigilance.`,
      held: 0,
      opened_at: instant(),
      opened_by: session.user.name,
      confirm_by: waits ? 'second_person' : '',
      confirmed_at: null,
      confirmed_by: null,
      break_glass: null,
      break_glass_at: waits ? new Date(Date.now() + (options.alone ?? 120) * 1000).toISOString() : null,
      ended_at: null,
      messages: [],
      in_flight: [],
      alert_url: '',
      channels: chosen,
      lines: [],
    };
    alert.alert_url = `/fake/alert/${alert.id}`;
    if (!alert.exercise) {
      const list = waiting();
      for (const d of list) Object.assign(d, { status: 'held', hold_reason: 'crisis', next_at: null });
      for (const d of list) emit('delivery', d.id, d.post_id, 'held');
      alert.held = list.length;
      alert.in_flight = s.posts.flatMap((p) =>
        p.deliveries
          .filter((d) => d.status === 'sending')
          .map((d) => ({ title: p.title || p.text.slice(0, 80), reason: 'crisis', delivery: d })),
      );
    }
    c.alerts.unshift(alert);
    addMessage(alert, 'alert', json.title, json.message, json.next_update_at, session.user.name);
    return [202, shown(alert)];
  }
  function next({ m, json, session }, kind) {
    needProof();
    const alert = find(c.alerts, m[1]);
    if (alert.status !== 'active') throw new Refusal(409, 'broadcast_closed', 'Cette alerte est terminée.');
    addMessage(
      alert,
      kind,
      json.title || alert.messages.at(-1).title,
      json.message,
      json.next_update_at,
      session.user.name,
    );
    if (kind === 'end') {
      Object.assign(alert, { status: 'ended', ended_at: instant() });
      emit('broadcast', alert.id, null, 'ended');
    }
    return [202, shown(alert)];
  }
  const start = (alert, by, reason) => {
    Object.assign(alert, {
      status: 'active',
      confirm_by: '',
      confirmed_at: instant(),
      confirmed_by: by,
      break_glass: reason ?? null,
      break_glass_at: null,
    });
    leave(alert.messages[0]);
    emit('broadcast', alert.id, null, 'active');
    return [202, shown(alert)];
  };

  const routes = [
    ['GET', /^\/broadcasts$/, () => [200, { broadcasts: c.alerts.map(summary) }]],
    ['POST', /^\/broadcasts$/, (call) => once(call.key, () => raise(call))],
    [
      'POST',
      /^\/broadcasts\/preview$/,
      ({ json }) => {
        const alert = json.broadcast_id ? find(c.alerts, json.broadcast_id) : { exercise: json.exercise };
        const number = (alert.messages?.length ?? 0) + 1;
        const chosen = s.channels.filter((x) => !alert.channels || alert.channels.includes(x.id));
        const text = say(alert, json.title, json.message, number, json.next_update_at);
        return [
          200,
          {
            number,
            previews: chosen.map((x) => render({ title: json.title, text }, x)),
            accounts: chosen.map((x) => ({
              channel_id: x.id,
              kind: x.kind,
              name: x.name,
              account: x.account.name,
              ready: x.status === 'connected',
              reason: x.error?.message ?? '',
            })),
            would_hold: json.broadcast_id || json.exercise ? 0 : waiting().length,
            in_flight: 0,
            companion: companion(json.title, json.message),
          },
        ];
      },
    ],
    ['GET', /^\/broadcasts\/([^/]+)$/, ({ m }) => [200, shown(find(c.alerts, m[1]))]],
    [
      'POST',
      /^\/broadcasts\/([^/]+)\/updates$/,
      (call) => once(call.key, () => next(call, call.json.correction ? 'correction' : 'update')),
    ],
    ['POST', /^\/broadcasts\/([^/]+)\/end$/, (call) => once(call.key, () => next(call, 'end'))],
    [
      'POST',
      /^\/broadcasts\/([^/]+)\/confirm$/,
      ({ m, session }) => {
        const alert = find(c.alerts, m[1]);
        if (alert.opened_by === session.user.name)
          throw new Refusal(
            403,
            'second_person_needed',
            'Vous avez lancé cette alerte : une autre personne doit la confirmer.',
          );
        return start(alert, session.user.name);
      },
    ],
    [
      'POST',
      /^\/broadcasts\/([^/]+)\/break-glass$/,
      ({ m, json, session }) => start(find(c.alerts, m[1]), session.user.name, json.reason),
    ],
    [
      'POST',
      /^\/broadcasts\/([^/]+)\/abandon$/,
      ({ m }) => {
        const alert = find(c.alerts, m[1]);
        Object.assign(alert, { status: 'abandoned', ended_at: instant(), confirm_by: '', break_glass_at: null });
        for (const d of alert.messages[0].deliveries) d.status = 'cancelled';
        emit('broadcast', alert.id, null, 'abandoned');
        return [200, shown(alert)];
      },
    ],
    [
      'POST',
      /^\/broadcasts\/([^/]+)\/ticks$/,
      ({ m, json, session }) => {
        const alert = find(c.alerts, m[1]);
        const message = alert.messages.find((x) => x.deliveries.some((d) => d.id === json.delivery_id));
        message.ticks.push({
          delivery_id: json.delivery_id,
          by: session.user.name,
          at: instant(),
          remote_url: json.remote_url ?? '',
        });
        emit('broadcast', alert.id, null, alert.status);
        return [200, shown(alert)];
      },
    ],
    [
      'GET',
      /^\/broadcasts\/([^/]+)\/log$/,
      ({ m }) => {
        const alert = find(c.alerts, m[1]);
        const sent = alert.messages[0].deliveries.flatMap((d) => (d.sent_at ? [Date.parse(d.sent_at)] : []));
        const from = Date.parse(alert.confirmed_at ?? alert.opened_at);
        const answers = alert.messages.flatMap((x) =>
          x.deliveries
            .filter((d) => d.sent_at)
            .map((d) => [d.sent_at, 'Crieur', `Message n° ${x.number} : publié`, d.channel_name]),
        );
        return [
          200,
          {
            reference: alert.reference,
            title: alert.title,
            exercise: alert.exercise,
            first_accepted_seconds: sent.length ? (Math.min(...sent) - from) / 1000 : null,
            all_accepted_seconds: sent.length ? (Math.max(...sent) - from) / 1000 : null,
            lines: [...alert.lines, ...answers]
              .sort(([a], [b]) => a.localeCompare(b))
              .map(([at, who, what, channel]) => ({ at, who, what, channel })),
          },
        ];
      },
    ],
    [
      'GET',
      /^\/crisis$/,
      () => [
        200,
        {
          active: holding(),
          held: heldPosts().flatMap((p) => p.deliveries).length,
          broadcasts: c.alerts.filter(open).map(summary),
          may_raise: true,
          second_person: c.settings.second_person,
          proof_needed: c.unproved,
          contacts: c.settings.contacts,
          exercise_due: c.alerts.length === 0,
        },
      ],
    ],
    ['GET', /^\/crisis\/held$/, () => [200, { posts: heldPosts() }]],
    [
      'POST',
      /^\/crisis\/release$/,
      ({ json }) => {
        if (json.release.length && holding()) throw new Refusal(409, 'crisis_active', 'Une alerte est en cours.');
        for (const p of s.posts)
          for (const d of p.deliveries) {
            if (d.status !== 'held' || d.hold_reason !== 'crisis') continue;
            if (json.cancel.includes(p.id)) Object.assign(d, { status: 'cancelled', hold_reason: null });
            else if (json.release.includes(p.id))
              Object.assign(d, { status: 'scheduled', hold_reason: null, next_at: d.due_at });
            else continue;
            emit('delivery', d.id, p.id, d.status);
          }
        return [200, { posts: heldPosts() }];
      },
    ],
    ['GET', /^\/crisis\/templates$/, () => [200, { templates: c.templates }]],
    [
      'PUT',
      /^\/crisis\/templates\/([^/]+)$/,
      ({ m, json, session }) => {
        const t = c.templates.find((x) => x.hazard === m[1]);
        Object.assign(t, json, { own: true, reviewed_at: instant(), reviewed_by: session.user.name });
        return [200, t];
      },
    ],
    [
      'DELETE',
      /^\/crisis\/templates\/([^/]+)$/,
      ({ m }) => {
        const at = c.templates.findIndex((x) => x.hazard === m[1]);
        c.templates[at] = structuredClone(TEMPLATES[at]);
        return [204];
      },
    ],
    ['GET', /^\/crisis\/settings$/, () => [200, c.settings]],
    ['PUT', /^\/crisis\/settings$/, ({ json }) => [200, Object.assign(c.settings, json)]],
    ['GET', /^\/users$/, () => [200, { users: c.users }]],
    ['PATCH', /^\/users\/([^/]+)$/, ({ m, json }) => [200, Object.assign(find(c.users, m[1]), json)]],
    [
      'POST',
      /^\/session\/proof$/,
      ({ json }) => {
        if (json.password !== options.password) throw new Refusal(403, 'bad_credentials', 'Mot de passe incorrect.');
        c.unproved = false;
        return [204];
      },
    ],
  ];
  return {
    routes,
    /** Whether a new delivery must wait for the end of an alert. */
    holding,
    /** Somebody else raises an alert. */
    raiseAs: (name, json) => raise({ json, session: { user: { name } } })[1],
  };
}
