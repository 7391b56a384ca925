// How the agency's own searches are accounted for: figures for whoever answers for them, and for the auditor the searches that were drawn.
import { useSession } from '../session/session.js';
import { DrawnSearches } from './drawn.js';
import { Figures } from './figures.js';

const ReviewsPage = () => {
  const { may } = useSession();
  return (
    <>
      <h1>Reviews</h1>
      {may('review.list') && <DrawnSearches />}
      <Figures />
    </>
  );
};

export default ReviewsPage;
