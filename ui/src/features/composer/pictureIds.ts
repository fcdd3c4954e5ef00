/** The id of a description's field, so that a finding can lead to it. */
export const altId = (key: string) => `alt-${key}`;
