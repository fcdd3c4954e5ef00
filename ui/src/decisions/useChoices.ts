import { useState } from 'react';

/** What a person wants to become of something that is held. */
export type Choice = 'later' | 'release' | 'cancel';

/** By id; what is not in it is left for later. */
export type Choices = Readonly<Record<string, Choice>>;

/** What is being decided, up to the question before it is done. `forget`: what was said of the last time is over. */
export function useChoices(forget: () => void) {
  const [choices, setChoices] = useState<Choices>({});
  const [asking, ask] = useState(false);
  const [hint, setHint] = useState(false);
  return {
    choices,
    asking,
    ask,
    /** One asked for it with nothing chosen. */
    hint,
    change: (next: Choices) => {
      setHint(false);
      forget();
      setChoices(next);
    },
    apply: (n: number) => (n > 0 ? ask(true) : setHint(true)),
    over: () => {
      setChoices({});
      ask(false);
    },
  };
}
