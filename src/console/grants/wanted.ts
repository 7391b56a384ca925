// The request for a grant that an address asks for, such as /console/sharing?ask=shelbyville-pd&purpose=stolen-vehicle: the search page leads
// there, and an officer can send it to his administrator. It fills in a form, and sends nothing.

export interface Wanted {
  readonly slug: string;
  /** Undefined: not said, or none of the agency's. */
  readonly purpose: string | undefined;
}

/** @param search the query of the address */
export const wantedOf = (
  search: string,
  others: readonly { readonly slug: string }[],
  purposes: readonly string[],
): Wanted | undefined => {
  const asked = new URLSearchParams(search);
  const slug = others.find((each) => each.slug === asked.get('ask'))?.slug;
  return slug === undefined ? undefined : { slug, purpose: purposes.find((each) => each === asked.get('purpose')) };
};
