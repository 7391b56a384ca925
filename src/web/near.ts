// Which addresses are near: where a proxy or a collector of figures lives. It proves nothing about who speaks from there.

/** Whether an address is of this machine or of a private network (RFC 1918, RFC 4193, link-local). */
export const isNear = (address: string): boolean =>
  /^(::ffff:)?(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.)/.test(address) ||
  /^(::1$|f[cd]|fe80:)/i.test(address);
