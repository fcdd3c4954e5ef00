/** Whether the session has ended while somebody was working. */
class SessionEnd {
  private ended = false;
  private readonly listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  readonly get = () => this.ended;
  set(ended: boolean) {
    if (this.ended === ended) return;
    this.ended = ended;
    for (const listener of this.listeners) listener();
  }
}

export const sessionEnd = new SessionEnd();
