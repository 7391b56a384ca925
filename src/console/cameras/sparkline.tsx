// A small chart: frames and reads of each hour, side by side with nothing in between.

interface Props {
  readonly label: string;
  readonly values: readonly number[];
}

const [barWidth, height] = [6, 32];

export const Sparkline = ({ label, values }: Props) => {
  const most = Math.max(1, ...values);
  return (
    <figure className="sparkline">
      <figcaption aria-hidden="true">{label}</figcaption>
      <svg
        role="img"
        aria-label={`${label}: ${values.reduce((sum, each) => sum + each, 0)} in ${values.length} hours, at most ${Math.max(0, ...values)} in one`}
        viewBox={`0 0 ${values.length * barWidth} ${height}`}
        preserveAspectRatio="none"
      >
        {values.map((value, at) => {
          const tall = value === 0 ? 1 : Math.max(2, (value / most) * height);
          return <rect key={at} x={at * barWidth} y={height - tall} width={barWidth - 1} height={tall} />;
        })}
      </svg>
    </figure>
  );
};
