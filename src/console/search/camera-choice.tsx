// Some of the agency's cameras, as a list of boxes to tick.
interface Props {
  readonly cameras: readonly { readonly id: string; readonly name: string; readonly status: string }[];
  readonly chosen: readonly string[];
  readonly choose: (chosen: readonly string[]) => void;
}

export const CameraChoice = ({ cameras, chosen, choose }: Props) => (
  <>
    {cameras.length === 0 && <p className="quiet">Your agency has no camera yet.</p>}
    <ul className="choices long">
      {cameras.map(({ id, name, status }) => (
        <li key={id}>
          <label>
            <input
              type="checkbox"
              checked={chosen.includes(id)}
              onChange={(event) =>
                choose(event.currentTarget.checked ? [...chosen, id] : chosen.filter((each) => each !== id))
              }
            />
            {name}
            {status === 'revoked' && ' (ended)'}
          </label>
        </li>
      ))}
    </ul>
  </>
);
