// What stands around a list of things that wait for somebody: which of them are shown, what was just done, and the way to earlier ones.
import { Button, NativeSelect } from '@mantine/core';
import { Done } from './done.js';

/** Only what waits, or all of them. */
export type Which = 'open' | 'all';

interface HeadProps {
  readonly which: Which;
  readonly choose: (which: Which) => void;
  /** What waits, in words. */
  readonly open: string;
  readonly told: string;
}

export const ListHead = ({ which, choose, open, told }: HeadProps) => (
  <>
    <div className="narrow">
      <NativeSelect
        label="Show"
        value={which}
        onChange={(event) => choose(event.currentTarget.value === 'all' ? 'all' : 'open')}
        data={[
          { value: 'open', label: open },
          { value: 'all', label: 'All of them' },
        ]}
      />
    </div>
    <Done told={told} />
  </>
);

interface EndProps {
  readonly list: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly fetchNextPage: () => Promise<unknown>;
  };
}

export const ListEnd = ({ list }: EndProps) =>
  list.hasNextPage && (
    <p className="pages">
      <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
        Earlier ones
      </Button>
    </p>
  );
