// The place where a page says what it has just done, to screen readers too.
import { Alert } from '@mantine/core';

export const Done = ({ told }: { readonly told: string }) => (
  <div role="status">
    {told !== '' && (
      <Alert variant="default" className="told done">
        {told}
      </Alert>
    )}
  </div>
);
