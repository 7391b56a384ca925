// A grant as the API answers it.
import type { GrantList } from '../../grants/grants.schema.js';
import type { Json } from '../api/json.js';

export type Grant = Json<GrantList>['given'][number];
