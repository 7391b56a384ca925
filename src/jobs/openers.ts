// Which actions the worker processes open. The web process cannot look into them, so the list stands here, where both see it:
// the boot checks of the web process count these actions as opened, and a worker's own test holds it to the list.
export const workerOpeners = [
  { by: 'worker recognize', opens: ['frame.claim', 'frame.recognize', 'frame.fail'] },
  {
    by: 'worker sweep',
    opens: [
      'frame.sweep',
      'grant.expire',
      'grant.suspend',
      'read.count',
      'read.watched',
      'session.fail',
      'refusal.count',
      'data.purge',
      'digest.make',
      'period.seal',
    ],
  },
  { by: 'worker deliver', opens: ['alert.deliver'] },
  { by: 'worker canary', opens: ['canary.run'] },
  { by: 'worker witness', opens: ['witnesses.cosign', 'witnesses.away', 'witnesses.back'] },
] as const;

/** The public routes of a log ask nobody who he is; what they read they read through the vault, as a process of that agency. */
export const publishOpeners = [{ by: 'public log routes', opens: ['log.publish'] }] as const;
/** A sign-in makes the session under which it is then written down. */
export const signInOpeners = [{ by: '`POST /api/v1/sessions`', opens: ['session.begin'] }] as const;
