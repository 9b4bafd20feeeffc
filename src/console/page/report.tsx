import type { Probability, ReportItem, ReportSummary, StatedVolume } from '../model.js';
import { percent } from '../words.js';
import { Icon } from './icons.js';

/** Probabilities with the ensemble's spread, quality with its advice, volumes, and why where it was not assessed. */
export function Findings(props: {
  readonly report: ReportSummary;
  readonly grade: string | undefined;
}) {
  const { report, grade } = props;
  const { referral, pathologies, reasons, criteria, advice, volumes, models, disputedShare } =
    report;
  return (
    <div class="findings">
      {reasons.length > 0 && (
        <section class="card reasons">
          <h2>Why it was not assessed</h2>
          <dl>
            {reasons.map(({ name, advice: words, detail }) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>
                  {words}
                  <small>{detail}</small>
                </dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      {referral.length > 0 && (
        <section class="card">
          <h2>Referral</h2>
          <Bars list={referral} />
          <p class="small">
            Mean over the ensemble; the whisker is one standard deviation. Decided by{' '}
            {report.costMatrix}.
          </p>
        </section>
      )}
      {pathologies.length > 0 && (
        <section class="card">
          <h2>Pathologies</h2>
          <Bars list={[...pathologies].sort((a, b) => b.probability - a.probability)} />
        </section>
      )}
      {volumes.length > 0 && (
        <section class="card">
          <h2>Fluids and lesions</h2>
          <table class="plain-table">
            <tbody>
              {volumes.map((volume) => (
                <VolumeLine key={volume.name} volume={volume} decided={report.referral} />
              ))}
            </tbody>
          </table>
          {disputedShare !== undefined && disputedShare > 0 && (
            <p class="small">
              In {percent(disputedShare)} of the retina and its lesions a network contradicts the
              others.
            </p>
          )}
        </section>
      )}
      {criteria.length > 0 && (
        <section class="card">
          <h2>Quality{grade === undefined ? '' : `: ${grade.replace('-', ' ')}`}</h2>
          {advice !== '' && <p class="advice">{advice}</p>}
          <ul class="criteria">
            {criteria.map(({ text, passed }) => (
              <li key={text} class={passed ? 'good' : 'bad'}>
                <Icon name={passed ? 'check' : 'cross'} />
                <span>
                  {text}
                  <span class="hidden">: {passed ? 'passed' : 'failed'}</span>
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {models.length > 0 && (
        <section class="card">
          <h2>Read by</h2>
          <ul class="plain-list small">
            {models.map((model) => (
              <li key={model} class="uid">
                {model}
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

/** A finding: its volume, between which volumes the networks lie, and what the referral would be without it. */
function VolumeLine(props: {
  readonly volume: StatedVolume;
  readonly decided: readonly Probability[];
}) {
  const { name, nanolitres, alone, without } = props.volume;
  const likeliest = (list: readonly Probability[]) =>
    list.reduce<Probability | undefined>(
      (best, one) => (best && best.probability >= one.probability ? best : one),
      undefined,
    );
  const other = likeliest(without);
  const turns = other !== undefined && other.name !== likeliest(props.decided)?.name;
  return (
    <tr class={nanolitres > 0 ? '' : 'none'}>
      <th scope="row">
        {name}
        {nanolitres > 0 && other && (
          <small>
            without it {turns ? 'the likeliest would be' : 'still likeliest'}: {other.name},{' '}
            {percent(other.probability)}
          </small>
        )}
      </th>
      <td class="number">
        {nanolitres > 0 ? `${nanolitres.toFixed(1)} nl` : 'none found'}
        {alone && alone.most > 0 && (
          <small>
            networks alone: {alone.least.toFixed(1)} to {alone.most.toFixed(1)}
          </small>
        )}
      </td>
    </tr>
  );
}

function Bars({ list }: { readonly list: readonly Probability[] }) {
  return (
    <ul class="bars">
      {list.map(({ name, probability, spread = 0 }) => (
        <li key={name}>
          <span class="name">{name}</span>
          <span class="number">
            {percent(probability)}
            {spread > 0 && <small> ± {percent(spread)}</small>}
          </span>
          <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
            <rect class="track" width="100" height="10" />
            <rect class="bar" width={100 * probability} height="10" />
            {spread > 0 && (
              <path
                class="whisker"
                d={`M${Math.max(0, 100 * (probability - spread))} 5H${Math.min(100, 100 * (probability + spread))}`}
              />
            )}
          </svg>
        </li>
      ))}
    </ul>
  );
}

/** The structured report as it is sent, item by item. */
export function ReportTree({ tree }: { readonly tree: ReportItem }) {
  return (
    <>
      <h2>Structured report</h2>
      <div class="card tree">
        <Item item={tree} depth={0} />
      </div>
    </>
  );
}

function Item({ item, depth }: { readonly item: ReportItem; readonly depth: number }) {
  const { name, value, children, type } = item;
  const label = (
    <>
      <span class="concept">{name === '' ? type.toLowerCase() : name}</span>
      {value !== '' && <span class="value">{value}</span>}
    </>
  );
  if (children.length === 0) return <div class="leaf">{label}</div>;
  return (
    <details open={depth < 1}>
      <summary>
        {label}
        <small>{subjectOf(item)}</small>
      </summary>
      {children.map((child, index) => (
        <Item key={index} item={child} depth={depth + 1} />
      ))}
    </details>
  );
}

/** Groups of measurements all bear the same name: what each is about tells them apart. */
function subjectOf({ type, children }: ReportItem): string {
  if (type !== 'CONTAINER') return '';
  return children.find(({ name }) => name === 'Finding')?.value ?? '';
}
