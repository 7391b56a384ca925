// What each role may, as an administrator reads it before he gives it to somebody.
import type { Role } from '../../core/roles.js';

export const roleWords: Readonly<Record<Role, string>> = {
  officer: 'searches our reads, and others’ under a grant; each search is on record',
  supervisor: 'searches as an officer does, and sees our log, the members and how much each searches',
  administrator: 'decides on grants, members, cameras, the law and the settings; cannot search',
  auditor: 'looks over searches, flags and the log; cannot search and changes nothing else',
};
