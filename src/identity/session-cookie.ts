// The session's cookie and what protects it: where it may be sent, and the two proofs that a request came from our own pages:
// the session's CSRF token and, from browsers, the origin.
import { timingSafeEqual } from 'node:crypto';
import type {} from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config/config.js';
import { refused } from '../core/errors.js';

export const csrfHeader = 'x-csrf-token';

type CookieConfig = Pick<Config, 'SECURE_COOKIES' | 'PUBLIC_URL'>;

/** `__Host-` ties the cookie to this host, path / and HTTPS; browsers refuse the prefix without HTTPS. */
export const cookieName = ({ SECURE_COOKIES }: CookieConfig): string =>
  SECURE_COOKIES ? '__Host-plateward_session' : 'plateward_session';

const options = (config: CookieConfig) =>
  ({ path: '/', httpOnly: true, sameSite: 'strict', secure: config.SECURE_COOKIES }) as const;

export const setSessionCookie = (reply: FastifyReply, config: CookieConfig, token: string, expiresAt: Date): void => {
  void reply.setCookie(cookieName(config), token, { ...options(config), expires: expiresAt });
};

export const clearSessionCookie = (reply: FastifyReply, config: CookieConfig): void => {
  void reply.clearCookie(cookieName(config), options(config));
};

/** The session's token as the request carries it; undefined when there is none of the right form. */
export const sessionTokenOf = (request: FastifyRequest, config: CookieConfig): string | undefined => {
  const token = request.cookies[cookieName(config)];
  return token !== undefined && /^[A-Za-z0-9_-]{20,100}$/.test(token) ? token : undefined;
};

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);
export const isUnsafe = (request: FastifyRequest): boolean => !safeMethods.has(request.method);

/**
 * Refuses an unsafe request that another site's page sent. Programs that are no browsers send neither header.
 * @throws PlatewardError `origin`
 */
export const checkOrigin = (request: FastifyRequest, { PUBLIC_URL }: CookieConfig): void => {
  if (!isUnsafe(request)) return;
  const { origin, host } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const ours = [host, PUBLIC_URL && new URL(PUBLIC_URL).host];
  const foreign = origin !== undefined && !(URL.canParse(origin) && ours.includes(new URL(origin).host));
  if (foreign || site === 'cross-site' || site === 'same-site')
    throw refused('origin', 'This request was sent by a page of another site.', { rule: 'origin' });
};

/** @throws PlatewardError `csrf` when an unsafe request does not carry the session's CSRF token */
export const checkCsrf = (request: FastifyRequest, expected: string): void => {
  if (!isUnsafe(request)) return;
  const sent = Buffer.from(String(request.headers[csrfHeader] ?? ''));
  const wanted = Buffer.from(expected);
  if (sent.length !== wanted.length || !timingSafeEqual(sent, wanted))
    throw refused(
      'csrf',
      `Send the session's CSRF token in the header ${csrfHeader}; GET /api/v1/sessions/current tells it.`,
      { rule: 'csrf' },
    );
};
