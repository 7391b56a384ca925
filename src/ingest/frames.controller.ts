// The two routes of frames. What a camera sends is checked by the service, because it stands in headers and raw bytes.
import { Controller, Get, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { frameId, type FrameId } from '../core/ids.js';
import { pictureMediaTypes } from '../core/picture.js';
import { OpenDoor, Opens } from '../identity/opens.js';
import type { Door } from '../vault/vault.js';
import { Answers, TakesPath } from '../web/takes.js';
import { acceptedFrame, frameState, type AcceptedFrame, type FrameStateAnswer } from './frames.schema.js';
import { FramesService } from './frames.service.js';

const frameHeaders = z.object({
  'x-plateward-credential': z.string().describe("Id of the camera's credential"),
  'x-plateward-timestamp': z.string().describe("Seconds since 1970 by the camera's clock; at most 300 from ours"),
  'x-plateward-nonce': z.string().describe('16 to 128 letters, digits, - or _, new for each request'),
  'x-plateward-signature': z.string().describe('Base64 of the Ed25519 signature or HMAC-SHA256; see docs/cameras.md'),
  'x-plateward-captured-at': z.string().describe('Time of capture, RFC 3339'),
  'x-plateward-sequence': z.string().optional().describe('Number of the frame; or send idempotency-key'),
  'x-plateward-told': z
    .string()
    .optional()
    .describe(
      'What the camera tells of the one vehicle in the picture, as JSON: direction and vehicle; see docs/cameras.md',
    ),
  'idempotency-key': z.string().optional().describe('Key of the frame; or send x-plateward-sequence'),
});

const problems = {
  400: ['captured_at', 'captured_at_absurd', 'frame_key', 'frame_told', 'truncated_image'],
  401: ['camera_headers', 'camera_signature', 'clock_skew', 'credential_revoked', 'nonce_replayed'],
  409: ['frame_key_reused'],
  413: ['frame_bytes', 'body_too_large', 'too_many_pixels'],
  415: ['not_an_image', 'unsupported_image', 'frame_media_type', 'media_type'],
  429: ['camera_rate'],
  503: [
    'backlog_full',
    'bodies_full',
    'blob_store_unavailable',
    'blob_store_full',
    'database_unavailable',
    'key_missing',
  ],
} as const;

@Controller('/api/v1/frames')
export class FramesController {
  constructor(private readonly frames: FramesService) {}

  @Post()
  @Opens('frame.deposit')
  @Answers(202, acceptedFrame, 'Takes a picture from a camera. Answered when row and bytes are on disk.', {
    headers: frameHeaders,
    bodyMedia: pictureMediaTypes,
    problems,
  })
  deposit(@OpenDoor() door: Door<'frame.deposit'>, @Req() request: FastifyRequest): Promise<AcceptedFrame> {
    return this.frames.deposit(door, { headers: request.headers, body: request.body });
  }

  @Get(':frameId')
  @Opens('frame.list')
  @Answers(200, frameState, 'Tells how far a frame of the own agency has come, without its picture.', {
    problems: { 404: ['not_found'] },
  })
  get(
    @OpenDoor() door: Door<'frame.list'>,
    @TakesPath(z.object({ frameId })) path: { frameId: FrameId },
  ): Promise<FrameStateAnswer> {
    return this.frames.get(door, path.frameId);
  }
}
