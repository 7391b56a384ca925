// How many alerts wait, beside the way to them on every page, as they come.
import { useAlertStream, useOpenAlerts } from './use-alerts.js';

export const AlertCount = () => {
  useAlertStream();
  const { data } = useOpenAlerts();
  if (!data) return null;
  const count = `${data.count}${data.more ? '+' : ''}`;
  return (
    <>
      {data.count > 0 && (
        <span className="count" aria-hidden="true">
          {count}
        </span>
      )}
      <span role="status" className="visually-hidden">
        {data.count > 0 ? `, ${count} not seen yet` : ''}
      </span>
    </>
  );
};
