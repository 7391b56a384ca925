// What the front door counts of failed sign-ins, until the sweep tells it by one entry. The statement is the same whether there is such a login or not.

/** Addresses that are kept of one login, the first ones. */
const addressesMax = 10;

/** $1 short name of the agency, $2 the member (null: nobody), $3 1 where the attempt locked the account, $4 the address. */
export const noteFailureText = `insert into sign_in_failures as f (agency_id, member_id, locks, addresses)
  select a.agency_id, $2::uuid, $3::int, array[$4::text] from agencies a, (select set_config('synchronous_commit', 'off', true)) unhurried where a.slug = $1
  on conflict (agency_id, member_id) do update set failures = f.failures + 1, locks = f.locks + excluded.locks, until = now(),
    addresses = case when f.addresses @> excluded.addresses or cardinality(f.addresses) >= ${addressesMax} then f.addresses else f.addresses || excluded.addresses end`;
