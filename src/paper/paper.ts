// What leaves the house on paper, as plain data: a title, who made it, and blocks one below the other. It knows no format of files; the
// press sets it. Text stays text: nothing in it is taken for markup, an address or the name of a file.

/** A name and what stands beside it. */
export type Fact = readonly [name: string, value: string];

/** A JPEG as it was stored; it is set in as it is and never decoded here. */
export interface Photo {
  readonly jpeg: Uint8Array;
  /** What it shows, for who cannot see it and under it. */
  readonly caption: string;
  /** Room that it may take, in points. */
  readonly width: number;
  readonly height: number;
}

export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'facts'; readonly facts: readonly Fact[] }
  /** Text of a fixed width, such as a proof. */
  | { readonly kind: 'code'; readonly text: string }
  | {
      readonly kind: 'table';
      /** Share of the page's width, of the sum of all. */
      readonly columns: readonly { readonly title: string; readonly share: number }[];
      readonly rows: readonly (readonly string[])[];
    }
  /** Stays on one page where it fits on one. */
  | {
      readonly kind: 'card';
      readonly title: string;
      readonly facts: readonly Fact[];
      readonly photos: readonly Photo[];
    };

/** A file that lies inside the document. */
export interface Enclosure {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  readonly about: string;
}

export interface Paper {
  readonly title: string;
  /** One line that stands on every page, and across it: who made it and where that stands in the log. */
  readonly mark: string;
  readonly across?: string | undefined;
  readonly wide?: boolean | undefined;
  readonly blocks: readonly Block[];
  readonly enclosures?: readonly Enclosure[] | undefined;
  readonly madeAt: Date;
}

/** Rows of tables that one document takes; setting them takes a few milliseconds each. */
export const tableRowsMax = 2000;
