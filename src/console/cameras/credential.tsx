// A camera's credential, made when it is asked for: a pair of keys of which the private half goes into a file and nowhere else, or a secret that stands here this
// once. With it how a first frame is sent, by the camera or from this browser.
import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type DragEvent } from 'react';
import type { CredentialAdded } from '../../agencies/cameras.schema.js';
import { call } from '../api/client.js';
import { Failed } from '../parts/states.js';
import { keyFileName, keyFileOf, makePair, type CameraKey, type PairKey, type SecretKey } from './camera-key.js';
import { saveFile } from '../parts/save.js';
import { sendAsCamera } from './sign-frame.js';

const signing: Readonly<Record<CameraKey['scheme'], string>> = {
  ed25519: `signature=$(openssl pkeyutl -sign -inkey "$KEY" -rawin -in request.txt | openssl base64 -A)`,
  hmac: `key=$(printf %s "$SECRET" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \\n')
signature=$(openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary request.txt | openssl base64 -A)`,
};

/** As docs/cameras.md has it. */
const recipe = (key: CameraKey, camera: string): string => `PLATEWARD=${window.location.origin}
CREDENTIAL=${key.credentialId}
${key.scheme === 'hmac' ? `SECRET=${key.secret}` : `KEY=${keyFileName(camera, 'pem')}`}
PICTURE=picture.jpg

timestamp=$(date +%s)
nonce=$(openssl rand -hex 16)
captured=$(date -u +%Y-%m-%dT%H:%M:%SZ)
digest=$(openssl dgst -sha256 -r "$PICTURE" | cut -d' ' -f1)
printf '%s\\n%s\\n%s\\n%s\\n%s\\n%s\\n%s\\n%s\\n%s\\n%s\\n%s' \\
  plateward-camera-1 POST /api/v1/frames "$CREDENTIAL" "$timestamp" "$nonce" \\
  image/jpeg "$captured" "$timestamp" '' "$digest" > request.txt
${signing[key.scheme]}
curl --silent --show-error "$PLATEWARD/api/v1/frames" \\
  --header 'content-type: image/jpeg' \\
  --header "x-plateward-credential: $CREDENTIAL" \\
  --header "x-plateward-timestamp: $timestamp" \\
  --header "x-plateward-nonce: $nonce" \\
  --header "x-plateward-captured-at: $captured" \\
  --header "x-plateward-sequence: $timestamp" \\
  --header "x-plateward-signature: $signature" \\
  --data-binary "@$PICTURE"
`;

const DropZone = ({ of }: { readonly of: CameraKey }) => {
  const [over, setOver] = useState(false);
  const send = useMutation({ mutationFn: (picture: File) => sendAsCamera(of, picture) });
  const take = (files: FileList | null): void => {
    const [picture] = files ?? [];
    if (picture) send.mutate(picture);
  };
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };
  return (
    <div
      className="drop"
      data-over={over}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <label htmlFor="test-picture">Send a test picture from here</label>
      <input
        id="test-picture"
        type="file"
        accept="image/jpeg,image/png,image/webp"
        disabled={send.isPending}
        onChange={(event) => take(event.currentTarget.files)}
      />
      <p className="quiet">Choose one or drop it here. It is signed in this browser with the key that was just made.</p>
      <p role="status">
        {send.isPending && 'Sending…'}
        {send.data !== undefined && 'Sent, and stored.'}
      </p>
      {send.error && (
        <p role="alert" className="told failed">
          {send.error.message}
        </p>
      )}
    </div>
  );
};

const SecretShown = ({ of, copy }: { readonly of: SecretKey; readonly copy: (text: string, what: string) => void }) => (
  <>
    <dt>Secret, shown this once</dt>
    <dd>
      <code className="id">{of.secret}</code>{' '}
      <Button variant="default" size="xs" onClick={() => copy(of.secret, 'The secret')}>
        Copy the secret
      </Button>
    </dd>
  </>
);

/** The files of the private half. While this page is open they can be saved again, and never afterwards. */
const saveKeyFile = (camera: string, key: PairKey): void =>
  saveFile(keyFileName(camera, 'json'), 'application/json', keyFileOf(camera, key));

const PairShown = ({ of, camera }: { readonly of: PairKey; readonly camera: string }) => (
  <>
    <dt>Private key</dt>
    <dd>
      <p>
        Saved as {keyFileName(camera, 'json')}, and kept nowhere else: not here, not at the server. Whoever has the file
        is this camera.
      </p>
      <Button variant="default" size="xs" onClick={() => saveKeyFile(camera, of)}>
        Save it again
      </Button>{' '}
      <Button
        variant="default"
        size="xs"
        onClick={() => saveFile(keyFileName(camera, 'pem'), 'application/x-pem-file', of.pem)}
      >
        Save it as PEM, for openssl or the camera
      </Button>
    </dd>
  </>
);

export const Credential = ({ camera }: { readonly camera: { readonly id: string; readonly name: string } }) => {
  const queries = useQueryClient();
  const [key, setKey] = useState<CameraKey>();
  const [copied, setCopied] = useState('');
  const address = `/api/v1/cameras/${camera.id}/credentials`;
  const make = useMutation({
    mutationFn: async (scheme: CameraKey['scheme']): Promise<CameraKey> => {
      if (scheme === 'hmac') {
        const { id, secret } = await call<CredentialAdded>('POST', address, { scheme });
        return { scheme, credentialId: id, secret: secret ?? '' };
      }
      const { publicKey, ...pair } = await makePair();
      const { id } = await call<CredentialAdded>('POST', address, { scheme, publicKey });
      return { ...pair, credentialId: id };
    },
    onSuccess: (made) => {
      setKey(made);
      if (made.scheme === 'ed25519') saveKeyFile(camera.name, made);
      return queries.invalidateQueries({ queryKey: ['cameras'] });
    },
  });
  if (!key)
    return (
      <>
        <p>
          The camera signs with a key of its own. Best is a pair: it is made in this browser, its private half is saved
          into a file for the camera and never sent. A secret is for cameras that sign with HMAC alone; the server makes
          it and shows it this once.
        </p>
        <p className="pages">
          <Button loading={make.isPending && make.variables === 'ed25519'} onClick={() => make.mutate('ed25519')}>
            Make its key pair
          </Button>
          <Button
            variant="default"
            loading={make.isPending && make.variables === 'hmac'}
            onClick={() => make.mutate('hmac')}
          >
            Make its secret
          </Button>
        </p>
        {make.error && <Failed error={make.error} />}
      </>
    );
  const copy = (text: string, what: string): void =>
    void navigator.clipboard.writeText(text).then(
      () => setCopied(`${what} is copied.`),
      () => setCopied('This browser does not copy; mark the text and copy it.'),
    );
  return (
    <>
      <div className="told done">
        <dl>
          <dt>Credential</dt>
          <dd>
            <code className="id">{key.credentialId}</code>
          </dd>
          {key.scheme === 'hmac' ? <SecretShown of={key} copy={copy} /> : <PairShown of={key} camera={camera.name} />}
        </dl>
        <p role="status">{copied}</p>
      </div>
      <details>
        <summary>Send a frame with curl</summary>
        <div className="receipt">
          <pre tabIndex={0}>{recipe(key, camera.name)}</pre>
        </div>
        <Button variant="default" size="xs" onClick={() => copy(recipe(key, camera.name), 'The recipe')}>
          Copy it
        </Button>
      </details>
      <DropZone of={key} />
    </>
  );
};
