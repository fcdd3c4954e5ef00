import type { Upload, UploadChange } from '../../uploads/useUploads';

/** A picture on its way to the library. */
export type Sending = { key: string; name: string; src: string; upload: Upload };

export function sendingReducer(list: Sending[], change: UploadChange): Sending[] {
  switch (change.type) {
    case 'add':
      return [
        ...list,
        ...change.images.map((image): Sending => ({ ...image, upload: { state: 'sending', fraction: 0 } })),
      ];
    case 'upload':
      return list.map((s) => (s.key === change.key ? { ...s, upload: change.upload } : s));
    case 'remove':
      return list.filter((s) => s.key !== change.key);
  }
}
