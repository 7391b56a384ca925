// The agency's own log for whoever answers for it: every entry in a sentence, newest first, with its proof checked in this browser. Reading it is on record.
import './log.css';
import { Anchor } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useWho } from '../session/session.js';
import { EntryList } from './entry-list.js';
import { Filters } from './filters.js';
import { useNames } from './names.js';
import { everything, type Wanted } from './use-entries.js';

const LogPage = () => {
  const { agency } = useWho();
  const { members } = useNames();
  const queries = useQueryClient();
  const [wanted, setWanted] = useState<Wanted>(everything);
  return (
    <>
      <h1>Log</h1>
      <p>
        Every act on our data, as the log has it. That you read it is an entry, so it is fetched when you ask. Each
        entry is checked here against the public log; the whole of it is checked on{' '}
        <Anchor href={`/transparency/${agency.slug}/verify`} underline="always">
          the page for everybody
        </Anchor>
        .
      </p>
      <Filters
        members={members}
        busy={false}
        show={(next) => {
          setWanted(next);
          void queries.invalidateQueries({ queryKey: ['log', 'entries', next] });
        }}
      />
      <EntryList key={JSON.stringify(wanted)} wanted={wanted} />
    </>
  );
};

export default LogPage;
