// Who is signed in, for the whole console. The session itself lives in a cookie that no script can read; here are the name, the
// abilities and the CSRF token. It refuses to keep a session open on an unattended screen: locking ends it at the server.
import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { SignIn, WhoAmI } from '../../identity/sessions.schema.js';
import { call, Problem, useCsrfToken, whenSessionLost } from '../api/client.js';
import type { Json } from '../api/json.js';
import { forgetDraftsBut } from '../search/draft.js';
import { watchIdle } from './idle.js';

export type Who = Json<WhoAmI>;

/** Why nobody is signed in: at first, after signing out, locked by hand or by itself, or because the server ended it. */
export type Away = 'new' | 'out' | 'locked' | 'idle' | 'lost';

interface SessionState {
  readonly who?: Who;
  readonly away: Away;
  /** Who was here before the lock, so that the form of signing in can be filled. */
  readonly before?: { readonly agency: string; readonly login: string };
  readonly failed?: Problem;
}

export interface Session extends SessionState {
  signIn(body: SignIn): Promise<void>;
  signOut(): Promise<void>;
  lock(): void;
  /** Whether the member's role may; a screen hides what it may not. */
  may(action: string): boolean;
  /** Asks the server again who is here. */
  retry(): void;
}

const SessionContext = createContext<Session | undefined>(undefined);

/** The session; only below its provider. */
export const useSession = (): Session => {
  const session = useContext(SessionContext);
  if (!session) throw new Error('There is no session provider above.');
  return session;
};

/** The one who is signed in; only on pages that need somebody. */
export const useWho = (): Who => {
  const { who } = useSession();
  if (!who) throw new Error('Nobody is signed in.');
  return who;
};

export const SessionProvider = ({ children }: { readonly children: ReactNode }) => {
  const queries = useQueryClient();
  const [state, setState] = useState<SessionState | undefined>();

  const enter = useCallback((who: Who) => {
    useCsrfToken(who.csrfToken);
    forgetDraftsBut(who.member.id);
    setState({ who, away: 'new' });
  }, []);

  const leave = useCallback(
    (away: Away) => {
      useCsrfToken('');
      queries.clear();
      setState((now) => ({
        away,
        before: now?.who ? { agency: now.who.agency.slug, login: now.who.member.login } : now?.before,
      }));
    },
    [queries],
  );

  const load = useCallback(() => {
    call<WhoAmI>('GET', '/api/v1/sessions/current').then(enter, (error: unknown) => {
      const failed = error instanceof Problem && error.status !== 401 ? error : undefined;
      setState((now) => ({ away: now?.away ?? 'new', failed }));
    });
  }, [enter]);
  useEffect(load, [load]);

  const signedIn = state?.who !== undefined;
  useEffect(() => {
    whenSessionLost(() => signedIn && leave('lost'));
  }, [leave, signedIn]);

  /** Ends the session at the server; here it ends in any case. */
  const end = useCallback(
    async (away: Away) => {
      const ended = call('DELETE', '/api/v1/sessions/current').catch(() => undefined);
      leave(away);
      await ended;
    },
    [leave],
  );
  const lock = useCallback(() => void end('locked'), [end]);
  useEffect(() => (signedIn ? watchIdle(() => void end('idle')) : undefined), [signedIn, end]);

  const session = useMemo<Session>(
    () => ({
      ...(state ?? { away: 'new' }),
      signIn: async (body) => enter(await call<WhoAmI>('POST', '/api/v1/sessions', body)),
      signOut: async () => {
        forgetDraftsBut('');
        await end('out');
      },
      lock,
      may: (action) => state?.who?.abilities[action] === true,
      retry: load,
    }),
    [state, enter, end, lock, load],
  );
  if (!state)
    return (
      <p className="state" role="status">
        Looking whether you are signed in…
      </p>
    );
  return <SessionContext.Provider value={session}>{children}</SessionContext.Provider>;
};
