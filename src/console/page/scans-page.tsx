import { useState } from 'preact/hooks';
import type { ScanSummary } from '../model.js';
import { age, percent, reasonWords } from '../words.js';
import { go, Link } from './address.js';
import { may, useAnswer } from './api.js';
import {
  DECISION_NAMES,
  DecisionMark,
  decisionWords,
  dicomDate,
  eyeWords,
  StageMark,
  stageWords,
} from './words.js';

interface Filter {
  readonly decision: string;
  readonly laterality: string;
  readonly from: string;
  readonly text: string;
}

const NO_FILTER: Filter = { decision: '', laterality: '', from: '', text: '' };

/** The live list of scans, the latest first. */
export function ScansPage() {
  const [filter, setFilter] = useState(NO_FILTER);
  const [before, setBefore] = useState('');
  const query = new URLSearchParams(
    Object.entries({ ...filter, text: '', before }).filter(([, value]) => value !== ''),
  );
  const { data, error } = useAnswer<{ scans: readonly ScanSummary[]; before?: number }>(
    `/api/scans?${query}`,
    true,
  );
  const scans = (data?.scans ?? []).filter((scan) => matches(scan, filter.text));
  const set = (change: Partial<Filter>) => {
    setBefore('');
    setFilter({ ...filter, ...change });
  };
  return (
    <section>
      <div class="head">
        <h1>Scans</h1>
        <p class="count" aria-live="polite">
          {data === undefined ? '' : scans.length === 1 ? '1 scan' : `${scans.length} scans`}
        </p>
      </div>
      <Filters filter={filter} set={set} />
      {error !== undefined && <p role="alert">{error}</p>}
      {data !== undefined && scans.length === 0 ? (
        <div class="empty">
          <h2>No scans {filter === NO_FILTER ? 'yet' : 'match these filters'}</h2>
          {filter === NO_FILTER && (
            <p>
              They appear here by themselves when a scanner sends them.{' '}
              {may('configure') && <Link to="/commissioning">Commission a scanner</Link>}
            </p>
          )}
        </div>
      ) : (
        <ScanTable scans={scans} />
      )}
      {(data?.before !== undefined || before !== '') && (
        <p class="pager">
          {before !== '' && (
            <button
              type="button"
              onClick={() => {
                setBefore('');
              }}
            >
              Latest
            </button>
          )}
          {data?.before !== undefined && (
            <button
              type="button"
              onClick={() => {
                setBefore(String(data.before));
              }}
            >
              Earlier scans
            </button>
          )}
        </p>
      )}
    </section>
  );
}

/** Names of patients are not in the ledger, so a text is looked for in what is shown. */
function matches({ patient, device, callingAeTitle, stage }: ScanSummary, text: string): boolean {
  const shown = [patient?.name, patient?.id, device, callingAeTitle, stageWords(stage)];
  return text === '' || shown.join(' ').toLowerCase().includes(text.toLowerCase());
}

function Filters(props: { readonly filter: Filter; readonly set: (to: Partial<Filter>) => void }) {
  const { filter, set } = props;
  const read = (event: Event) => (event.currentTarget as HTMLInputElement).value;
  return (
    <form
      class="filters"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
      }}
    >
      <label>
        Search
        <input
          type="search"
          placeholder={may('see-patients') ? 'Patient, device, sender' : 'Device, sender'}
          value={filter.text}
          onInput={(event) => {
            set({ text: read(event) });
          }}
        />
      </label>
      <label>
        Decision
        <select
          value={filter.decision}
          onChange={(event) => {
            set({ decision: read(event) });
          }}
        >
          <option value="">All</option>
          {DECISION_NAMES.map((name) => (
            <option key={name} value={name}>
              {decisionWords(name)}
            </option>
          ))}
        </select>
      </label>
      <label>
        Eye
        <select
          value={filter.laterality}
          onChange={(event) => {
            set({ laterality: read(event) });
          }}
        >
          <option value="">Both</option>
          <option value="R">Right</option>
          <option value="L">Left</option>
        </select>
      </label>
      <label>
        Sender
        <input
          size={12}
          placeholder="AE title"
          value={filter.from}
          onChange={(event) => {
            set({ from: read(event).trim() });
          }}
        />
      </label>
      {filter !== NO_FILTER && (
        <button
          type="button"
          class="plain"
          onClick={() => {
            set(NO_FILTER);
          }}
        >
          Clear
        </button>
      )}
    </form>
  );
}

function ScanTable({ scans }: { readonly scans: readonly ScanSummary[] }) {
  const patients = may('see-patients');
  return (
    <div class="table-frame" tabIndex={0} role="region" aria-label="Scans">
      <table class="scans">
        <thead>
          <tr>
            <th scope="col">{patients ? 'Patient' : 'Scan'}</th>
            <th scope="col">Eye</th>
            <th scope="col" class="wide">
              Device
            </th>
            <th scope="col" class="wide">
              Quality
            </th>
            <th scope="col">Decision</th>
            <th scope="col" class="wide number">
              Probability
            </th>
            <th scope="col">Stands</th>
            <th scope="col" class="number">
              Age
            </th>
          </tr>
        </thead>
        <tbody>
          {scans.map((scan) => (
            <ScanRow key={`${scan.id} ${scan.revision}`} scan={scan} patients={patients} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ScanRow({ scan, patients }: { readonly scan: ScanSummary; readonly patients: boolean }) {
  const { id, patient, laterality, device, callingAeTitle, grade, decision, reasons } = scan;
  const title = patients ? (patient?.name ?? 'Unreadable file') : `Scan …${id.slice(-6)}`;
  const small = patients && patient ? `${patient.id} · ${dicomDate(patient.birthDate)}` : '';
  return (
    <tr
      class="opens"
      onClick={() => {
        go(`/scans/${id}`);
      }}
    >
      <th scope="row">
        <Link to={`/scans/${id}`}>{title}</Link>
        {small !== '' && <small>{small}</small>}
        <small class="narrow">{device}</small>
      </th>
      <td class="eye-cell">{eyeWords(laterality)}</td>
      <td class="wide">
        {device}
        <small>from {callingAeTitle}</small>
      </td>
      <td class="wide">{grade?.replace('-', ' ')}</td>
      <td>
        {decision && <DecisionMark decision={decision} />}
        {reasons.length > 0 && <small>{reasons.map(reasonWords).join(', ')}</small>}
      </td>
      <td class="wide number">
        {scan.probability !== undefined && percent(scan.probability)}
        {scan.spread !== undefined && scan.spread > 0 && <small>± {percent(scan.spread)}</small>}
      </td>
      <td>
        <StageMark stage={scan.stage} detail={scan.stageDetail} />
      </td>
      <td class="number">
        <time dateTime={scan.receivedAt}>
          {age(scan.receivedAt)}
          <span class="narrow"> ago</span>
        </time>
      </td>
    </tr>
  );
}
