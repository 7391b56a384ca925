// Errors that cross from one process or thread to another: only what is public goes over, and comes out as the house's own error.
import { messageOf, PlatewardError, unavailable } from '../../src/core/errors.js';
import type { Fault } from './protocol.js';

export const faultOf = (error: unknown): Fault =>
  error instanceof PlatewardError
    ? { kind: error.kind, code: error.code, publicMessage: error.publicMessage }
    : { internal: messageOf(error) };

export const errorOf = (fault: Fault): PlatewardError =>
  'internal' in fault
    ? unavailable('runner_fault', `The recognition failed: ${fault.internal}`)
    : new PlatewardError(fault.kind, fault.code, fault.publicMessage);
