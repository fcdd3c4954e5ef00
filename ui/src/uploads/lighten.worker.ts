import { HEAVY, QUALITY, SIDES, within, worthwhile } from './lighterRules';
import { redrawable } from './pictureFile';

/** The picture as a smaller JPEG, upright and without what the camera noted; null where it is to be left alone. */
async function lighter(file: Blob): Promise<Blob | null> {
  const kind = redrawable(new Uint8Array(await file.arrayBuffer()));
  if (!kind) return null;
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
  let drawn: Blob | null = null;
  for (const side of SIDES) {
    drawn = await drawing(picture, side);
    if (drawn.size <= HEAVY) break;
  }
  return drawn && worthwhile(kind, file.size, drawn.size) ? drawn : null;
}

function drawing(picture: ImageBitmap, side: number): Promise<Blob> {
  const { width, height } = within(picture.width, picture.height, side);
  const canvas = new OffscreenCanvas(width, height);
  const paper = canvas.getContext('2d', { alpha: false });
  if (!paper) throw new Error('no canvas');
  paper.imageSmoothingQuality = 'high';
  paper.drawImage(picture, 0, 0, width, height);
  return canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY });
}

addEventListener('message', (e: MessageEvent<Blob>) => {
  // Whatever cannot be drawn here is sent as it is: the server decides.
  lighter(e.data).then(postMessage, () => postMessage(null));
});
