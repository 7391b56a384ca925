// For a member who may not ask another agency himself: the address of the filled form, to hand to an administrator.
import { Alert, Button } from '@mantine/core';
import { useState } from 'react';
import type { Wanted } from './wanted.js';

interface Props {
  readonly wanted: Wanted;
  readonly owner: string;
}

export const HandOn = ({ wanted, owner }: Props) => {
  const [told, setTold] = useState('');
  const address = window.location.href;
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(address);
      setTold('Copied.');
    } catch {
      setTold('This browser does not let pages copy: mark the address and copy it by hand.');
    }
  };
  return (
    <Alert variant="default" className="told" title={`A request to ${owner}`}>
      <p>
        Only an administrator of your agency can ask for a grant. Send him this address: it opens the form, filled in
        for {owner}
        {wanted.purpose !== undefined && ` and ${wanted.purpose}`}. Nothing is sent until he does.
      </p>
      <p className="address">
        <code>{address}</code>
      </p>
      <Button variant="default" size="xs" onClick={() => void copy()}>
        Copy the address
      </Button>{' '}
      <span role="status">{told}</span>
    </Alert>
  );
};
