export type MapPoint = { latitude: number; longitude: number };

const NUMBER = String.raw`(-?\d{1,3}(?:\.\d+)?)`;
const FORMS = [
  // 50.46, 4.86
  new RegExp(`^\\s*${NUMBER}\\s*[,; ]\\s*${NUMBER}\\s*$`),
  // geo:50.46,4.86
  new RegExp(`^geo:${NUMBER},${NUMBER}`),
  // https://www.openstreetmap.org/?mlat=50.46&mlon=4.86
  new RegExp(`[?&]mlat=${NUMBER}&mlon=${NUMBER}`),
  // https://www.openstreetmap.org/#map=17/50.46/4.86
  new RegExp(`#map=[\\d.]+/${NUMBER}/${NUMBER}`),
  // Other maps: …/@50.46,4.86,17z
  new RegExp(`/@${NUMBER},${NUMBER}`),
];

/** A point of the map as people have it: two numbers, or the address of a map. */
export function parsePoint(written: string): MapPoint | null {
  for (const form of FORMS) {
    const found = form.exec(written.trim());
    if (!found) continue;
    const latitude = Number(found[1]);
    const longitude = Number(found[2]);
    if (Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180) return { latitude, longitude };
  }
  return null;
}

export const writePoint = (point: MapPoint | null) => (point ? `${point.latitude}, ${point.longitude}` : '');
