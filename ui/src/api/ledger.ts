/** Whether the server can reach its database. While it cannot, it says so with each answer; alerts leave all the same. */
class Ledger {
  private away = false;
  private readonly listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  readonly isAway = () => this.away;
  /** Takes over what an answer says. */
  heard(answer: Response) {
    const away = answer.headers.get('X-Crieur-Ledger') === 'away';
    if (away === this.away) return;
    this.away = away;
    for (const listener of this.listeners) listener();
  }
}

export const ledger = new Ledger();
