// Which keys do what on the search page. The same list stands in docs/console.md.
import { Button } from '@mantine/core';
import { useEffect, useRef } from 'react';

const keys: readonly (readonly [string, string])[] = [
  ['/', 'to the plate field, from anywhere but a field'],
  ['Enter', 'in the form: search; on a crop: the full picture; on a mark of the map: its first result'],
  ['↓ ↑ or j k', 'in the outcome: from result to result'],
  ['m', 'in the outcome: to the map'],
  ['t', 'in the outcome: to the timeline'],
  ['l', 'in the outcome: back to the list'],
  ['← → Home End', 'on the timeline: from bar to bar; Enter narrows what is shown, and again shows all'],
  ['arrows + −', 'on the map: move it, nearer, farther'],
  ['Esc', 'closes a picture or this list; ends drawing an area'],
  ['?', 'this list, from anywhere but a field, where ? stands for one unknown character'],
];

export const HelpDialog = ({ close }: { readonly close: () => void }) => {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} className="help" aria-labelledby="keys" onClose={close}>
      <div className="bar">
        <h2 id="keys">Keys</h2>
        <Button variant="default" size="xs" onClick={() => dialog.current?.close()}>
          Close (Esc)
        </Button>
      </div>
      <dl>
        {keys.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <p className="quiet">An area can be typed as four numbers wherever it can be drawn.</p>
    </dialog>
  );
};
