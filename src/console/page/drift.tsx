import type { NodeState } from '../node-model.js';
import { Icon } from './icons.js';

type Device = NodeState['drift'][number];

/** Whose scans are watched, how far each device is known, and what of it is not as it was. */
export function DriftOfDevices({ devices }: { readonly devices: readonly Device[] }) {
  return (
    <>
      <h2 class="above">Devices over time</h2>
      <div class="table-frame" tabIndex={0} role="region" aria-label="Devices over time">
        <table>
          <thead>
            <tr>
              <th scope="col">Sender</th>
              <th scope="col">Device profile</th>
              <th scope="col">State</th>
              <th scope="col">What is not as it was</th>
            </tr>
          </thead>
          <tbody>
            {devices.length === 0 && (
              <tr>
                <td colSpan={4}>
                  None yet: looked at every minute, once this model set has read scans.
                </td>
              </tr>
            )}
            {devices.map((device) => (
              <tr key={`${device.callingAeTitle} ${device.profile}`}>
                <th scope="row">{device.callingAeTitle}</th>
                <td>{device.profile}</td>
                <td>
                  <State device={device} />
                  <small>{device.seen}</small>
                </td>
                <td>
                  {device.drifts.length === 0 && <span class="calm">nothing</span>}
                  <ul class="plain-list">
                    {device.drifts.map(({ kind, measure, before, now }) => (
                      <li key={measure}>
                        <strong>{measure}</strong>: {before.toPrecision(3)} before,{' '}
                        {now.toPrecision(3)} now
                        <small>{kind}</small>
                      </li>
                    ))}
                  </ul>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function State({ device: { state, drifts } }: { readonly device: Device }) {
  const [tone, icon, words] =
    drifts.length > 0
      ? (['bad', 'cross', 'Not as it was'] as const)
      : state === 'watched'
        ? (['good', 'check', 'As it was'] as const)
        : (['calm', 'clock', 'Learning'] as const);
  return (
    <span class={`mark ${tone}`}>
      <Icon name={icon} />
      {words}
    </span>
  );
}
