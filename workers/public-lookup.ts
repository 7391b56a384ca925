// Where the house calls for an agency: to whatever address its administrators typed, from within the house's own network. So a name is looked up once, and
// the connection is made to what was found public, and to no other.
import dns from 'node:dns';
import type { LookupFunction } from 'node:net';
import { hostOf, isAddress, isPublicAddress } from '../src/core/public-address.js';

/** Whether an address that is written out leads into private networks; it is never looked up. */
export const isPrivateTarget = (target: URL): boolean => isAddress(hostOf(target)) && !isPublicAddress(hostOf(target));

/**
 * Looks a name up and hands on its addresses if all of them are public: one among them that is not is a trap or a fault. The connection
 * is made to what was handed on, so nothing can change in between.
 * @param refuse makes what is thrown of a name that leads inside
 */
export const publicLookup =
  (refuse: () => Error, look: typeof dns.lookup = dns.lookup): LookupFunction =>
  (host, options, done) => {
    look(host, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, '');
      const [first] = addresses;
      if (!first || addresses.some(({ address }) => !isPublicAddress(address))) return done(refuse(), '');
      return options.all ? done(null, addresses) : done(null, first.address, first.family);
    });
  };
