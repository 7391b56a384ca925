// Which stores each action is lent: readers for what reads, writers for what writes, and nothing that the action does not
// need. The type of a door follows from this table, so a service cannot even name a store that its route does not open.
import type { Action } from '../../access/actions.js';
import { agencyDirectory, ownAgency, purposeWriter, sharingResumer } from './agencies.js';
import { alertAcknowledger, alertReader } from './alerts.js';
import { opening, type Bound } from './bound.js';
import { openingAsker, openingReader, openingStepper } from './openings.js';
import { cameraAdder, cameraCredentials, cameraMover, cameraReader, cameraRevoker } from './cameras.js';
import { cameraHealthReader, cameraLooker } from './camera-health.js';
import { cameraConfigurer, cameraSettingsReader } from './camera-settings.js';
import { deliverer, deliveryReader } from './deliveries.js';
import { destinationAdder, destinationReader, destinationRemover, destinationTester } from './destinations.js';
import { digestMaker, digestReader, digestScheduler, dueDigest } from './digests.js';
import { flagDecider, flagReader } from './flags.js';
import { qualityReader } from './frame-results.js';
import { frameDepositor, frameReader } from './frames.js';
import { approverKeyAdder, approverKeyReader, approverKeyRevoker } from './approver-keys.js';
import { grantApprover } from './grant-approvals.js';
import { grantReader, grantRequester, grantStepper } from './grants.js';
import { jobClaimer, jobFailer, jobSweeper } from './jobs.js';
import { listedPlateReader, listedPlateWriter } from './listed-plates.js';
import { logKeyProposer, logKeyReader, logKeyRotator } from './log-keys.js';
import { periodDecider, periodProposer, periodReader, periodSealer } from './log-periods.js';
import { logReader } from './log.js';
import { logDiscloser } from './log-disclosure.js';
import { publicLogReader } from './log-public.js';
import { meReader, memberAdder, memberChanger, memberReader, ownPassword } from './members.js';
import { packAdopter, packProposer, packReader, packSimulator, packWithdrawer } from './packs.js';
import { passageSearcher } from './passages.js';
import { refusalTeller, signInTeller, untoldFloods } from './counted.js';
import { countTeller, untoldCounts } from './read-counts.js';
import { plateKeeper } from './plates.js';
import { readReviewer } from './read-reviews.js';
import { readExporter } from './read-export.js';
import { readSearcher } from './read-search.js';
import { pictureReader, readWriter } from './reads.js';
import { placeSearcher } from './seen-at.js';
import { reviewDecider, reviewFigures, reviewReader } from './reviews.js';
import {
  overdueReader,
  purger,
  retentionDecider,
  retentionProposer,
  retentionReader,
  retentionSimulator,
  retentionWriter,
} from './retention.js';
import { overdueWatches, readFollower, watchBeginner, watchEnder } from './watches.js';
import { witnessAdopter, witnessKeeper, witnessProposer, witnessReader, witnessTeller } from './witnesses.js';
import { usagePolicyReader, usagePolicyWriter } from './usage-policies.js';

