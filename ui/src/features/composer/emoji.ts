/** A short list: what a commune announces. The keys are those of the messages `emoji` and `emojiGroup`. */
export const EMOJI = {
  feast: {
    tree: '🎄',
    party: '🎉',
    gift: '🎁',
    candle: '🕯️',
    lantern: '🏮',
    music: '🎵',
    theatre: '🎭',
    fireworks: '🎆',
  },
  place: { church: '⛪', townHall: '🏛️', school: '🏫', library: '📚', sport: '⚽', swim: '🏊', bike: '🚲', walk: '🚶' },
  season: { sun: '☀️', rain: '🌧️', snow: '❄️', leaf: '🍂', flower: '🌷', forest: '🌳', wind: '💨', heat: '🌡️' },
  practical: { calendar: '📅', clock: '🕐', pin: '📍', phone: '📞', ticket: '🎟️', bus: '🚌', car: '🚗', bin: '🗑️' },
  attention: {
    works: '🚧',
    warning: '⚠️',
    info: 'ℹ️',
    megaphone: '📣',
    water: '💧',
    lightning: '⚡',
    check: '✅',
    cross: '❌',
  },
  people: { hands: '🤝', clap: '👏', family: '👪', child: '🧒', elder: '🧓', heart: '❤️', vote: '🗳️', dog: '🐕' },
} as const;
