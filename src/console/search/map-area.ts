// How the fields of an area and the map speak: a field asks for a box to be drawn or for what the map shows, and the page answers it.
import { createContext, useContext } from 'react';

export interface MapArea {
  /** The area that is being drawn; undefined: none. */
  readonly drawing: string | undefined;
  readonly draw: (name: string | undefined) => void;
  readonly takeView: (name: string) => void;
}

const none = (): void => undefined;
export const MapAreaContext = createContext<MapArea>({ drawing: undefined, draw: none, takeView: none });
export const useMapArea = (): MapArea => useContext(MapAreaContext);
