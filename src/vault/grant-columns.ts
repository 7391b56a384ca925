// What is selected of a grant `g` wherever it is decided on or shown: the same columns, so that what is shown is what counts.

/** Its scope as signed, and what became of it since. */
export const grantScopeColumns = `g.agency_id as "ownerAgencyId", g.grantee_agency_id as "granteeAgencyId", g.state, g.purposes, g.camera_ids as "cameraIds", g.area,
  g.data_window_days as "dataWindowDays", g.valid_from as "validFrom", g.valid_until as "validUntil",
  g.searches_per_day_max as "searchesPerDayMax", g.rows_per_search_max as "rowsPerSearchMax", g.declarations,
  encode(sha256(convert_to(g.terms, 'UTF8')), 'hex') as "termsSha256", g.approvals_needed as "approvalsNeeded", g.suspensions,
  g.plates, g.plates_salt as "platesSalt", g.plates_per_day_max as "platesPerDayMax", g.fields, g.amends, g.opening_minutes as "openingMinutes",
  g.grantee_class as "granteeClass", g.grantee_state as "granteeState",
  exists (select from grants n where n.agency_id = g.agency_id and n.amends = g.id and n.state not in ('requested', 'declined')) as amended,
  not exists (select from agencies a where a.agency_id = g.grantee_agency_id
    and (g.grantee_class is null or a.legal_class = g.grantee_class) and (g.grantee_state is null or a.state = g.grantee_state)) as "granteeChanged"`;
