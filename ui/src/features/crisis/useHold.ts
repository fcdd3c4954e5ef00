import { type KeyboardEvent, type MouseEvent, type PointerEvent, useEffect, useRef, useState } from 'react';

export const HOLD_MS = 1_500;

/** Screen readers and switches make presses that have no size, and cannot be held. */
const isVirtual = (e: PointerEvent) =>
  (e.width === 0 && e.height === 0) ||
  (e.pointerType === 'mouse' && e.width === 1 && e.pressure === 0 && e.detail === 0);

const HOLDS = new Set([' ', 'Enter']);

/**
 * Press and hold: by mouse, finger, pen, Space or Enter. Whatever ends the press
 * early ends the act: letting go, another window in front. The page may move
 * under the pointer meanwhile, so leaving the button does not count. A click
 * that cannot be held, as a screen reader or a switch makes it, asks instead.
 */
export function useHold({ onDone, onAsk, isDisabled }: { onDone: () => void; onAsk: () => void; isDisabled: boolean }) {
  const [share, setShare] = useState(0);
  const [early, setEarly] = useState(false);
  const frame = useRef(0);
  const running = useRef(false);
  const done = useRef(onDone);
  done.current = onDone;

  const stop = () => {
    cancelAnimationFrame(frame.current);
    running.current = false;
    setShare(0);
  };
  const start = () => {
    if (isDisabled || running.current) return;
    const from = performance.now();
    running.current = true;
    setEarly(false);
    const tick = () => {
      if (!running.current) return;
      const reached = Math.min(1, (performance.now() - from) / HOLD_MS);
      setShare(Math.max(reached, 0.001));
      if (reached < 1) {
        frame.current = requestAnimationFrame(tick);
        return;
      }
      stop();
      navigator.vibrate?.(80);
      done.current();
    };
    frame.current = requestAnimationFrame(tick);
  };
  const letGo = () => {
    if (!running.current) return;
    stop();
    setEarly(true);
  };

  const leave = useRef(letGo);
  leave.current = letGo;
  useEffect(() => {
    const away = () => leave.current();
    const ends = ['pointerup', 'pointercancel', 'keyup', 'blur'] as const;
    for (const type of ends) window.addEventListener(type, away);
    document.addEventListener('visibilitychange', away);
    return () => {
      cancelAnimationFrame(frame.current);
      for (const type of ends) window.removeEventListener(type, away);
      document.removeEventListener('visibilitychange', away);
    };
  }, []);

  const holdProps = {
    onPointerDown: (e: PointerEvent) => {
      if (e.button === 0 && e.isPrimary && !isVirtual(e)) start();
    },
    onKeyDown: (e: KeyboardEvent) => {
      if (!HOLDS.has(e.key)) return;
      e.preventDefault();
      if (!e.repeat) start();
    },
    onKeyUp: (e: KeyboardEvent) => {
      // Else the browser makes a click of it.
      if (HOLDS.has(e.key)) e.preventDefault();
    },
    onClick: (e: MouseEvent) => {
      if (e.detail === 0 && !isDisabled) onAsk();
    },
  };
  return { holdProps, share, early, forget: () => setEarly(false) };
}
