// Routes of the agency's usage and privacy policy.
import { Controller, Get, Put } from '@nestjs/common';
import { OpenDoor, Opens } from '../identity/opens.js';
import type { Door } from '../vault/vault.js';
import { Answers, TakesBody } from '../web/takes.js';
import {
  newPolicy,
  policySet,
  policyShown,
  type NewPolicy,
  type PolicySet,
  type PolicyShown,
} from './policy.schema.js';
import { PolicyService } from './policy.service.js';

@Controller('/api/v1/agencies/current/policy')
export class PolicyController {
  constructor(private readonly policy: PolicyService) {}

  @Get()
  @Opens('policy.get')
  @Answers(200, policyShown, "The agency's usage and privacy policy, and what it lacks.")
  get(@OpenDoor() door: Door<'policy.get'>): Promise<PolicyShown> {
    return this.policy.get(door);
  }

  @Put()
  @Opens('policy.set')
  @Answers(200, policySet, 'Replaces the policy as a whole. Its text stands in the log for everybody.')
  set(@OpenDoor() door: Door<'policy.set'>, @TakesBody(newPolicy) body: NewPolicy): Promise<PolicySet> {
    return this.policy.set(door, body);
  }
}
