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
  grant_area: 'its grant is for an area in which none of those cameras stands',
  grant_plate: 'its grant is for certain plates alone',
  grant_field: 'its grant does not give that of a read',
  grant_budget: 'it had used up its searches of the day',
  grant_unsigned: 'its grant was not signed by who must sign it',
  grant_standing: 'its grant is a standing one',
  not_grantee: 'the grant was not given to it',
  opening_missing: 'nobody has opened its emergency grant',
  opening_over: 'the opening of its emergency grant is over',
  opening_purpose: 'its emergency grant was opened for something else',
  opening_same_person: 'one person alone tried to open its emergency grant',
  opening_asker_gone: 'who had asked for the opening is no member any more',
  opening_under_way: 'its emergency grant is being opened already',
  opening_unreviewed: 'the opening before has not been reviewed',
  opening_asked: 'it asks to open an emergency grant',
  opening_begun: 'it has opened an emergency grant',
  account_locked: 'an account of ours was locked after wrong passwords',
  refused_too_often: 'it was refused too often',
  witnesses_away: 'too few witnesses had cosigned the log',
  sharing_stopped: 'sharing is stopped after a test crossed the wall',
  wall_crossed: 'a test of the wall crossed it; nothing is shared until an administrator says so',
  cameras_missing: 'it named neither plate nor cameras',
  policy_missing: 'an agency has not published its whole usage policy',
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
  export_shown: 'its search had not shown that',
};

const actions: Readonly<Record<string, string>> = {
  'read.search': 'Tried to search our reads',
  'read.picture': 'Tried to open a picture of ours',
  'read.export': 'Tried to export reads of ours',
  'grant.request': 'Tried to ask for a grant',
  'grant.approve': 'Tried to approve a grant',
  'grant.decline': 'Tried to decline a grant',
  'grant.suspend': 'Tried to suspend a grant',
  'grant.revoke': 'Tried to revoke a grant',
  'opening.ask': 'Tried to open an emergency grant',
  'opening.confirm': 'Tried to confirm the opening of an emergency grant',
  'opening.end': 'Tried to end an opening',
  'opening.review': 'Tried to review an opening',
};

/** Why a rule refused, in words that follow "because". */
export const sayRule = (rule: string): string => rules[rule] ?? `rule ${rule.replaceAll('_', ' ')}`;

/** What somebody tried. */
export const sayAction = (action: string): string => actions[action] ?? `Tried ${action}`;

/** The same of whoever may be one of our own, whose question was not about our data. */
export const sayTried = (action: string, own: boolean): string =>
  own ? sayAction(action).replace(' our reads', ' reads').replace(' of ours', '') : sayAction(action);
