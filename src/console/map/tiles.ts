// The city's own map, where the operator has set one (MAP_TILES_URL); the server writes it into the page. Without it nothing is asked of
// anybody.

export interface CityTiles {
  readonly url: string;
  readonly attribution: string;
  readonly zoomMax: number;
}

/** The setting that came with the page. */
export const cityTiles = (): CityTiles | undefined => {
  const told = document.querySelector<HTMLMetaElement>('meta[name="plateward-map"]')?.content;
  return told === undefined ? undefined : (JSON.parse(told) as CityTiles);
};
