// How many alerts wait, beside the way to them on every page, as they come; and the same said to screen readers when it changes.
import './alerts.css';
import { useAlertStream, useOpenAlerts } from './use-alerts.js';

const useCount = (): string | undefined => {
  const { data } = useOpenAlerts();
  return data && data.count > 0 ? `${data.count}${data.more ? '+' : ''}` : undefined;
};

/** Stands within the link to the alerts. */
export const AlertCount = () => {
  const count = useCount();
  return (
    count !== undefined && (
      <>
        {' '}
        <span className="count">{count}</span>
        <span className="visually-hidden"> not seen yet</span>
      </>
    )
  );
};

/** Hears the alerts, once for the whole page. */
export const AlertStatus = () => {
  useAlertStream();
  const count = useCount();
  return (
    <p role="status" className="visually-hidden">
      {count !== undefined && `Alerts not seen yet: ${count}`}
    </p>
  );
};
