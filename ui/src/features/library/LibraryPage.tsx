import { LibraryMessages } from '../../i18n/library';
import { Library } from './Library';

/** Every picture of the commune: where it is used, who made it, and until when it may be. */
export const LibraryPage = () => (
  <LibraryMessages>
    <Library />
  </LibraryMessages>
);
