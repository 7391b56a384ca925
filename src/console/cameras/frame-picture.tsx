// A frame that was opened, painted and without an address, so that nothing of it stays behind when the page is left; and what is laid over it.
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { CameraLook } from '../../agencies/cameras-health.schema.js';

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> => {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes;
};

interface Props {
  readonly picture: CameraLook['picture'];
  readonly label: string;
  /** What lies over it, made once its width and height are known. */
  readonly children?: (size: readonly [width: number, height: number]) => ReactNode;
}

export const FramePicture = ({ picture, label, children }: Props) => {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState<readonly [number, number]>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let gone = false;
    createImageBitmap(new Blob([bytesOf(picture.base64)], { type: picture.mediaType }))
      .then((bitmap) => {
        const at = canvas.current;
        if (gone || !at) return;
        [at.width, at.height] = [bitmap.width, bitmap.height];
        at.getContext('2d')?.drawImage(bitmap, 0, 0);
        setSize([bitmap.width, bitmap.height]);
      })
      .catch(() => setFailed(true));
    return () => {
      gone = true;
    };
  }, [picture]);
  return (
    <>
      {failed && <p className="told failed">This browser cannot show the picture.</p>}
      <div className="frame">
        <canvas ref={canvas} role="img" aria-label={label} />
        {size && children?.(size)}
      </div>
    </>
  );
};
