// Rules and actions as a person reads them. The names are those of the log; what is not named here is shown as it stands there.

const rules: Readonly<Record<string, string>> = {
  grant_missing: 'it has no grant',
  grant_requested: 'its grant was asked for and not answered',
  grant_declined: 'its grant was declined',
  grant_suspended: 'its grant is suspended',
  grant_revoked: 'its grant was revoked',
  grant_expired: 'its grant is over',
  grant_ended: 'its grant was ended',
  grant_not_yet_valid: 'its grant has not begun',
  grant_purpose: 'its grant is not for that purpose',
  grant_camera: 'its grant is not for those cameras',
  grant_budget: 'it had used up its searches of the day',
  grant_unsigned: 'its grant was not signed by who must sign it',
  witnesses_away: 'too few witnesses had cosigned the log',
  sharing_stopped: 'sharing is stopped after a test crossed the wall',
  wall_crossed: 'a test of the wall crossed it; nothing is shared until an administrator says so',
  cameras_missing: 'it named neither plate nor cameras',
  law_missing: 'no law is adopted here yet',
  law_grant_days: 'the law does not let a grant last so long',
  law_declaration: 'it lacks a declaration that the law asks for',
  law_case_number: 'the law asks for a case number',
  law_beneficiary_missing: 'it did not say for whom',
  law_purpose: 'the law forbids that purpose',
  law_grantee_state: 'the law forbids agencies of that state',
  law_grantee_class: 'the law forbids bodies of that kind',
  law_beneficiary_state: 'the law forbids searching for a body of that state',
  law_beneficiary_class: 'the law forbids searching for a body of that kind',
  role: 'the member’s role does not allow it',
  not_owner: 'it is not its to decide',
  search_stale: 'the search was too old',
  search_missing: 'there is no such search',
  picture_link_expired: 'the link was too old',
};

const actions: Readonly<Record<string, string>> = {
  'read.search': 'Tried to search our reads',
  'read.picture': 'Tried to open a picture of ours',
  'grant.request': 'Tried to ask for a grant',
  'grant.approve': 'Tried to approve a grant',
  'grant.decline': 'Tried to decline a grant',
  'grant.suspend': 'Tried to suspend a grant',
  'grant.revoke': 'Tried to revoke a grant',
};

/** Why a rule refused, in words that follow "because". */
export const sayRule = (rule: string): string => rules[rule] ?? `rule ${rule.replaceAll('_', ' ')}`;

/** What somebody tried. */
export const sayAction = (action: string): string => actions[action] ?? `Tried ${action}`;
