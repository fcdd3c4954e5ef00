import { isAmbiguous, type Problem } from './problem';

/** A random key. crypto.randomUUID exists only over https; town halls also have plain http inside. */
export function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

/**
 * The key of a request that must be carried out once. It is made when the form
 * is, so a double click is one request. It changes only after a clear refusal:
 * while the outcome of a try is not known, the next try carries the same key,
 * even if the text was changed in between; the server then says that the first
 * one arrived instead of publishing twice.
 */
export class IdempotencyKey {
  private constructor(private key: string) {}

  static fresh() {
    return new IdempotencyKey(randomKey());
  }
  static from(key: string) {
    return new IdempotencyKey(key);
  }
  get value() {
    return this.key;
  }
  /** To be told of every refusal. */
  refused(problem: Problem) {
    if (!isAmbiguous(problem) && problem.code !== 'idempotency_key_reused') this.key = randomKey();
  }
}
