import type { NodeState } from '../node-model.js';
import { may, useAnswer } from './api.js';
import { DeviceProfiles } from './device-profiles.js';
import { DriftOfDevices } from './drift.js';
import { Housekeeping } from './housekeeping.js';
import { Icon } from './icons.js';
import { ModelSets } from './model-cards.js';
import { SettingsForm } from './settings-form.js';
import { Moment } from './words.js';

const GB = 1e9;

/** The node itself: is it well, with what does it read, how much room is left, how is it set. */
export function NodePage() {
  const { data, error, again } = useAnswer<NodeState>('/api/node', true);
  if (data === undefined) return <p class="loading">{error ?? 'Loading …'}</p>;
  return (
    <section>
      <div class="head">
        <h1>Node</h1>
        <p class="facts">
          <span>{data.product}</span>
          <span>
            running since <Moment at={data.startedAt} />
          </span>
        </p>
      </div>
      <div class="findings">
        <Health state={data} />
        <Workers state={data} />
        <Disk state={data} />
      </div>
      <ModelSets />
      <DriftOfDevices devices={data.drift} />
      <DeviceProfiles />
      <Housekeeping done={again} />
      {may('configure') && <SettingsForm />}
    </section>
  );
}

function Health({ state }: { readonly state: NodeState }) {
  return (
    <section class="card">
      <h2>Readiness</h2>
      <ul class="criteria">
        {state.conditions.map(({ name, ready, reason }) => (
          <li key={name} class={ready ? 'good' : 'bad'}>
            <Icon name={ready ? 'check' : 'cross'} />
            <span>
              {name}: {reason}
            </span>
          </li>
        ))}
      </ul>
      <h3 class="above">Certificate</h3>
      <p>
        {state.certificate ? (
          <>
            valid until <Moment at={state.certificate.validTo} />, {state.certificate.daysLeft} days
            left
          </>
        ) : (
          'None: DICOM and HTTP run without TLS.'
        )}
      </p>
    </section>
  );
}

function Workers({ state }: { readonly state: NodeState }) {
  const { wanted, running, trouble } = state.workers;
  return (
    <section class="card">
      <h2>Workers</h2>
      <p>
        {running.length} of {wanted} have loaded their networks
      </p>
      <ul class="plain-list">
        {running.map(({ processId, executionProvider, modelSet, passedOver, pace }) => (
          <li key={processId}>
            process {processId}: {modelSet} on <strong>{executionProvider}</strong>
            <small>{pace}</small>
            {passedOver.map((one) => (
              <small key={one}>not {one}</small>
            ))}
          </li>
        ))}
      </ul>
      {trouble !== undefined && <p class="bad">The last one that ended: {trouble}</p>}
      <h3 class="above">Queue</h3>
      <dl class="counts">
        {Object.entries(state.queue).map(([name, count]) => (
          <div key={name}>
            <dt>{name.toLowerCase()}</dt>
            <dd>{count}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Disk({ state }: { readonly state: NodeState }) {
  const { freeBytes, minimumFreeBytes, lastWeekBytes, daysLeft } = state.disk;
  return (
    <section class="card">
      <h2>Disk</h2>
      <p>
        <strong>{(freeBytes / GB).toFixed(1)} GB free</strong>; below{' '}
        {(minimumFreeBytes / GB).toFixed(1)} GB nothing more is received.
      </p>
      <p>
        {(lastWeekBytes / GB).toFixed(2)} GB came within the last seven days.
        {daysLeft !== undefined && ` At that pace there is room for ${days(daysLeft)}.`}
      </p>
    </section>
  );
}

function days(count: number): string {
  return count > 730 ? 'more than two years' : `${count} days`;
}
