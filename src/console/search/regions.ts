// Kinds of plates that our reader tells apart, in words.
export const regionNames: Readonly<Record<string, string>> = {
  us: 'United States',
  eu: 'European Union',
  uk: 'United Kingdom',
  br: 'Brazil',
};
