// One pack in plain words: each rule with its reason and the sources that it rests on.
import { rulesOf, sourceWords, type Pack } from './pack.js';

export const PackView = ({ pack }: { readonly pack: Pack }) => {
  const nameOf = (id: string): string => pack.sources.find((each) => each.id === id)?.name ?? id;
  const rules = rulesOf(pack);
  return (
    <>
      {rules.length === 0 && <p>It takes nothing away: what a grant opens, and nothing else, decides.</p>}
      <dl className="rules">
        {rules.map(({ title, says, because, sources }) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>
              {says.map((sentence) => (
                <p key={sentence}>{sentence}</p>
              ))}
              <p className="quiet">
                {because !== undefined && `Because ${because} `}
                From: {sources.map(nameOf).join('; ')}.
              </p>
            </dd>
          </div>
        ))}
      </dl>
      <details>
        <summary>Its sources, and how each is known</summary>
        <ul className="sentences">
          {pack.sources.map(({ id, kind, name, says }) => (
            <li key={id}>
              <strong>{name}</strong> ({sourceWords[kind] ?? kind}): {says}
            </li>
          ))}
        </ul>
      </details>
    </>
  );
};
