import type { Checklist, KeptReport } from '../model.js';
import { Link } from './address.js';
import { useAnswer } from './api.js';
import { CheckMark, Steps } from './checklist.js';
import { Moment } from './words.js';

interface Answer {
  readonly scanners: readonly Checklist[];
  readonly reports: readonly KeptReport[];
}

/** Every scanner that called or may call, and how far its commissioning has come. */
export function CommissioningPage() {
  const { data, error } = useAnswer<Answer>('/api/commissioning', true);
  if (data === undefined) return <p class="loading">{error ?? 'Loading …'}</p>;
  return (
    <section>
      <div class="head">
        <h1>Commissioning</h1>
        <p class="count">from the first call of a scanner to its result in the PACS</p>
      </div>
      {data.scanners.length === 0 && (
        <div class="empty">
          <h2>No scanner has called yet</h2>
          <p>
            Enter this node in the scanner and send an echo: it appears here by itself, refused as
            it may be. The address is under <Link to="/network">Network</Link>.
          </p>
        </div>
      )}
      <ul class="scanners">
        {data.scanners.map((list) => (
          <li key={list.callingAeTitle} class="card">
            <h2>
              <Link to={`/commissioning/${encodeURIComponent(list.callingAeTitle)}`}>
                {list.callingAeTitle}
              </Link>
            </h2>
            <p class="small">{list.device || 'device not known yet'}</p>
            <ol class="marks">
              {list.steps.map((step) => (
                <li key={step.step}>
                  <CheckMark state={step.state} />
                  <span>{step.name}</span>
                </li>
              ))}
            </ol>
          </li>
        ))}
      </ul>
      {data.reports.length > 0 && <Reports reports={data.reports} />}
    </section>
  );
}

function Reports({ reports }: { readonly reports: readonly KeptReport[] }) {
  return (
    <>
      <h2 class="above">Reports that were kept</h2>
      <div class="table-frame">
        <table>
          <thead>
            <tr>
              <th scope="col">Scanner</th>
              <th scope="col">Kept</th>
              <th scope="col">By</th>
              <th scope="col">Result</th>
            </tr>
          </thead>
          <tbody>
            {reports.map((report) => (
              <tr key={report.id}>
                <th scope="row">
                  <Link to={`/commissioning/report/${report.id}`}>{report.callingAeTitle}</Link>
                </th>
                <td>
                  <Moment at={report.keptAt} />
                </td>
                <td>{report.keptBy}</td>
                <td>{report.complete ? 'complete' : 'not complete'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** A report as it was kept, for print: the browser's print saves it as PDF. */
export function ReportPage({ id }: { readonly id: string }) {
  const { data } = useAnswer<Answer>('/api/commissioning');
  const report = data?.reports.find((one) => String(one.id) === id);
  if (report === undefined) return <p class="loading">{data ? 'No such report.' : 'Loading …'}</p>;
  return (
    <article class="sheet">
      <h1>Commissioning of {report.callingAeTitle}</h1>
      <dl class="facts-list">
        <div>
          <dt>Device</dt>
          <dd>{report.device}</dd>
        </div>
        <div>
          <dt>Kept</dt>
          <dd>
            <Moment at={report.keptAt} /> by {report.keptBy}
          </dd>
        </div>
        <div>
          <dt>Software</dt>
          <dd>{report.product}</dd>
        </div>
        <div>
          <dt>Result</dt>
          <dd>
            <strong>{report.complete ? 'Complete' : 'Not complete'}</strong>
          </dd>
        </div>
      </dl>
      <Steps list={report} />
      <p class="signature">Signature</p>
      <p class="no-print">
        <button
          type="button"
          class="primary"
          onClick={() => {
            print();
          }}
        >
          Print or save as PDF
        </button>
      </p>
    </article>
  );
}
