import type { components } from './schema.gen';

export type ProblemField = components['schemas']['ProblemField'];

/**
 * Why a request did not do what was asked. `code` and `fields` come from the
 * server; the codes below are ours, for answers that are not the server's:
 * `network` (no answer at all) and `unreadable` (an answer that is not JSON, as
 * a proxy gives). Neither says whether the request was carried out.
 */
export type Problem = {
  status: number;
  code: string;
  /** Fit to show, in French; empty for our own codes, which i18n words. */
  detail: string;
  fields: ProblemField[];
  requestId: string;
};

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const text = (value: unknown) => (typeof value === 'string' ? value : '');

function toFields(value: unknown): ProblemField[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isRecord).map((f) => ({ field: text(f.field), code: text(f.code), message: text(f.message) }));
}

/** Reads whatever a request failed with. It never throws. */
export function toProblem(error: unknown, status = 0): Problem {
  if (!isRecord(error) || text(error.code) === '') {
    return {
      status,
      code: status === 0 ? 'network' : 'unreadable',
      detail: '',
      fields: [],
      requestId: '',
    };
  }
  return {
    status: typeof error.status === 'number' ? error.status : status,
    code: text(error.code),
    detail: text(error.detail),
    fields: toFields(error.fields),
    requestId: text(error.request_id) || text(error.requestId),
  };
}

/**
 * Whether the request may have been carried out although we have no good news:
 * no answer, an answer of somebody in between, a fault of the server, or the
 * first of two equal requests still running.
 */
export function isAmbiguous(problem: Problem): boolean {
  return (
    problem.status === 0 || problem.status >= 500 || problem.code === 'unreadable' || problem.code === 'in_progress'
  );
}

/** The messages of fields, by field, for a form. */
export function fieldErrors(problem: Problem | null): Record<string, string[]> {
  const errors: Record<string, string[]> = {};
  for (const f of problem?.fields ?? []) {
    errors[f.field] = [...(errors[f.field] ?? []), f.message];
  }
  return errors;
}
