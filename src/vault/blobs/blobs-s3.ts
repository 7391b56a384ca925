// The object store behind the S3 protocol, with path-style addresses so that any compatible server will do. An S3 PUT is
// answered when the object is durable; that is the server's promise, and ours rests on it.
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { messageOf, unavailable } from '../../core/errors.js';
import type { ObjectStore } from './object-store.js';
import { storeFault } from './store-fault.js';

export interface S3Settings {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** An object that is written and removed to see whether that is allowed. */
const probe = 'check/probe';

const isMissing = (error: unknown): boolean =>
  error instanceof S3ServiceException &&
  (error.name === 'NoSuchKey' || error.name === 'NotFound' || error.$metadata.httpStatusCode === 404);

export class S3Store implements ObjectStore {
  readonly place: string;
  private readonly client: S3Client;
  private readonly bucket: string;

  constructor(settings: S3Settings) {
    this.bucket = settings.bucket;
    this.place = `The bucket ${settings.bucket} at ${new URL(settings.endpoint).host}`;
    this.client = new S3Client({
      endpoint: settings.endpoint,
      region: settings.region,
      credentials: { accessKeyId: settings.accessKeyId, secretAccessKey: settings.secretAccessKey },
      forcePathStyle: true,
      maxAttempts: 3,
      requestHandler: { connectionTimeout: 3_000, requestTimeout: 15_000 },
      // Trailing checksums are an AWS extension that compatible servers answer with an error; a blob is authenticated anyway.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
  }

  async put(name: string, bytes: Uint8Array): Promise<void> {
    await this.ask(() =>
      this.client.send(
        new PutObjectCommand({
          Bucket: this.bucket,
          Key: name,
          Body: bytes,
          ContentLength: bytes.length,
          ContentType: 'application/octet-stream',
        }),
      ),
    );
  }

  async get(name: string): Promise<Buffer | undefined> {
    return this.ask(async () => {
      try {
        const { Body } = await this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: name }));
        return Body ? Buffer.from(await Body.transformToByteArray()) : Buffer.alloc(0);
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    });
  }

  async exists(name: string): Promise<boolean> {
    return this.ask(async () => {
      try {
        await this.client.send(new HeadObjectCommand({ Bucket: this.bucket, Key: name }));
        return true;
      } catch (error) {
        if (isMissing(error)) return false;
        throw error;
      }
    });
  }

  async delete(name: string): Promise<void> {
    await this.ask(async () => {
      try {
        await this.client.send(new DeleteObjectCommand({ Bucket: this.bucket, Key: name }));
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    });
  }

  async check(): Promise<void> {
    try {
      await this.client.send(new HeadBucketCommand({ Bucket: this.bucket }));
      // Rights to write are told by writing only.
      await this.client.send(new PutObjectCommand({ Bucket: this.bucket, Key: probe, Body: 'x', ContentLength: 1 }));
      await this.client.send(new DeleteObjectCommand({ Bucket: this.bucket, Key: probe }));
    } catch (error) {
      throw unavailable(
        'blob_store_unavailable',
        isMissing(error)
          ? `There is no bucket ${this.bucket} for pictures; make it, for example with: aws s3 mb s3://${this.bucket}`
          : `${this.place} cannot be used for pictures (${reasonOf(error)}); see S3_ENDPOINT and the keys beside it.`,
      );
    }
  }

  close(): void {
    this.client.destroy();
  }

  private async ask<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw storeFault(
        'blob_store_unavailable',
        `${this.place} does not take or give pictures just now (${reasonOf(error)}).`,
      );
    }
  }
}

const reasonOf = (error: unknown): string => (error instanceof S3ServiceException ? error.name : messageOf(error));
