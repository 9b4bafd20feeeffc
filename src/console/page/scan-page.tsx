import type { ScanDetail } from '../model.js';
import { percent } from '../words.js';
import { Link } from './address.js';
import { ask, may, useAnswer } from './api.js';
import { AskWhy } from './ask-why.js';
import { Icon } from './icons.js';
import { LifeLine, LifeLog } from './life.js';
import { Findings, ReportTree } from './report.js';
import { Viewer } from './viewer.js';
import { DecisionMark, dicomDate, eyeWords, Moment, StageMark } from './words.js';

/** One scan: what was decided and why, its images, its life, its objects. */
export function ScanPage({ id }: { readonly id: string }) {
  const { data: scan, error } = useAnswer<ScanDetail>(`/api/scans/${encodeURIComponent(id)}`, true);
  if (scan === undefined) {
    return (
      <section class="empty">
        {error === undefined ? <p>Loading …</p> : <p role="alert">{error}</p>}
        <Link to="/scans">All scans</Link>
      </section>
    );
  }
  const { patient, device, laterality, report } = scan;
  return (
    <section class="scan">
      <p class="crumbs">
        <Link to="/scans">
          <Icon name="back" /> Scans
        </Link>
      </p>
      <div class="head">
        <h1>
          {patient?.name ?? `Scan …${id.slice(-6)}`}
          {laterality && <span class="eye">{eyeWords(laterality)} eye</span>}
        </h1>
        <p class="facts">
          {patient && (
            <span>
              {patient.id}, born {dicomDate(patient.birthDate)}
            </span>
          )}
          <span>{device}</span>
          {scan.acquiredAt && <span>acquired {dicomDate(scan.acquiredAt)}</span>}
          <span>
            received <Moment at={scan.receivedAt} />
          </span>
        </p>
      </div>
      <div class="verdict">
        {scan.decision ? (
          <>
            <DecisionMark decision={scan.decision} />
            {scan.probability !== undefined && (
              <span>
                {percent(scan.probability)}
                {scan.spread !== undefined && scan.spread > 0 && ` ± ${percent(scan.spread)}`}
              </span>
            )}
            {report && report.because !== '' && <span class="because">{report.because}</span>}
          </>
        ) : (
          <span>No decision yet</span>
        )}
        <StageMark stage={scan.stage} detail={scan.stageDetail} />
        {scan.stage === 'waiting' && may('operate') && (
          <AskWhy
            confirm="Put first"
            act={(why) => ask(`/api/scans/${encodeURIComponent(id)}/first`, 'POST', { why })}
          >
            Put first
          </AskWhy>
        )}
      </div>
      {scan.decision && (
        <Viewer
          id={id}
          version={`${scan.revision}-${scan.objects.length}`}
          thickness={report?.thickness}
          networks={report?.networks ?? 0}
        />
      )}
      {report && <Findings report={report} grade={scan.grade} />}
      <h2>Life of this scan</h2>
      <LifeLine steps={scan.steps} />
      <LifeLog log={scan.log} />
      {scan.objects.length > 0 && <Objects scan={scan} />}
      {report && <ReportTree tree={report.tree} />}
    </section>
  );
}

function Objects({ scan }: { readonly scan: ScanDetail }) {
  const link = (uid: string) => `/api/scans/${encodeURIComponent(scan.id)}/objects/${uid}`;
  const downloads = may('see-patients');
  return (
    <>
      <h2>Objects</h2>
      <div class="table-frame">
        <table>
          <thead>
            <tr>
              <th scope="col">Kind</th>
              <th scope="col">SOP Instance UID</th>
              <th scope="col" class="number">
                Size
              </th>
              {downloads && <th scope="col">File</th>}
            </tr>
          </thead>
          <tbody>
            {scan.objects.map(({ sopInstanceUid, kind, byteLength }) => (
              <tr key={sopInstanceUid}>
                <th scope="row">{kind}</th>
                <td class="uid">{sopInstanceUid}</td>
                <td class="number">{Math.ceil(byteLength / 1000)} kB</td>
                {downloads && (
                  <td>
                    <a href={link(sopInstanceUid)} download>
                      <Icon name="down" /> Download<span class="hidden"> {kind}</span>
                    </a>
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {downloads && (
        <p>
          <a href={link('source')} download>
            <Icon name="down" /> Download the scan as it was received
          </a>
        </p>
      )}
    </>
  );
}
