// Identifiers. Branded strings, so that a camera's id cannot be handed where a member's is wanted. All are random
// 128-bit UUIDs: an id tells nothing about when, where or how many.
import { z } from 'zod';

declare const brand: unique symbol;
type Id<Name extends string> = string & { readonly [brand]: Name };

export type AgencyId = Id<'agency'>;
export type MemberId = Id<'member'>;
export type SessionId = Id<'session'>;
export type CameraId = Id<'camera'>;
export type CredentialId = Id<'credential'>;
export type FrameId = Id<'frame'>;
export type JobId = Id<'job'>;
export type ReadId = Id<'read'>;
export type ReadReviewId = Id<'read review'>;
export type SearchId = Id<'search'>;
export type GrantId = Id<'grant'>;
export type OpeningId = Id<'opening'>;
export type LogKeyChangeId = Id<'log key change'>;
export type PeriodChangeId = Id<'period change'>;
export type PackChangeId = Id<'pack change'>;
export type ApproverKeyId = Id<'approver key'>;
export type AlertId = Id<'alert'>;
export type FlagId = Id<'flag'>;
export type ListedPlateId = Id<'listedPlate'>;
export type DestinationId = Id<'destination'>;
export type DeliveryId = Id<'delivery'>;
export type DigestId = Id<'digest'>;

/** A fresh random id of the kind that the caller asks for. */
export const newId = <T extends string>(): T => crypto.randomUUID() as string as T;

const id = <T extends string>() =>
  z
    .guid('must be an id (UUID)')
    .transform((text) => text.toLowerCase())
    .pipe(z.custom<T>());

export const agencyId = id<AgencyId>();
export const memberId = id<MemberId>();
export const cameraId = id<CameraId>();
export const credentialId = id<CredentialId>();
export const frameId = id<FrameId>();
export const jobId = id<JobId>();
export const readId = id<ReadId>();
export const readReviewId = id<ReadReviewId>();
export const searchId = id<SearchId>();
export const grantId = id<GrantId>();
export const openingId = id<OpeningId>();
export const packChangeId = id<PackChangeId>();
export const approverKeyId = id<ApproverKeyId>();
export const alertId = id<AlertId>();
export const flagId = id<FlagId>();
export const listedPlateId = id<ListedPlateId>();
export const destinationId = id<DestinationId>();
export const deliveryId = id<DeliveryId>();
export const digestId = id<DigestId>();

/** An agency's short public name, where its id would do too. */
export type AgencySlug = Id<'agency slug'>;
/** An agency as people name it. What has the form of an id is taken for one. */
export type AgencyName = AgencyId | AgencySlug;

export const agencyName = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, "must be an agency's id or short name")
  .pipe(z.custom<AgencyName>());

export const isAgencyId = (name: AgencyName): name is AgencyId => z.guid().safeParse(name).success;
