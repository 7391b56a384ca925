// What a file says about itself before anybody decodes it: kind and size of a JPEG, PNG or WebP, read from its header
// only. Bytes come from strangers: nothing here allocates by a number in the file, loops without moving on, or throws on
// rubbish. It refuses every other format, whatever the file calls itself, and it does not decode.
import { invalid, tooLarge, unsupported, type PlatewardError } from './errors.js';

export const pictureMediaTypes = ['image/jpeg', 'image/png', 'image/webp'] as const;
export type PictureMediaType = (typeof pictureMediaTypes)[number];

/** Size in pixels as stored, before any EXIF orientation is applied. */
export interface PictureHeader {
  readonly mediaType: PictureMediaType;
  readonly width: number;
  readonly height: number;
}

export type PictureFaultCode = 'not_an_image' | 'unsupported_image' | 'truncated_image' | 'too_many_pixels';

/** Why a file is no picture for us: a stable code and a public sentence. */
export interface PictureFault {
  readonly fault: PictureFaultCode;
  readonly sentence: string;
}

/** Longest side that any of the decoders takes, in pixels. */
export const pictureSideMax = 65_500;

const accepted = 'Send a JPEG, PNG or WebP picture.';
const fault = (code: PictureFaultCode, sentence: string): PictureFault => ({ fault: code, sentence });
const truncated = (name: string) => fault('truncated_image', `The ${name} picture ends before it is complete.`);
const broken = (name: string) =>
  fault('not_an_image', `The file begins like a ${name} picture but its header is damaged.`);

/**
 * Kind and size of the picture in `bytes`, which may be the whole file or a beginning of it that holds the header.
 * Never throws. Work is linear in the header's segments.
 */
