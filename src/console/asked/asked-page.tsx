// What others did with our data, and who was refused: by month for everybody to see, and one by one for whoever may read the log.
import { Loading } from '../parts/states.js';
import { useNames } from '../log/names.js';
import { RefusalsByMonth, SearchesByMonth } from './by-month.js';
import { othersSearches, refusals, SingleActs } from './single-acts.js';

const AskedPage = () => {
  const { names } = useNames();
  if (!names) return <Loading what="the agencies" />;
  return (
    <>
      <h1>Who asked</h1>
      <section aria-labelledby="others">
        <h2 id="others">Searches of our data by others</h2>
        <p>Counted from our public log; the figures are at most a minute old.</p>
        <SearchesByMonth names={names} />
        <SingleActs kind={othersSearches} names={names} />
      </section>
      <section aria-labelledby="refused">
        <h2 id="refused">Refusals</h2>
        <p>What our members and other agencies tried and were refused. A refused agency’s words are not told to us.</p>
        <RefusalsByMonth names={names} />
        <SingleActs kind={refusals} names={names} />
      </section>
    </>
  );
};

export default AskedPage;
