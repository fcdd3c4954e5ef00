import { useEffect, useRef, useState } from 'react';
import { usePress } from 'react-aria';

export const HOLD_MS = 1_500;

/**
 * Press and hold: by mouse, finger, pen, Space or Enter. Whatever ends the press
 * early ends the act: letting go, leaving the button, another window in front.
 * A click that cannot be held, as a screen reader or a switch makes it, asks
 * instead.
 */
export function useHold({ onDone, onAsk, isDisabled }: { onDone: () => void; onAsk: () => void; isDisabled: boolean }) {
  const [share, setShare] = useState(0);
  const [early, setEarly] = useState(false);
  const frame = useRef(0);
  const running = useRef(false);

  const stop = () => {
    cancelAnimationFrame(frame.current);
    running.current = false;
    setShare(0);
  };
  const start = () => {
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
      onDone();
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
    window.addEventListener('blur', away);
    document.addEventListener('visibilitychange', away);
    return () => {
      cancelAnimationFrame(frame.current);
      window.removeEventListener('blur', away);
      document.removeEventListener('visibilitychange', away);
    };
  }, []);

  const { pressProps } = usePress({
    isDisabled,
    shouldCancelOnPointerExit: true,
    onPressStart: (e) => (e.pointerType === 'virtual' ? onAsk() : start()),
    onPressEnd: letGo,
  });
  return { pressProps, share, early, forget: () => setEarly(false) };
}
