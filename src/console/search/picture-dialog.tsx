// The full picture with the plate's corners drawn on it. Opening it is on record; that is said beside it.
import { Button } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { Moment } from '../parts/time.js';
import { seenAt, type Result } from './older.js';

export const PictureDialog = ({ result, close }: { readonly result: Result; readonly close: () => void }) => {
  const dialog = useRef<HTMLDialogElement>(null);
  const [size, setSize] = useState<readonly [number, number]>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  const { camera, corners, pictures, plate } = result;
  return (
    <dialog ref={dialog} className="picture" aria-label={`Full picture of ${plate}`} onClose={close}>
      <div className="bar">
        <p>
          <strong>{result.passage?.plate ?? plate}</strong>, {camera.name ?? 'camera'}. Opening this picture is on
          record.
        </p>
        <Button variant="default" size="xs" onClick={() => dialog.current?.close()}>
          Close (Esc)
        </Button>
      </div>
      {failed || pictures.frame === null ? (
        <p role="alert" className="told failed">
          The picture cannot be shown: its link is good for minutes only, or the picture is gone. Search again for a new
          link.
        </p>
      ) : (
        <div className="frame">
          <img
            src={pictures.frame}
            alt={`Full picture in which ${plate} was read`}
            onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => setSize([naturalWidth, naturalHeight])}
            onError={() => setFailed(true)}
          />
          {size && (
            <svg viewBox={`0 0 ${size[0]} ${size[1]}`} aria-hidden="true">
              <polygon points={corners.map((corner) => corner.join(',')).join(' ')} />
            </svg>
          )}
        </div>
      )}
      <p>
        <Moment at={seenAt(result)} />
      </p>
    </dialog>
  );
};