export const lend = {
  'session.get': (b: Bound) => ({ members: meReader(b), agencies: ownAgency(b) }),
  'session.begin': (b: Bound) => ({ members: meReader(b), agencies: ownAgency(b) }),
  'session.fail': (b: Bound) => ({ signIns: signInTeller(opening(b, 'SignInFailure')) }),
  'agency.list': (b: Bound) => ({ agencies: agencyDirectory(b) }),
  'agency.get': (b: Bound) => ({ agencies: ownAgency(b) }),
  'purposes.set': (b: Bound) => ({ agencies: purposeWriter(b) }),
  'retention.get': (b: Bound) => ({ retention: retentionReader(b) }),
  'retention.simulate': (b: Bound) => ({ retention: retentionSimulator(b) }),
  'retention.set': (b: Bound) => ({ retention: retentionWriter(b) }),
  'retention.propose': (b: Bound) => ({ retention: retentionProposer(b) }),
  'retention.adopt': (b: Bound) => ({ retention: retentionDecider(true)(b) }),
  'retention.withdraw': (b: Bound) => ({ retention: retentionDecider(false)(b) }),
  'data.purge': (b: Bound) => ({ data: purger(opening(b, 'Frame', 'FrameResult', 'Job', 'Read', 'ReadReview')) }),
  'policy.get': (b: Bound) => ({ policy: usagePolicyReader(b) }),
  'policy.set': (b: Bound) => ({ policy: usagePolicyWriter(b) }),
  'member.list': (b: Bound) => ({ members: memberReader(b) }),
  'member.add': (b: Bound) => ({ members: memberAdder(b) }),
  'member.change': (b: Bound) => ({ members: memberChanger(b) }),
  'member.password': (b: Bound) => ({ members: ownPassword(b) }),
  'camera.list': (b: Bound) => ({ cameras: cameraReader(b) }),
  'camera.add': (b: Bound) => ({ cameras: cameraAdder(b) }),
  'camera.move': (b: Bound) => ({ cameras: cameraMover(b) }),
  'camera.credential': (b: Bound) => ({ cameras: cameraCredentials(b) }),
  'camera.revoke': (b: Bound) => ({ cameras: cameraRevoker(b) }),
  'camera.settings': (b: Bound) => ({ settings: cameraSettingsReader(b) }),
  'camera.configure': (b: Bound) => ({ settings: cameraConfigurer(b) }),
  'camera.quality': (b: Bound) => ({ quality: qualityReader(b) }),
  'camera.health': (b: Bound) => ({ health: cameraHealthReader(b) }),
  'camera.look': (b: Bound) => ({ cameras: cameraLooker(b) }),
  'frame.deposit': (b: Bound) => ({ frames: frameDepositor(opening(b, 'Frame', 'Job')) }),
  'frame.list': (b: Bound) => ({ frames: frameReader(b) }),
  'frame.claim': (b: Bound) => ({ jobs: jobClaimer(opening(b, 'Frame', 'Job', 'CameraSettings')) }),
  'frame.recognize': (b: Bound) => ({ reads: readWriter(opening(b, 'Read', 'Job', 'FrameResult', 'ReadCount')) }),
  'frame.fail': (b: Bound) => ({ jobs: jobFailer(opening(b, 'Job')) }),
  'frame.sweep': (b: Bound) => ({
    jobs: jobSweeper(opening(b, 'Job')),
    counts: untoldCounts(opening(b, 'ReadCount')),
    floods: untoldFloods(opening(b, 'SignInFailure', 'RefusalSent')),
    plates: plateKeeper(opening(b, 'Job')),
    overdue: overdueReader(opening(b, 'Job')),
    watches: overdueWatches(opening(b, 'Watch')),
    digests: dueDigest(opening(b, 'Digest')),
  }),
  'read.count': (b: Bound) => ({ counts: countTeller(opening(b, 'ReadCount')) }),
  'refusal.count': (b: Bound) => ({ refusals: refusalTeller(opening(b, 'RefusalSent')) }),
  'read.search': (b: Bound) => ({ reads: readSearcher(b), passages: passageSearcher(b), places: placeSearcher(b) }),
  'read.picture': (b: Bound) => ({ pictures: pictureReader(b) }),
  'read.watch': (b: Bound) => ({ watches: watchBeginner(b) }),
  'read.follow': (b: Bound) => ({ reads: readFollower(b) }),
  'read.watched': (b: Bound) => ({ watches: watchEnder(b) }),
  'read.export': (b: Bound) => ({ exports: readExporter(b) }),
  'grant.request': (b: Bound) => ({ grants: grantRequester(b) }),
  'grant.approve': (b: Bound) => ({ grants: grantApprover(b) }),
  'read.review': (b: Bound) => ({ reviews: readReviewer(opening(b, 'ReadReview')) }),
  'key.list': (b: Bound) => ({ keys: approverKeyReader(opening(b, 'ApproverKey')) }),
  'key.add': (b: Bound) => ({ keys: approverKeyAdder(opening(b, 'ApproverKey')) }),
  'key.revoke': (b: Bound) => ({ keys: approverKeyRevoker(opening(b, 'ApproverKey')) }),
  'grant.decline': (b: Bound) => ({ grants: grantStepper(b) }),
  'grant.suspend': (b: Bound) => ({ grants: grantStepper(b) }),
  'grant.revoke': (b: Bound) => ({ grants: grantStepper(b) }),
  'grant.expire': (b: Bound) => ({ grants: grantStepper(b) }),
  'grant.list': (b: Bound) => ({ grants: grantReader(b) }),
  'digest.list': (b: Bound) => ({ digests: digestReader(b) }),
  'digest.make': (b: Bound) => ({ digests: digestMaker(opening(b, 'Digest')) }),
  'digest.set': (b: Bound) => ({ digests: digestScheduler(opening(b, 'Agency')) }),
  'opening.list': (b: Bound) => ({ openings: openingReader(b) }),
  'opening.ask': (b: Bound) => ({ openings: openingAsker(b) }),
  'opening.confirm': (b: Bound) => ({ openings: openingStepper('asked')(b) }),
  'opening.end': (b: Bound) => ({ openings: openingStepper('asked', 'open')(b) }),
  'opening.review': (b: Bound) => ({ openings: openingStepper('over')(b) }),
  'pack.list': (b: Bound) => ({ packs: packReader(opening(b, 'PackChange')) }),
  'pack.propose': (b: Bound) => ({ packs: packProposer(opening(b, 'PackChange')) }),
  'pack.adopt': (b: Bound) => ({ packs: packAdopter(opening(b, 'PackChange', 'Agency')) }),
  'pack.withdraw': (b: Bound) => ({ packs: packWithdrawer(opening(b, 'PackChange')) }),
  'pack.simulate': (b: Bound) => ({ packs: packSimulator(b) }),
  'canary.run': (b: Bound) => ({ agencies: ownAgency(b) }),
  'witnesses.get': (b: Bound) => ({ witnesses: witnessReader(b) }),
  'witnesses.propose': (b: Bound) => ({ witnesses: witnessProposer(b) }),
  'witnesses.adopt': (b: Bound) => ({ witnesses: witnessAdopter(b) }),
  'witnesses.cosign': (b: Bound) => ({ witnesses: witnessKeeper(b) }),
  'witnesses.away': (b: Bound) => ({ witnesses: witnessTeller('away')(b) }),
  'witnesses.back': (b: Bound) => ({ witnesses: witnessTeller('back')(b) }),
  'sharing.get': (b: Bound) => ({ agencies: ownAgency(b) }),
  'sharing.resume': (b: Bound) => ({ sharing: sharingResumer(b) }),
  'alert.list': (b: Bound) => ({ alerts: alertReader(b) }),
  'alert.acknowledge': (b: Bound) => ({ alerts: alertAcknowledger(opening(b, 'Alert')) }),
  'alert.deliver': (b: Bound) => ({
    deliveries: deliverer(opening(b, 'AlertDelivery', 'AlertDestination', 'Alert', 'Digest', 'Flag')),
  }),
  'destination.list': (b: Bound) => ({ destinations: destinationReader(b), deliveries: deliveryReader(b) }),
  'destination.add': (b: Bound) => ({ destinations: destinationAdder(opening(b, 'AlertDestination')) }),
  'destination.test': (b: Bound) => ({
    destinations: destinationTester(opening(b, 'AlertDestination', 'AlertDelivery')),
  }),
  'destination.remove': (b: Bound) => ({ destinations: destinationRemover(opening(b, 'AlertDestination')) }),
  'flag-destination.list': (b: Bound) => ({
    destinations: destinationReader(b, 'own'),
    deliveries: deliveryReader(b, 'own'),
  }),
  'flag-destination.add': (b: Bound) => ({ destinations: destinationAdder(opening(b, 'AlertDestination'), 'own') }),
  'flag-destination.test': (b: Bound) => ({
    destinations: destinationTester(opening(b, 'AlertDestination', 'AlertDelivery'), 'own'),
  }),
  'flag-destination.remove': (b: Bound) => ({
    destinations: destinationRemover(opening(b, 'AlertDestination'), 'own'),
  }),
  'flag.list': (b: Bound) => ({ flags: flagReader(b), plates: listedPlateReader(b) }),
  'flag.decide': (b: Bound) => ({ flags: flagDecider(opening(b, 'Flag')) }),
  'flag.enlist': (b: Bound) => ({ plates: listedPlateWriter(opening(b, 'ListedPlate')) }),
  'review.list': (b: Bound) => ({ reviews: reviewReader(b) }),
  'review.decide': (b: Bound) => ({ reviews: reviewDecider(opening(b, 'SearchReview')) }),
  'review.figures': (b: Bound) => ({ reviews: reviewFigures(b) }),
  'period.list': (b: Bound) => ({ periods: periodReader(b) }),
  'period.seal': (b: Bound) => ({ periods: periodSealer(opening(b, 'LogEntry')) }),
  'period.propose': (b: Bound) => ({ periods: periodProposer(b) }),
  'period.withdraw': (b: Bound) => ({ periods: periodDecider(false)(b) }),
  'period.destroy': (b: Bound) => ({ periods: periodDecider(true)(b) }),
  'audit.read': (b: Bound) => ({ log: logReader(b) }),
  'audit.preview': (b: Bound) => ({ log: logDiscloser(b) }),
  'audit.disclose': (b: Bound) => ({ log: logDiscloser(b) }),
  'logkey.list': (b: Bound) => ({ logKeys: logKeyReader(b) }),
  'logkey.propose': (b: Bound) => ({ logKeys: logKeyProposer(b) }),
  'logkey.rotate': (b: Bound) => ({ logKeys: logKeyRotator(b) }),
  'log.publish': (b: Bound) => ({ log: publicLogReader(opening(b, 'LogEntry')) }),
} satisfies Record<Action, (bound: Bound) => object>;

export type Lent = { [A in Action]: ReturnType<(typeof lend)[A]> };

/** Actions that are asked for again and again and whose stores speak SQL alone: their transactions do without Prisma's own steps. */
export const sqlAlone: ReadonlySet<Action> = new Set<Action>([
  'read.search',
  'frame.deposit',
  'frame.claim',
  'frame.recognize',
  'frame.fail',
]);
