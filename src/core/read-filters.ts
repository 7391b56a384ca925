// What a search may ask of reads beside their plate, time and camera.

/** A part of the map in degrees; it goes over the date line where `west` is greater than `east`. Its borders belong to it. */
export interface Area {
  readonly north: number;
  readonly south: number;
  readonly east: number;
  readonly west: number;
}

export interface ReadFilters {
  /** Kinds of plates, such as `us`. A read whose kind is not told fits none. */
  readonly regions?: readonly string[] | undefined;
  /** States that issued the plate, where the reader told them. */
  readonly states?: readonly string[] | undefined;
  /** Of the whole text, 0 to 1. */
  readonly confidenceMin?: number | undefined;
  /** Where the camera stands. */
  readonly area?: Area | undefined;
}
