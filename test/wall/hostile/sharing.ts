// What is shared and with whom, written straight into the tables: grants forged and widened, budgets, searches, members, cameras, and the
// rows themselves.
import { approve } from '../../support/approving.js';
import { all, type Family } from './kind.js';

const live = (set: string): string => `update grants set ${set} where id = :live`;
const approved = (id: string, more = ''): string =>
  `update grants set state = 'approved', decided_at = now(), ended_at = null, ended_by = null${more} where id = ${id}`;
const forged = (more: string): string => `create temp table g as select * from grants where id = :live;
  update g set id = gen_random_uuid(), purposes = '{stolen-vehicle,missing-person}', camera_ids = null, data_window_days = 365, rows_per_search_max = 1000;
  ${more === '' ? '' : `update g set ${more};`} insert into grants select * from g`;
/** The live grant's approvals once more, for another grant. */
const signedAs = (grant: string, signature: string): string =>
  `insert into grant_approvals select p.agency_id, ${grant}, p.member_id, p.key_id, p.public_key, p.attestation, ${signature}, p.approved_at
    from grant_approvals p where p.grant_id = :live`;

export const sharing: readonly Family[] = [
  {
    name: 'Grants forged',
    kinds: all('shut', {
      'a row that was never asked for': forged(''),
      'a row by a superuser who copies an approval': forged(`decided_at = now() - interval '1 day'`),
      'a row with signatures that are any': `${forged('')}; ${signedAs('(select id from g)', `decode(repeat('ab', 64), 'hex')`)}`,
      'a row with the live grant’s signatures': `${forged('')}; ${signedAs('(select id from g)', 'p.signature')}`,
      'the request is approved, with the signatures of another grant': `update grants set state = 'approved' where id = :requested; ${signedAs(':requested', 'p.signature')}`,
      'the request is approved': approved(':requested'),
      'what was declined is approved': approved(':declined'),
      'what was revoked is approved again': approved(':revoked'),
      'what is over lasts on': approved(':over', `, valid_until = valid_from + interval '300 days'`),
      'a grant to somebody else is turned to the searcher': `update grants set grantee_agency_id = :searcher where id = :foreign`,
      'a grant that the searcher gave is turned round': `update grants set agency_id = :owner, grantee_agency_id = :searcher where id = :given`,
      'yesterday’s grants are put back': `delete from grants; insert into grants select * from yesterday.grants`,
      'the third agency’s grant becomes the owner’s': `update grants set agency_id = :owner where id = :budget`,
    }),
  },
  {
    name: 'Grants widened',
    kinds: all('shut', {
      'further purposes': live(`purposes = '{missing-person,stolen-vehicle}'`),
      'all cameras': live('camera_ids = null'),
      'another camera': live('camera_ids = array[:near::uuid]'),
      'further back': live('data_window_days = 365'),
      'more rows': live('rows_per_search_max = 1000'),
      'everything at once': live(
        `purposes = '{missing-person,stolen-vehicle}', camera_ids = null, data_window_days = 365, rows_per_search_max = 1000`,
      ),
      'no budget': `update grants set searches_per_day_max = null where id = :budget`,
      'a greater budget': `update grants set searches_per_day_max = 1000 where id = :budget`,
      'begun earlier and lasting longer': `update grants set valid_from = valid_from - interval '1 day', valid_until = valid_from + interval '200 days', state = 'approved' where id = :over`,
    }),
  },
  {
    name: 'Budgets and searches on record',
    kinds: [
      ...all('verify', {
        'uses are taken out': 'delete from grant_uses where grant_id = :budget',
        'uses are of yesterday': `update grant_uses set used_at = used_at - interval '1 day' where grant_id = :budget`,
        'uses are of another grant':
          'update grant_uses set grant_id = :live, agency_id = :owner where grant_id = :budget',
      }),
      ...all('shut', {
        'searches on record are taken out': 'delete from searches where agency_id = :searcher',
        'a search on record names further agencies':
          'update searches set asked = asked || :third::uuid where agency_id = :searcher',
        'a search on record has another purpose': `update searches set purpose = 'missing-person' where agency_id = :searcher`,
        'the agency may name every purpose': `update agencies set purposes = purposes || '{curiosity}' where agency_id = :searcher`,
      }),
    ],
  },
  {
    name: 'People, cameras and rows',
    kinds: [
      ...all('shut', {
        'an auditor becomes an officer': `update members set role = 'officer' where agency_id = :searcher and role = 'auditor'`,
        'a member whose standing ended is active': `update members set status = 'active', locked_until = null where agency_id = :searcher`,
        'the owner’s officers become the searcher’s': `update members set agency_id = :searcher, login = login || 'x' where agency_id = :owner`,
        'the owner’s cameras become the searcher’s': `update cameras set agency_id = :searcher, name = name || 'x' where agency_id = :owner`,
        'a camera’s credential is of another agency':
          'update camera_credentials set agency_id = :searcher where agency_id = :owner',
        'the agencies exchange their short names': `update agencies set slug = slug || '-x' where agency_id = :owner; update agencies set slug = 'shelbyville-pd' where agency_id = :searcher`,
        'sessions live for ever': `update sessions set expires_at = 'infinity', ended_at = null`,
      }),
      ...all('open', {
        'the owner’s reads are moved to the searcher': `update reads set agency_id = :searcher where agency_id = :owner`,
        'the owner’s reads are copied to the searcher': `create temp table r as select * from reads where agency_id = :owner; update r set agency_id = :searcher; insert into reads select * from r`,
        'a read of the owner is typed into one of the searcher': `update reads set plate = 'OWN0001' where agency_id = :searcher`,
        'the owner’s administrator is impersonated, and approves': async ({ inHouse, sql, scene }) => {
          const { administrator } = scene.owner.members;
          await sql(
            `update sessions set expires_at = now() + interval '1 day', ended_at = null where agency_id = :owner`,
          );
          const id = scene.grants['requested']!;
          // He adds a key of his own in that administrator's name, which stands in the owner's log.
          await inHouse((vault) => approve(vault, administrator, id));
        },
      }),
    ],
  },
];
