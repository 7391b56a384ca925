// Which addresses of machines are the internet's. What an agency types as a webhook is called by the house from within its own network, so
// whatever lies there (loopback, private and link-local ranges, the metadata services of clouds, tunnels that lead back in) is told apart.
import ipaddr from 'ipaddr.js';

/**
 * Whether an IPv4 or IPv6 address is reachable by anyone on the internet. Of IPv6 only 2000::/3 is, without the ranges in it that carry
 * IPv4 addresses or documentation (IANA special-purpose registries, RFC 6890).
 * @param text as `dns.lookup` and `URL` write it, without brackets; what is no address is not public
 */
export const isPublicAddress = (text: string): boolean => {
  if (!isAddress(text)) return false;
  const address = ipaddr.parse(text);
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' || (address as ipaddr.IPv6).match(globalUnicast);
};

const globalUnicast: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3];

/** The host of an address as a machine's address, without the brackets of IPv6. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');

/** Whether the text is a machine's address and not a name. */
export const isAddress = (text: string): boolean =>
  ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);

/** Whether the host of an address, as it is typed, leads to this machine or into a private network. What a name leads to shows when it is looked up. */
export const leadsInside = (url: URL): boolean => {
  const host = hostOf(url);
  return /(^|\.)localhost\.?$/.test(host) || (isAddress(host) && !isPublicAddress(host));
};