export const readPictureHeader = (bytes: Uint8Array): PictureHeader | PictureFault => {
  if (bytes.length === 0) return fault('not_an_image', `The file is empty (0 bytes). ${accepted}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (begins(bytes, [0xff, 0xd8, 0xff])) return checked(readJpeg(view), 'image/jpeg', 'JPEG');
  if (begins(bytes, pngSignature)) return checked(readPng(view), 'image/png', 'PNG');
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP')
    return checked(readWebp(view), 'image/webp', 'WebP');
  const other = nameOfOther(bytes);
  if (other) return fault('unsupported_image', `The file is ${other}. ${accepted}`);
  return fault('not_an_image', `The file is not a picture that can be read here. ${accepted}`);
};

export const isPictureFault = (answer: PictureHeader | PictureFault): answer is PictureFault => 'fault' in answer;

/**
 * Whether the file goes on to its format's end mark, so that a broken upload is seen at the door. Bytes after the end
 * mark are allowed, since cameras write them. `bytes` must be the whole file.
 */
export const pictureIsWhole = (bytes: Uint8Array, mediaType: PictureMediaType): boolean => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (mediaType === 'image/jpeg') return jpegIsWhole(bytes, view);
  if (mediaType === 'image/png') return pngIsWhole(view);
  return bytes.length >= 12 && view.getUint32(4, true) + 8 <= bytes.length;
};

/**
 * The header of a whole file that may be decoded.
 * @param pixelsMax width times height allowed
 * @throws PlatewardError `not_an_image`, `unsupported_image` (415), `truncated_image` (400), `too_many_pixels` (413)
 */
export const checkPicture = (bytes: Uint8Array, pixelsMax: number): PictureHeader => {
  const header = readPictureHeader(bytes);
  if (isPictureFault(header)) throw pictureError(header);
  const { width, height } = header;
  if (width * height > pixelsMax)
    throw pictureError(
      fault('too_many_pixels', `The picture has ${width} x ${height} pixels; at most ${pixelsMax} pixels are taken.`),
    );
  if (!pictureIsWhole(bytes, header.mediaType))
    throw pictureError(truncated(header.mediaType.slice('image/'.length).toUpperCase()));
  return header;
};

/** The error of the common family for a fault. */
export const pictureError = ({ fault: code, sentence }: PictureFault): PlatewardError => {
  if (code === 'truncated_image') return invalid(code, sentence);
  if (code === 'too_many_pixels') return tooLarge(code, sentence);
  return unsupported(code, sentence);
};

type Size = { width: number; height: number };
type Outcome = Size | 'truncated' | 'broken' | { refusedBecause: string };

const checked = (outcome: Outcome, mediaType: PictureMediaType, name: string): PictureHeader | PictureFault => {
  if (outcome === 'truncated') return truncated(name);
  if (outcome === 'broken') return broken(name);
  if ('refusedBecause' in outcome) return fault('unsupported_image', outcome.refusedBecause);
  const { width, height } = outcome;
  if (width === 0 || height === 0) return broken(name);
  if (width > pictureSideMax || height > pictureSideMax)
    return fault(
      'too_many_pixels',
      `The picture has ${width} x ${height} pixels; a side may have at most ${pictureSideMax}.`,
    );
  return { mediaType, width, height };
};

const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const begins = (bytes: Uint8Array, start: readonly number[]) => start.every((byte, i) => bytes[i] === byte);
const ascii = (bytes: Uint8Array, from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to));

// ITU-T T.81 B.1: marker segments until the frame header. Baseline, extended and progressive with 8 bits are taken;
// 12-bit, lossless and arithmetic coding, which no camera sends and few decoders take, are refused by name.
const readJpeg = (view: DataView): Outcome => {
  const { frame, end } = walkJpeg(view);
  if (!frame) return end === 'truncated' ? 'truncated' : 'broken';
  if (frame.length < 8) return 'broken';
  if (frame.at + 9 > view.byteLength) return 'truncated';
  if (frame.marker > 0xc2 || view.getUint8(frame.at + 2) !== 8)
    return { refusedBecause: 'The JPEG uses a rare coding (lossless, arithmetic or 12-bit). Send a usual 8-bit JPEG.' };
  return { height: view.getUint16(frame.at + 3), width: view.getUint16(frame.at + 5) };
};

const jpegIsWhole = (bytes: Uint8Array, view: DataView): boolean => {
  const { end, scanAt } = walkJpeg(view);
  if (end !== 'scan') return false;
  for (let i = bytes.length - 2; i >= scanAt; i--) if (bytes[i] === 0xff && bytes[i + 1] === 0xd9) return true;
  return false;
};

interface JpegSegment {
  readonly marker: number;
  /** Offset of the two-byte length, which counts itself. */
  readonly at: number;
  readonly length: number;
}
interface JpegWalk {
  readonly frame?: JpegSegment;
  /** How the walk ended: at the first scan, at the end of the bytes, or at something that is no segment. */
  readonly end: 'scan' | 'truncated' | 'broken';
  readonly scanAt: number;
}

/** Steps over the segments up to the first scan; every step moves on, so the work is bounded by the bytes. */
const walkJpeg = (view: DataView): JpegWalk => {
  const size = view.byteLength;
  let frame: JpegSegment | undefined;
  const ended = (end: JpegWalk['end'], scanAt = 0): JpegWalk => ({ frame, end, scanAt });
  let at = 2;
  for (;;) {
    if (at < size && view.getUint8(at) !== 0xff) return ended('broken');
    while (at < size && view.getUint8(at) === 0xff) at++;
    if (at + 3 > size) return ended('truncated');
    const marker = view.getUint8(at);
    const length = view.getUint16(at + 1);
    if (marker < 0xc0 || marker === 0xd8 || marker === 0xd9 || length < 2) return ended('broken');
    if (marker === 0xda) return ended('scan', at + 1 + length);
    if (marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc)
      frame ??= { marker, at: at + 1, length };
    at += 1 + length;
  }
};

// W3C PNG 3, 11.2.1: the first chunk is IHDR.
const readPng = (view: DataView): Outcome => {
  if (view.byteLength < 33) return 'truncated';
  if (view.getUint32(8) !== 13 || view.getUint32(12) !== 0x49484452) return 'broken';
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const [depth, colour] = [view.getUint8(24), view.getUint8(25)];
  if (![1, 2, 4, 8, 16].includes(depth) || ![0, 2, 3, 4, 6].includes(colour)) return 'broken';
  return width > 0x7fffffff || height > 0x7fffffff ? 'broken' : { width, height };
};

const pngIsWhole = (view: DataView): boolean => {
  let at = 8;
  while (at + 12 <= view.byteLength) {
    const end = at + 12 + view.getUint32(at);
    if (view.getUint32(at + 4) === 0x49454e44) return end <= view.byteLength;
    at = end;
  }
  return false;
};

// RFC 9649: the first chunk is VP8 (lossy), VP8L (lossless) or VP8X (extended: canvas size).
const readWebp = (view: DataView): Outcome => {
  if (view.byteLength < 30) return 'truncated';
  const chunk = view.getUint32(12);
  if (chunk === 0x56503820) {
    if (view.getUint8(23) !== 0x9d || view.getUint8(24) !== 0x01 || view.getUint8(25) !== 0x2a) return 'broken';
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  }
  if (chunk === 0x5650384c) {
    if (view.getUint8(20) !== 0x2f) return 'broken';
    const bits = view.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (chunk === 0x56503858) {
    const uint24 = (at: number) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
    return { width: uint24(24) + 1, height: uint24(27) + 1 };
  }
  return 'broken';
};

/** What a file that we do not take is, where its first bytes tell; with its article. */
const nameOfOther = (bytes: Uint8Array): string | undefined => {
  if (ascii(bytes, 0, 4) === 'GIF8') return 'a GIF';
  if (begins(bytes, [0x49, 0x49, 0x2a, 0x00]) || begins(bytes, [0x4d, 0x4d, 0x00, 0x2a]))
    return 'a TIFF or raw camera file';
  if (begins(bytes, [0x49, 0x49, 0x2b, 0x00]) || begins(bytes, [0x4d, 0x4d, 0x00, 0x2b])) return 'a BigTIFF';
  if (ascii(bytes, 0, 2) === 'BM' && bytes.length > 26 && bytes[6] === 0 && bytes[7] === 0) return 'a BMP';
  if (ascii(bytes, 4, 8) === 'ftyp') return 'an HEIC or AVIF picture, or a video';
  if (begins(bytes, [0xff, 0x0a]) || begins(bytes, [0, 0, 0, 0x0c, 0x4a, 0x58, 0x4c, 0x20])) return 'a JPEG XL';
  if (begins(bytes, [0, 0, 0, 0x0c, 0x6a, 0x50, 0x20, 0x20])) return 'a JPEG 2000';
  if (ascii(bytes, 0, 4) === '%PDF') return 'a PDF';
  if (ascii(bytes, 0, 4) === 'RIFF') return 'a sound or video file';
  const text = ascii(bytes, 0, Math.min(bytes.length, 512))
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trimStart()
    .toLowerCase();
  if (
    text.startsWith('<svg') ||
    (text.startsWith('<?xml') && text.includes('<svg')) ||
    text.startsWith('<!doctype svg')
  )
    return 'an SVG drawing';
  if (text.startsWith('<!doctype html') || text.startsWith('<html')) return 'a web page';
  return undefined;
};
